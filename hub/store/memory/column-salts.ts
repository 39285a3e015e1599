import { randomBytes } from "node:crypto";
import type { ColumnSalts, SettledVersion } from "../../ledger/column-salts.ts";
import { SALT_BYTES } from "../../ledger/member-columns.ts";
import { equalBytes, HASH_BYTES } from "../../ledger/merkle-hash.ts";

/** Salts and leaves in memory, for tests. */
export function memoryColumnSalts(): ColumnSalts {
  const salts = new Map<string, Map<string, Uint8Array>>();
  const leaves = new Map<string, Uint8Array>();
  const salted = new Map<string, SettledVersion>();
  const nameOf = ({ day, version }: SettledVersion) => `${day}.${version}`;
  return {
    async saltsFor(settled, members) {
      const kept = salts.get(nameOf(settled)) ?? new Map<string, Uint8Array>();
      salts.set(nameOf(settled), kept);
      salted.set(nameOf(settled), settled);
      for (const member of members)
        if (!kept.has(member) && !leaves.has(nameOf(settled))) kept.set(member, randomBytes(SALT_BYTES));
      return new Map(kept);
    },
    async keepLeaves(settled, leafHashes) {
      const bytes = Buffer.concat(leafHashes);
      const kept = leaves.get(nameOf(settled));
      if (kept !== undefined && !equalBytes(kept, bytes))
        throw new RangeError(`other leaves are kept for ${nameOf(settled)}`);
      leaves.set(nameOf(settled), bytes);
    },
    async leavesOf(settled) {
      const bytes = leaves.get(nameOf(settled));
      if (bytes === undefined) return undefined;
      return Array.from({ length: bytes.byteLength / HASH_BYTES }, (_, at) =>
        bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
      );
    },
    async withoutLeaves() {
      return [...salted]
        .filter(([name]) => (salts.get(name)?.size ?? 0) > 0 && !leaves.has(name))
        .map(([, settled]) => settled);
    },
    async eraseMember(member) {
      return [...salts.values()].filter((kept) => kept.delete(member)).length;
    },
  };
}
