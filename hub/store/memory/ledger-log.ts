import { checkCheckpoint } from "../../ledger/check-checkpoint.ts";
import type { LedgerLog } from "../../ledger/ledger-log.ts";
import { equalBytes, HASH_BYTES, hashLeaf } from "../../ledger/merkle-hash.ts";
import { consistencyPath, extendTree, inclusionPath, type ReadSubtree, rootOfSize } from "../../ledger/merkle-tree.ts";

/** Hashes that a level has room for at first. */
const FIRST_ROOM = 64;

/** The log in memory, for tests and trials: one block of bytes a level, 64 bytes a leaf in all. */
export function memoryLedgerLog(): LedgerLog {
  const levels: Buffer[] = [];
  const notes = new Map<number, string>();
  let size = 0;

  const read: ReadSubtree = ({ level, index }) => {
    if ((index + 1) * 2 ** level > size) throw new RangeError(`the log has ${size} leaves`);
    return hashAt(level, index);
  };
  const hashAt = (level: number, index: number) =>
    Buffer.from(levels[level]?.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES) ?? []);
  const write = (level: number, index: number, hash: Uint8Array) => {
    let room = levels[level] ?? Buffer.alloc(FIRST_ROOM * HASH_BYTES);
    if ((index + 1) * HASH_BYTES > room.byteLength) room = Buffer.concat([room, Buffer.alloc(room.byteLength)]);
    room.set(hash, index * HASH_BYTES);
    levels[level] = room;
  };
  const hashesOf = (index: number): readonly Uint8Array[] => {
    const hashes = [hashAt(0, index)];
    for (let level = 1, at = index; at % 2 === 1; level += 1) {
      at = (at - 1) / 2;
      hashes.push(hashAt(level, at));
    }
    return hashes;
  };

  return {
    async append(leaves) {
      const first = size;
      for (const leaf of leaves) {
        const hashes = extendTree(size, hashLeaf(leaf), read);
        for (const [level, hash] of hashes.entries()) write(level, Math.floor(size / 2 ** level), hash);
        size += 1;
      }
      return first;
    },
    async size() {
      return size;
    },
    async root(of = size) {
      return rootOfSize(of, read);
    },
    async find(leaf) {
      const hash = hashLeaf(leaf);
      for (let index = 0; index < size; index += 1) if (equalBytes(hashAt(0, index), hash)) return index;
      return undefined;
    },
    async inclusionProof(index, of) {
      return inclusionPath(index, of, read);
    },
    async consistencyProof(older, newer) {
      return consistencyPath(older, newer, read);
    },
    async keptHashes({ from, to }) {
      return Array.from({ length: Math.max(0, Math.min(to, size) - from) }, (_, at) => hashesOf(from + at));
    },
    async keepCheckpoint(note) {
      const { size: of, isKept } = checkCheckpoint(note, {
        size,
        root: (of) => rootOfSize(of, read),
        checkpointOf: (of) => notes.get(of),
      });
      if (isKept) return "exists";
      notes.set(of, note);
      return "kept";
    },
    async latestCheckpoint() {
      return notes.get(Math.max(...notes.keys()));
    },
    async checkpoints({ limit, below = Number.POSITIVE_INFINITY }) {
      return [...notes]
        .map(([of, note]) => ({ size: of, note }))
        .filter((kept) => kept.size < below)
        .sort((a, b) => b.size - a.size)
        .slice(0, limit);
    },
  };
}
