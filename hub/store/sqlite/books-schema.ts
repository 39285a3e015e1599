import type Database from "better-sqlite3";
import { fillAccountLines } from "./fill-account-lines.ts";
import { openDatabase } from "./open-database.ts";

/** Memory for pages: the newest lines of a thousand accounts, which most writes touch, and the indexes above them. */
const CACHE_KIB = 8_192;
/** Pages of write-ahead log, 1 kB each, before they go to their places: many writes touch the same ones. */
const CHECKPOINT_PAGES = 8_000;

/**
 * Tables that only grow. Triggers refuse every change to what was booked, so that only a tool from outside can alter it,
 * and `millrace verify` names that.
 */
const appendOnly = [
  "entry",
  "posting",
  "account",
  "account_line",
  "ledger_unit",
  "refused_movement",
  "community",
  "correction",
  "device",
  "register_event",
];

/**
 * books.db: small and precious. Community and device documents, what happened to registers, corrections of readings,
 * device credentials; entries, the postings of days, and the line each entry adds to an account.
 *
 * Every entry has its row in `entry`, whose `seq` is the order of the books. A day's settlement fills the columns of its
 * day and keeps its postings beside; a movement keeps one document that says everything, and leaves those empty.
 */
export function openBooks(path: string): Database.Database {
  const db = openDatabase(path);
  db.pragma(`cache_size = ${-CACHE_KIB}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
  db.exec(`
    CREATE TABLE IF NOT EXISTS community (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, version TEXT NOT NULL, adopted_ms INTEGER NOT NULL, document TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS correction (
      version INTEGER PRIMARY KEY AUTOINCREMENT, series TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
      change TEXT NOT NULL, author TEXT NOT NULL, reason TEXT NOT NULL, made_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS credential (
      name TEXT PRIMARY KEY, salt BLOB NOT NULL, hash BLOB NOT NULL, devices TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS device (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, document TEXT, author TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS device_by_id ON device(id, seq);
    CREATE TABLE IF NOT EXISTS register_event (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, point TEXT NOT NULL, event TEXT NOT NULL, author TEXT NOT NULL,
      reason TEXT NOT NULL, made_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS register_event_by_point ON register_event(point, seq);
    CREATE TABLE IF NOT EXISTS entry (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, kind TEXT NOT NULL,
      corrects TEXT REFERENCES entry(id), from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, booked_ms INTEGER NOT NULL,
      community_version TEXT NOT NULL, cells_sha256 TEXT NOT NULL, engine TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS posting (
      entry_seq INTEGER NOT NULL REFERENCES entry(seq), account TEXT NOT NULL, amount_mwh INTEGER NOT NULL,
      PRIMARY KEY (entry_seq, account)
    ) STRICT, WITHOUT ROWID;
  `);
  addLedger(db);
  for (const table of appendOnly) {
    for (const change of ["UPDATE", "DELETE"]) {
      db.exec(`CREATE TRIGGER IF NOT EXISTS ${table}_keeps_${change.toLowerCase()} BEFORE ${change} ON ${table}
        BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END`);
    }
  }
  fillAccountLines(db);
  return db;
}

/** What came with movements, holds and running totals; the columns are added to books from before as well. */
function addLedger(db: Database.Database): void {
  const columns = db.prepare<[], { name: string }>("SELECT name FROM pragma_table_info('entry')").all();
  const added = { document: "TEXT", resolves: "TEXT REFERENCES entry(id)", due_ms: "INTEGER", columns_root: "TEXT" };
  for (const [name, type] of Object.entries(added)) {
    if (!columns.some((column) => column.name === name)) db.exec(`ALTER TABLE entry ADD COLUMN ${name} ${type}`);
  }
  db.exec(`
    CREATE TABLE IF NOT EXISTS account (
      no INTEGER PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL, UNIQUE (name, unit)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS account_line (
      account_no INTEGER NOT NULL REFERENCES account(no), at_ms INTEGER NOT NULL,
      entry_seq INTEGER NOT NULL REFERENCES entry(seq), amount INTEGER NOT NULL,
      counterparty_no INTEGER REFERENCES account(no), posted_in INTEGER NOT NULL, posted_out INTEGER NOT NULL,
      pending_in INTEGER NOT NULL, pending_out INTEGER NOT NULL, PRIMARY KEY (account_no, at_ms, entry_seq)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX IF NOT EXISTS account_line_by_entry ON account_line(entry_seq, account_no);
    CREATE TABLE IF NOT EXISTS ledger_unit (
      name TEXT PRIMARY KEY, decimals INTEGER NOT NULL, said TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS refused_movement (
      id TEXT PRIMARY KEY, refused_ms INTEGER NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL, said TEXT NOT NULL,
      digest TEXT NOT NULL
    ) STRICT;
    DROP INDEX IF EXISTS entry_by_day;
    DROP INDEX IF EXISTS posting_by_account;
    CREATE INDEX IF NOT EXISTS entry_of_day ON entry(day) WHERE document IS NULL;
    CREATE INDEX IF NOT EXISTS entry_by_time ON entry(booked_ms);
    CREATE INDEX IF NOT EXISTS entry_by_corrected ON entry(corrects) WHERE corrects IS NOT NULL;
    CREATE INDEX IF NOT EXISTS hold_by_end ON entry(due_ms) WHERE due_ms IS NOT NULL;
    CREATE UNIQUE INDEX IF NOT EXISTS hold_resolved_once ON entry(resolves) WHERE resolves IS NOT NULL;
  `);
}
