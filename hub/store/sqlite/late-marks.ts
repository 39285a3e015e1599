import type Database from "better-sqlite3";
import type { SeriesKey } from "../../reading.ts";
import { coverAll, nearOf, type Stretch } from "../../series/late-marks.ts";
import type { LateMark } from "../../series/series-store.ts";
import { EpochMs } from "../../units.ts";

/**
 * Marks stand in readings.db, so that one transaction stores a reading and its mark: settlement.db and books.db are other
 * files, and a kill between two files would lose one of the two. Ids are never used again: whoever read a mark may forget
 * it by its id after more came.
 */
export function createLateMarkTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS booked (id INTEGER PRIMARY KEY CHECK (id = 1), before_ms INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS late_mark (
      id INTEGER PRIMARY KEY AUTOINCREMENT, series_id INTEGER NOT NULL REFERENCES series(id),
      from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS late_mark_of_series ON late_mark (series_id, from_ms);
  `);
}

/** Marks as the reading thread asks for them. @returns oldest first, at most `limit` */
export function readLateMarks(db: Database.Database): (limit: number) => readonly LateMark[] {
  const marks = db.prepare<[number], { id: number; series: string; from_ms: number; to_ms: number }>(
    `SELECT late_mark.id, series.key AS series, from_ms, to_ms FROM late_mark JOIN series ON series.id = series_id
      ORDER BY late_mark.id LIMIT ?`,
  );
  return (limit) =>
    marks.all(limit).map(({ id, series, from_ms, to_ms }) => {
      return { id, series: series as SeriesKey, from_ms: EpochMs(from_ms), to_ms: EpochMs(to_ms) };
    });
}

/** The tables as the writer thread keeps them. */
export interface LateMarkTables {
  /** -Infinity before anything was booked. */
  booked(): number;
  /** @returns true when the moment moved */
  bookedBefore(moment: number): boolean;
  /** Mark stretches of a series, joined with the marks they are near to. Within the transaction of the commit. */
  mark(seriesId: number, stretches: readonly Stretch[]): void;
  forget(ids: readonly number[]): void;
}

export function openLateMarkTables(db: Database.Database): LateMarkTables {
  const sql = {
    booked: db.prepare<[], { before_ms: number }>("SELECT before_ms FROM booked"),
    bookedBefore: db.prepare(
      "INSERT INTO booked (id, before_ms) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET before_ms = excluded.before_ms",
    ),
    near: db.prepare<[number, number, number], Stretch & { id: number }>(
      "SELECT id, from_ms, to_ms FROM late_mark WHERE series_id = ? AND from_ms < ? AND to_ms >= ?",
    ),
    add: db.prepare("INSERT INTO late_mark (series_id, from_ms, to_ms) VALUES (?, ?, ?)"),
    forget: db.prepare("DELETE FROM late_mark WHERE id = ?"),
  };
  let booked = sql.booked.get()?.before_ms ?? Number.NEGATIVE_INFINITY;
  return {
    booked: () => booked,
    bookedBefore(moment) {
      if (moment <= booked) return false;
      sql.bookedBefore.run(moment);
      booked = moment;
      return true;
    },
    mark(seriesId, stretches) {
      for (const stretch of stretches) {
        const { from_ms, to_ms } = nearOf(stretch);
        const joined = sql.near.all(seriesId, to_ms, from_ms);
        for (const { id } of joined) sql.forget.run(id);
        const all = coverAll([stretch, ...joined]);
        sql.add.run(seriesId, all.from_ms, all.to_ms);
      }
    },
    forget: db.transaction((ids: readonly number[]) => {
      for (const id of ids) sql.forget.run(id);
    }).immediate,
  };
}
