import type Database from "better-sqlite3";
import { openDatabase } from "./open-database.ts";

/**
 * books.db: small and precious. Community and device documents, what happened to registers, corrections of readings,
 * device credentials, entries and their postings. Triggers refuse
 * every change to what was booked, so that only a tool from outside can alter it, and `millrace verify` names that.
 */
export function openBooks(path: string): Database.Database {
  const db = openDatabase(path);
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
    CREATE INDEX IF NOT EXISTS entry_by_day ON entry(day);
    CREATE TABLE IF NOT EXISTS posting (
      entry_seq INTEGER NOT NULL REFERENCES entry(seq), account TEXT NOT NULL, amount_mwh INTEGER NOT NULL,
      PRIMARY KEY (entry_seq, account)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS posting_by_account ON posting(account);
  `);
  for (const table of ["entry", "posting", "community", "correction", "device", "register_event"]) {
    for (const change of ["UPDATE", "DELETE"]) {
      db.exec(`CREATE TRIGGER IF NOT EXISTS ${table}_keeps_${change.toLowerCase()} BEFORE ${change} ON ${table}
        BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END`);
    }
  }
  return db;
}
