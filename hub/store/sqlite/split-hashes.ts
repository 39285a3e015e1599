import { HASH_BYTES } from "../../ledger/merkle-hash.ts";

/** Hashes packed one after the other -> each by itself; a last piece that is too short stays and is no hash. */
export function splitHashes(bytes: Buffer): readonly Uint8Array[] {
  const count = Math.ceil(bytes.byteLength / HASH_BYTES);
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES));
}
