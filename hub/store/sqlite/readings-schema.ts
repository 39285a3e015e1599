import type Database from "better-sqlite3";
import type { Reading } from "../../reading.ts";

/**
 * readings.db. A simple head: one row a reading, keyed by (series, at). `flags` packs who stamped it and its outcome.
 * The value keeps the device's own float; the quantity's unit is in the series key.
 */
export function createReadingsTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS series (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
      first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL, readings INTEGER NOT NULL, conflicts INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS reading (
      series_id INTEGER NOT NULL REFERENCES series(id), at_ms INTEGER NOT NULL, value REAL, flags INTEGER NOT NULL,
      PRIMARY KEY (series_id, at_ms)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS conflict (
      id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series(id), at_ms INTEGER NOT NULL,
      value REAL, flags INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS quarantine (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, source TEXT NOT NULL, device TEXT,
      reason TEXT NOT NULL, payload BLOB NOT NULL
    ) STRICT;
  `);
}

const outcomes = ["value", "not_available", "read_failed"] as const;

export function packFlags({ outcome, stampedBy }: Pick<Reading, "outcome" | "stampedBy">): number {
  return (outcomes.indexOf(outcome) << 1) | (stampedBy === "arrival" ? 1 : 0);
}

export function unpackFlags(flags: number): Pick<Reading, "outcome" | "stampedBy"> {
  const outcome = outcomes[flags >> 1];
  if (outcome === undefined) throw new RangeError(`not reading flags: ${flags}`);
  return { outcome, stampedBy: flags & 1 ? "arrival" : "device" };
}

export const ARRIVAL_FLAG = 1;
