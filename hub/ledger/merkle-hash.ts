import { hash } from "node:crypto";

/** The hashes of a Merkle tree as RFC 9162 (2.1.1) and RFC 6962 (2.1) define them; all are 32 bytes of SHA-256. */

export const HASH_BYTES = 32;

/** Leaves and nodes are hashed with different first bytes, so that no node can be passed off as a leaf. */
const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

/** The root of a tree without leaves: the hash of nothing. */
export const EMPTY_ROOT: Uint8Array = sha256(Buffer.alloc(0));

/** @param data what the leaf says, of any length */
export function hashLeaf(data: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(1 + data.byteLength);
  bytes[0] = LEAF_PREFIX;
  bytes.set(data, 1);
  return sha256(bytes);
}

/** The hash over two subtrees, the left one first. */
export function hashNode(left: Uint8Array, right: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  bytes[0] = NODE_PREFIX;
  bytes.set(left, 1);
  bytes.set(right, 1 + HASH_BYTES);
  return sha256(bytes);
}

export function isHash(bytes: Uint8Array): boolean {
  return bytes.byteLength === HASH_BYTES;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function sha256(bytes: Uint8Array): Uint8Array {
  return hash("sha256", bytes, "buffer");
}
