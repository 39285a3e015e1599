import type Database from "better-sqlite3";
import { checkCheckpoint } from "../../ledger/check-checkpoint.ts";
import type { KeptCheckpoint, LedgerLog } from "../../ledger/ledger-log.ts";
import { equalBytes, HASH_BYTES, hashLeaf } from "../../ledger/merkle-hash.ts";
import {
  completingLeaf,
  consistencyPath,
  extendTree,
  inclusionPath,
  type ReadSubtree,
  rootOfSize,
} from "../../ledger/merkle-tree.ts";
import { splitHashes } from "./split-hashes.ts";

/** The log beside the books, with a door for whoever books. */
export interface SqliteLedgerLog extends LedgerLog {
  /**
   * Append within a transaction that is open on the same connection, so that what is booked and its leaf reach the disk
   * together or not at all.
   * @returns the index of the first leaf
   */
  appendWithin(leaves: readonly Uint8Array[]): number;
}

/** Bytes of a leaf's hash that are indexed; a full comparison follows. */
const INDEXED_BYTES = 8;

/**
 * The log in books.db: one row a leaf with its hash and those of the subtrees it completes, so that the hash of any subtree
 * is in the row of its last leaf, and appending writes one row. Triggers let rows be added at the end and nothing else.
 * @param db as `openBooks` gives it; the tables are made here
 */
export function sqliteLedgerLog(db: Database.Database): SqliteLedgerLog {
  makeTables(db);
  const sql = {
    size: db.prepare<[], { size: number }>("SELECT coalesce(max(leaf) + 1, 0) AS size FROM log_leaf"),
    insert: db.prepare("INSERT INTO log_leaf (leaf, hashes) VALUES (?, ?)"),
    hashes: db.prepare<[number], { hashes: Buffer }>("SELECT hashes FROM log_leaf WHERE leaf = ?"),
    range: db.prepare<[number, number], { leaf: number; hashes: Buffer }>(
      "SELECT leaf, hashes FROM log_leaf WHERE leaf >= ? AND leaf < ? ORDER BY leaf",
    ),
    find: db.prepare<[Uint8Array], { leaf: number; hashes: Buffer }>(
      `SELECT leaf, hashes FROM log_leaf WHERE substr(hashes, 1, ${INDEXED_BYTES}) = ? ORDER BY leaf`,
    ),
    keep: db.prepare("INSERT INTO log_checkpoint (size, note) VALUES (?, ?)"),
    note: db.prepare<[number], { note: string }>("SELECT note FROM log_checkpoint WHERE size = ?"),
    notes: db.prepare<[number, number], KeptCheckpoint>(
      "SELECT size, note FROM log_checkpoint WHERE size < ? ORDER BY size DESC LIMIT ?",
    ),
  };
  const size = () => sql.size.get()?.size ?? 0;
  const read: ReadSubtree = (subtree) => {
    const leaf = completingLeaf(subtree);
    const hashes = sql.hashes.get(leaf)?.hashes;
    if (hashes === undefined) throw new RangeError(`the log has no leaf ${leaf}`);
    return hashes.subarray(subtree.level * HASH_BYTES, (subtree.level + 1) * HASH_BYTES);
  };
  const appendWithin = (leaves: readonly Uint8Array[]): number => {
    if (!db.inTransaction) throw new Error("leaves are appended within the transaction that books them");
    const first = size();
    for (const [at, leaf] of leaves.entries())
      sql.insert.run(first + at, Buffer.concat(extendTree(first + at, hashLeaf(leaf), read)));
    return first;
  };
  const append = db.transaction(appendWithin).immediate;
  const keepCheckpoint = db.transaction((note: string): "kept" | "exists" => {
    const state = {
      size: size(),
      root: (of: number) => rootOfSize(of, read),
      checkpointOf: (of: number) => sql.note.get(of)?.note,
    };
    const checkpoint = checkCheckpoint(note, state);
    if (checkpoint.isKept) return "exists";
    sql.keep.run(checkpoint.size, note);
    return "kept";
  }).immediate;
  const checkpoints = (limit: number, below = Number.MAX_SAFE_INTEGER) => sql.notes.all(below, limit);

  return {
    appendWithin,
    async append(leaves) {
      return append(leaves);
    },
    async size() {
      return size();
    },
    async root(of) {
      return rootOfSize(of ?? size(), read);
    },
    async find(leaf) {
      const hash = hashLeaf(leaf);
      const alike = sql.find.all(hash.subarray(0, INDEXED_BYTES));
      return alike.find(({ hashes }) => equalBytes(hashes.subarray(0, HASH_BYTES), hash))?.leaf;
    },
    async inclusionProof(index, of) {
      return inclusionPath(index, of, read);
    },
    async consistencyProof(older, newer) {
      return consistencyPath(older, newer, read);
    },
    async keptHashes({ from, to }) {
      const rows = new Map(sql.range.all(from, to).map(({ leaf, hashes }) => [leaf, splitHashes(hashes)]));
      // A row that somebody took away leaves its place empty, so that the ones after it keep theirs.
      const end = Math.max(from, Math.min(to, size()));
      return Array.from({ length: end - from }, (_, at) => rows.get(from + at) ?? []);
    },
    async keepCheckpoint(note) {
      return keepCheckpoint(note);
    },
    async latestCheckpoint() {
      return checkpoints(1)[0]?.note;
    },
    async checkpoints({ limit, below }) {
      return checkpoints(limit, below);
    },
  };
}

function makeTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS log_leaf (leaf INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT;
    CREATE INDEX IF NOT EXISTS log_leaf_by_hash ON log_leaf(substr(hashes, 1, ${INDEXED_BYTES}));
    CREATE TABLE IF NOT EXISTS log_checkpoint (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
    CREATE TRIGGER IF NOT EXISTS log_leaf_keeps_order BEFORE INSERT ON log_leaf
      WHEN NEW.leaf IS NOT (SELECT coalesce(max(leaf) + 1, 0) FROM log_leaf)
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
    CREATE TRIGGER IF NOT EXISTS log_checkpoint_keeps_first BEFORE INSERT ON log_checkpoint
      WHEN EXISTS (SELECT 1 FROM log_checkpoint WHERE size = NEW.size)
      BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
  `);
  for (const table of ["log_leaf", "log_checkpoint"]) {
    for (const change of ["UPDATE", "DELETE"]) {
      db.exec(`CREATE TRIGGER IF NOT EXISTS ${table}_keeps_${change.toLowerCase()} BEFORE ${change} ON ${table}
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END`);
    }
  }
}
