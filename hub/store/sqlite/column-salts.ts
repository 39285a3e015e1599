import { randomBytes } from "node:crypto";
import type Database from "better-sqlite3";
import type { ColumnSalts, SettledVersion } from "../../ledger/column-salts.ts";
import { SALT_BYTES } from "../../ledger/member-columns.ts";
import { equalBytes } from "../../ledger/merkle-hash.ts";
import { splitHashes } from "./split-hashes.ts";

/**
 * Salts and leaves of settled columns, meant for settlement.db beside the cells. A leaf stays for ever; an erased salt is
 * overwritten in the file and leaves its write-ahead log too.
 * @param db as `openCells` gives it; the tables are made here
 */
export function sqliteColumnSalts(db: Database.Database): ColumnSalts {
  makeTables(db);
  const sql = {
    salts: db.prepare<[string, number], { member: string; salt: Buffer }>(
      "SELECT member, salt FROM column_salt WHERE day = ? AND version = ?",
    ),
    insertSalt: db.prepare("INSERT INTO column_salt (day, version, member, salt) VALUES (?, ?, ?, ?)"),
    erase: db.prepare("DELETE FROM column_salt WHERE member = ?"),
    leaves: db.prepare<[string, number], { hashes: Buffer }>(
      "SELECT hashes FROM column_leaves WHERE day = ? AND version = ?",
    ),
    withoutLeaves: db.prepare<[], SettledVersion>(`SELECT DISTINCT day, version FROM column_salt
      EXCEPT SELECT day, version FROM column_leaves ORDER BY day, version`),
    insertLeaves: db.prepare("INSERT INTO column_leaves (day, version, hashes) VALUES (?, ?, ?)"),
  };
  const saltsFor = db.transaction(({ day, version }: SettledVersion, members: readonly string[]) => {
    const kept = new Map<string, Uint8Array>(sql.salts.all(day, version).map(({ member, salt }) => [member, salt]));
    if (sql.leaves.get(day, version) !== undefined) return kept;
    const missing = members.filter((member) => !kept.has(member));
    // Asked for at once: the system's call costs more than its bytes.
    const random = randomBytes(missing.length * SALT_BYTES);
    for (const [at, member] of missing.entries()) {
      const salt = random.subarray(at * SALT_BYTES, (at + 1) * SALT_BYTES);
      sql.insertSalt.run(day, version, member, salt);
      kept.set(member, salt);
    }
    return kept;
  }).immediate;
  const keepLeaves = db.transaction(({ day, version }: SettledVersion, hashes: Uint8Array) => {
    const kept = sql.leaves.get(day, version)?.hashes;
    if (kept === undefined) sql.insertLeaves.run(day, version, hashes);
    else if (!equalBytes(kept, hashes)) throw new RangeError(`other leaves are kept for ${day}.${version}`);
  }).immediate;

  return {
    async saltsFor(settled, members) {
      return saltsFor(settled, members);
    },
    async keepLeaves(settled, leafHashes) {
      keepLeaves(settled, Buffer.concat(leafHashes));
    },
    async leavesOf({ day, version }) {
      const hashes = sql.leaves.get(day, version)?.hashes;
      return hashes && splitHashes(hashes);
    },
    async withoutLeaves() {
      return sql.withoutLeaves.all();
    },
    async eraseMember(member) {
      const { changes } = sql.erase.run(member);
      db.pragma("wal_checkpoint(TRUNCATE)");
      return changes;
    },
  };
}

function makeTables(db: Database.Database): void {
  db.pragma("secure_delete = ON");
  db.exec(`
    CREATE TABLE IF NOT EXISTS column_salt (
      day TEXT NOT NULL, version INTEGER NOT NULL, member TEXT NOT NULL, salt BLOB NOT NULL,
      PRIMARY KEY (day, version, member)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS column_leaves (
      day TEXT NOT NULL, version INTEGER NOT NULL, hashes BLOB NOT NULL, PRIMARY KEY (day, version)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER IF NOT EXISTS column_salt_keeps_update BEFORE UPDATE ON column_salt
      BEGIN SELECT RAISE(ABORT, 'a salt is erased or stays'); END;
    CREATE TRIGGER IF NOT EXISTS column_leaves_keeps_first BEFORE INSERT ON column_leaves
      WHEN EXISTS (SELECT 1 FROM column_leaves WHERE day = NEW.day AND version = NEW.version)
      BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;
    CREATE TRIGGER IF NOT EXISTS column_leaves_keeps_update BEFORE UPDATE ON column_leaves
      BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;
    CREATE TRIGGER IF NOT EXISTS column_leaves_keeps_delete BEFORE DELETE ON column_leaves
      BEGIN SELECT RAISE(ABORT, 'leaves are append-only'); END;
  `);
}
