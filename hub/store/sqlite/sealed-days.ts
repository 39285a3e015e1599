import type Database from "better-sqlite3";
import type { SummedBucket } from "../../series/time-buckets.ts";
import { type Columns, decodeChunk, encodeChunk } from "./chunk-codec.ts";
import { decodeRollup, encodeRollup } from "./day-rollup.ts";

/** Decoded days that are kept at hand: a late device's resends ask for the same few again and again. */
const DAYS_AT_HAND = 32;

/** A local day and what lies around it touch three or four. */
const FEW_DAYS = 4;

/** The sealed days of readings.db, through one connection. */
export interface SealedDays {
  /** The readings of one day of a series, or undefined when it has no chunk. */
  read(seriesId: number, day: number): Columns | undefined;
  /** The days with a chunk from `first` to `last`, both included, by time. */
  readDays(
    seriesId: number,
    first: number,
    last: number,
  ): Generator<{ readonly day: number; readonly columns: Columns }>;
  /** The same, newest day first. */
  readDaysBack(
    seriesId: number,
    first: number,
    last: number,
  ): Generator<{ readonly day: number; readonly columns: Columns }>;
  rollups(
    seriesId: number,
    first: number,
    last: number,
  ): Generator<{ readonly day: number; buckets(): readonly SummedBucket[] }>;
  /** Write a day anew, with its rollup. */
  write(seriesId: number, day: number, columns: Columns): void;
  dropBefore(seriesId: number, day: number): void;
  remove(seriesId: number, day: number): void;
}

export function sealedDays(db: Database.Database): SealedDays {
  const sql = {
    read: db.prepare<[number, number], { body: Buffer }>("SELECT body FROM chunk WHERE series_id = ? AND day = ?"),
    readDays: db.prepare<[number, number, number], { day: number; body: Buffer }>(
      "SELECT day, body FROM chunk WHERE series_id = ? AND day BETWEEN ? AND ? ORDER BY day",
    ),
    readDaysBack: db.prepare<[number, number, number], { day: number; body: Buffer }>(
      "SELECT day, body FROM chunk WHERE series_id = ? AND day BETWEEN ? AND ? ORDER BY day DESC",
    ),
    rollups: db.prepare<[number, number, number], { day: number; rollup: Buffer }>(
      "SELECT day, rollup FROM chunk WHERE series_id = ? AND day BETWEEN ? AND ? ORDER BY day",
    ),
    write: db.prepare(`INSERT INTO chunk (series_id, day, count, rollup, body) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (series_id, day) DO UPDATE SET count = excluded.count, rollup = excluded.rollup, body = excluded.body`),
    dropBefore: db.prepare("DELETE FROM chunk WHERE series_id = ? AND day < ?"),
    remove: db.prepare("DELETE FROM chunk WHERE series_id = ? AND day = ?"),
  };
  const atHand = new Map<string, Columns>();
  return {
    read(seriesId, day) {
      const key = `${seriesId} ${day}`;
      const known = atHand.get(key);
      if (known !== undefined) return known;
      const row = sql.read.get(seriesId, day);
      if (row === undefined) return undefined;
      const columns = decodeChunk(row.body);
      const oldest = atHand.keys().next().value;
      if (atHand.size >= DAYS_AT_HAND && oldest !== undefined) atHand.delete(oldest);
      atHand.set(key, columns);
      return columns;
    },
    *readDays(seriesId, first, last) {
      // A few at once cost less than one by one; a year of them would fill the memory.
      const isFew = last - first < FEW_DAYS;
      const rows = isFew ? sql.readDays.all(seriesId, first, last) : sql.readDays.iterate(seriesId, first, last);
      for (const { day, body } of rows) yield { day, columns: decodeChunk(body) };
    },
    *readDaysBack(seriesId, first, last) {
      for (const { day, body } of sql.readDaysBack.iterate(seriesId, first, last))
        yield { day, columns: decodeChunk(body) };
    },
    *rollups(seriesId, first, last) {
      for (const { day, rollup } of sql.rollups.iterate(seriesId, first, last)) {
        yield { day, buckets: () => decodeRollup(rollup, day) };
      }
    },
    write(seriesId, day, columns) {
      atHand.delete(`${seriesId} ${day}`);
      sql.write.run(seriesId, day, columns.at.length, encodeRollup(columns), encodeChunk(columns));
    },
    dropBefore(seriesId, day) {
      atHand.clear();
      sql.dropBefore.run(seriesId, day);
    },
    remove(seriesId, day) {
      atHand.delete(`${seriesId} ${day}`);
      sql.remove.run(seriesId, day);
    },
  };
}
