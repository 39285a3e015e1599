import type Database from "better-sqlite3";
import type { AppendReceipt } from "../../series/series-store.ts";
import { QUARANTINE_ROWS } from "../../series/series-store.ts";
import { ARRIVAL_FLAG, createReadingsTables } from "./readings-schema.ts";

/** Several appends as one message between threads: columns, so that a thousand readings are four buffers. */
export interface CommitRequest {
  readonly id: number;
  /** How many readings belong to each append, in order. */
  readonly counts: readonly number[];
  readonly series: readonly string[];
  readonly at: Float64Array;
  /** NaN where there is no value; the flags say why. */
  readonly value: Float64Array;
  readonly flags: Uint8Array;
  readonly refusals: readonly RefusalRow[];
}

export interface RefusalRow {
  readonly at: number;
  readonly source: string;
  readonly device: string | null;
  readonly reason: string;
  readonly payload: Uint8Array;
}

export type CommitReply =
  | { readonly id: number; readonly receipts: readonly AppendReceipt[] }
  | { readonly id: number; readonly failure: string };

interface SeriesRow {
  readonly id: number;
  first_ms: number;
  last_ms: number;
  readings: number;
  conflicts: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * The one writer of readings.db: everything of a request in one transaction, synced before it returns.
 * @returns a function from a request to one receipt an append; it throws when nothing of the request was stored
 */
export function prepareCommit(db: Database.Database): (request: CommitRequest) => readonly AppendReceipt[] {
  createReadingsTables(db);
  const sql = {
    seriesOf: db.prepare<[string], SeriesRow>(
      "SELECT id, first_ms, last_ms, readings, conflicts FROM series WHERE key = ?",
    ),
    addSeries: db.prepare("INSERT INTO series (key, first_ms, last_ms, readings, conflicts) VALUES (?, ?, ?, 0, 0)"),
    saveSeries: db.prepare("UPDATE series SET first_ms = ?, last_ms = ?, readings = ?, conflicts = ? WHERE id = ?"),
    insert: db.prepare(
      "INSERT INTO reading (series_id, at_ms, value, flags) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    ),
    standing: db.prepare<[number, number], { value: number | null; flags: number }>(
      "SELECT value, flags FROM reading WHERE series_id = ? AND at_ms = ?",
    ),
    keepConflict: db.prepare("INSERT INTO conflict (series_id, at_ms, value, flags) VALUES (?, ?, ?, ?)"),
    knownConflict: db.prepare<[number, number, number | null, number], { one: 1 }>(
      "SELECT 1 AS one FROM conflict WHERE series_id = ? AND at_ms = ? AND value IS ? AND flags = ?",
    ),
    quarantine: db.prepare("INSERT INTO quarantine (at_ms, source, device, reason, payload) VALUES (?, ?, ?, ?, ?)"),
    trimQuarantine: db.prepare("DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM quarantine) - ?"),
  };

  /** Returns what became of one reading, and keeps the series' own counts in `row`. */
  const storeReading = (row: SeriesRow, stamp: number, value: number | null, flags: number): keyof AppendReceipt => {
    let at = stamp;
    while (sql.insert.run(row.id, at, value, flags).changes === 0) {
      if (flags & ARRIVAL_FLAG) {
        at += 1;
        continue;
      }
      const standing = sql.standing.get(row.id, at);
      if (standing !== undefined && standing.value === value && standing.flags >> 1 === flags >> 1) return "repeated";
      if (sql.knownConflict.get(row.id, at, value, flags) !== undefined) return "repeated";
      sql.keepConflict.run(row.id, at, value, flags);
      row.conflicts += 1;
      return "conflicting";
    }
    row.readings += 1;
    row.first_ms = Math.min(row.first_ms, at);
    row.last_ms = Math.max(row.last_ms, at);
    return "stored";
  };

  return db.transaction((request: CommitRequest): readonly AppendReceipt[] => {
    const touched = new Map<string, SeriesRow>();
    const receipts: AppendReceipt[] = [];
    let index = 0;
    for (const count of request.counts) {
      const receipt: Mutable<AppendReceipt> = { stored: 0, repeated: 0, conflicting: 0 };
      for (const end = index + count; index < end; index += 1) {
        const key = request.series[index] ?? "";
        const at = request.at[index] ?? Number.NaN;
        const value = request.value[index] ?? Number.NaN;
        let row = touched.get(key) ?? sql.seriesOf.get(key);
        if (row === undefined) {
          const id = Number(sql.addSeries.run(key, at, at).lastInsertRowid);
          row = { id, first_ms: at, last_ms: at, readings: 0, conflicts: 0 };
        }
        touched.set(key, row);
        receipt[storeReading(row, at, Number.isNaN(value) ? null : value, request.flags[index] ?? 0)] += 1;
      }
      receipts.push(receipt);
    }
    for (const row of touched.values()) {
      sql.saveSeries.run(row.first_ms, row.last_ms, row.readings, row.conflicts, row.id);
    }
    for (const one of request.refusals) sql.quarantine.run(one.at, one.source, one.device, one.reason, one.payload);
    if (request.refusals.length > 0) sql.trimQuarantine.run(QUARANTINE_ROWS);
    return receipts;
  }).immediate;
}
