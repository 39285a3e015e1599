import type Database from "better-sqlite3";
import type { Reading } from "../../reading.ts";
import { DAY } from "../../units.ts";
import { createLateMarkTables } from "./late-marks.ts";

/**
 * readings.db. `head` takes one packed row a commit, in commit order; sealing moves it into `chunk`, one compressed block
 * a series a UTC day with its quarter-hour rollup. `series.sealed_seq` is the newest head row whose readings of that series
 * are in chunks: whatever was interrupted, a reading counts once.
 */
export function createReadingsTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS series (
      id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, sealed_seq INTEGER NOT NULL DEFAULT 0,
      readings INTEGER NOT NULL DEFAULT 0, conflicts INTEGER NOT NULL DEFAULT 0,
      first_ms INTEGER, last_ms INTEGER, last_value BLOB, last_flags INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS head (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS chunk (
      id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series(id), day INTEGER NOT NULL,
      count INTEGER NOT NULL, rollup BLOB NOT NULL, body BLOB NOT NULL, UNIQUE (series_id, day)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS delivery_window (id INTEGER PRIMARY KEY CHECK (id = 1), keys BLOB NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS conflict (
      id INTEGER PRIMARY KEY, series_id INTEGER NOT NULL REFERENCES series(id), at_ms INTEGER NOT NULL,
      value REAL, flags INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS quarantine (
      id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL, source TEXT NOT NULL, device TEXT,
      reason TEXT NOT NULL, payload BLOB NOT NULL, payload_bytes INTEGER NOT NULL
    ) STRICT;
  `);
  createLateMarkTables(db);
}

const outcomes = ["value", "not_available", "read_failed"] as const;

/** A float as its eight bytes: a REAL column would turn -0 into 0 and NaN into NULL. */
export function floatToBytes(value: number): Uint8Array {
  return new Uint8Array(Float64Array.of(value).buffer);
}

export function floatFromBytes(bytes: Uint8Array): number {
  return new Float64Array(new Uint8Array(bytes).buffer)[0] ?? Number.NaN;
}

/** Bit 0: stamped by arrival. Bits 1 and 2: outcome. Bit 3: the hub's clock was unsure. */
export const ARRIVAL_FLAG = 1;
const OUTCOME_BITS = 0b110;
const UNSURE_FLAG = 0b1000;

export function packFlags({
  outcome,
  stampedBy,
  isClockUnsure,
}: Pick<Reading, "outcome" | "stampedBy" | "isClockUnsure">): number {
  return (
    (outcomes.indexOf(outcome) << 1) | (stampedBy === "arrival" ? ARRIVAL_FLAG : 0) | (isClockUnsure ? UNSURE_FLAG : 0)
  );
}

export function unpackFlags(flags: number): Pick<Reading, "outcome" | "stampedBy" | "isClockUnsure"> {
  const unpacked = allFlags[flags];
  if (unpacked === undefined) throw new RangeError(`not reading flags: ${flags}`);
  return unpacked;
}

/** Every combination: a day of a large community is a hundred thousand readings. */
const allFlags = Array.from({ length: 16 }, (_, flags) => {
  const outcome = outcomes[(flags & OUTCOME_BITS) >> 1];
  if (outcome === undefined) return undefined;
  const unsure = flags & UNSURE_FLAG ? { isClockUnsure: true as const } : {};
  return { outcome, stampedBy: flags & ARRIVAL_FLAG ? ("arrival" as const) : ("device" as const), ...unsure };
});

/** True when a reading with these flags has a value. */
export const hasValue = (flags: number): boolean => (flags & OUTCOME_BITS) === 0;

/** True when a reading with these flags has a value and nobody doubts its time. */
export const isMeasured = (flags: number): boolean => (flags & (OUTCOME_BITS | UNSURE_FLAG)) === 0;

/** True when two readings say the same kind of thing, whoever stamped them. */
export const isSameOutcome = (a: number, b: number): boolean => (a & OUTCOME_BITS) === (b & OUTCOME_BITS);

/** The UTC day a chunk covers, as whole days since 1970. */
export const dayOf = (at: number): number => Math.floor(at / DAY);
