import type Database from "better-sqlite3";
import { CONFLICTING, type CommitOutcome, type CommitRequest, REPEATED, STORED } from "./commit-request.ts";
import { openDeliveryWindow } from "./delivery-window.ts";
import { decodeHeadRow, encodeHeadRow } from "./head-row.ts";
import { openLateMarkTables } from "./late-marks.ts";
import { findLateReadings } from "./late-readings.ts";
import { openQuarantine, type Quarantine } from "./quarantine.ts";
import { ARRIVAL_FLAG, createReadingsTables, isSameOutcome } from "./readings-schema.ts";
import { type SealedDays, sealedDays } from "./sealed-days.ts";
import { keepSeriesInMemory, type SeriesRow, type WriterSeries } from "./writer-series.ts";

export interface ReadingsWriter {
  readonly db: Database.Database;
  readonly days: SealedDays;
  readonly quarantine: Quarantine;
  readonly series: ReadonlyMap<string, WriterSeries>;
  readonly headReadings: () => number;
  /** Mark what changes before this moment from now on; a smaller one is ignored. */
  bookedBefore(moment: number): void;
  forgetMarks(ids: readonly number[]): void;
  /** Everything of a request in one transaction, synced before it returns. @throws when nothing of it was stored */
  commit(request: CommitRequest): CommitOutcome;
  newestSeq(): number;
  /** Keys of the newest deliveries, oldest first. */
  deliveries(): readonly bigint[];
  /** Forget the head rows up to `seq` after they were sealed. */
  forgetHead(seq: number): void;
}

/** A series without readings. */
const UNREAD = { sealed_seq: 0, readings: 0, conflicts: 0, first_ms: null, last_ms: null, last_flags: null } as const;

/** What a commit has done so far, to be applied to the memory or taken back. */
interface Staged {
  readonly seq: number;
  readonly touched: WriterSeries[];
  readonly added: string[];
  readonly keys: bigint[];
  readonly rows: { seriesId: number[]; at: number[]; value: number[]; flags: number[] };
  readonly conflicts: WriterSeries[];
}

/** The one writer of readings.db. Reads the head once, so that it knows every unsealed reading without asking the disk. */
export function openReadingsWriter(db: Database.Database): ReadingsWriter {
  createReadingsTables(db);
  const days = sealedDays(db);
  const quarantine = openQuarantine(db);
  const deliveries = openDeliveryWindow(db);
  const memory = keepSeriesInMemory(days);
  const marks = openLateMarkTables(db);
  const late = findLateReadings(marks, days, memory.byKey);
  const sql = {
    series: db.prepare<[], SeriesRow>("SELECT * FROM series"),
    addSeries: db.prepare("INSERT INTO series (key) VALUES (?)"),
    addHead: db.prepare("INSERT INTO head (seq, body) VALUES (?, ?)"),
    head: db.prepare<[], { seq: number; body: Buffer }>("SELECT seq, body FROM head ORDER BY seq"),
    keepConflict: db.prepare("INSERT INTO conflict (series_id, at_ms, value, flags) VALUES (?, ?, ?, ?)"),
    knownConflict: db.prepare<[number, number, number | null, number], { one: 1 }>(
      "SELECT 1 AS one FROM conflict WHERE series_id = ? AND at_ms = ? AND value IS ? AND flags = ?",
    ),
    countConflict: db.prepare("UPDATE series SET conflicts = conflicts + 1 WHERE id = ?"),
  };
  let newestSeq = 0;

  for (const row of sql.series.iterate()) {
    memory.know(row);
    // The head may be empty: a row that comes must still count as newer than all that was ever sealed.
    newestSeq = Math.max(newestSeq, row.sealed_seq);
  }
  for (const { seq, body } of sql.head.iterate()) {
    const row = decodeHeadRow(body);
    for (let index = 0; index < row.at.length; index += 1) {
      const series = memory.byId.get(row.seriesId[index] ?? 0);
      if (series === undefined) throw new Error(`head row ${seq} names a series that does not exist`);
      if (seq <= series.sealedSeq) continue;
      memory.place(series, {
        at: row.at[index] ?? 0,
        value: row.value[index] ?? Number.NaN,
        flags: row.flags[index] ?? 0,
        seq,
      });
    }
    for (const key of row.deliveries) deliveries.remember(key);
    newestSeq = Math.max(newestSeq, seq);
  }

  const storeReading = (staged: Staged, request: CommitRequest, index: number, at: Float64Array): number => {
    const key = request.series[index] ?? "";
    let series = memory.byKey.get(key);
    if (series === undefined) {
      const id = Number(sql.addSeries.run(key).lastInsertRowid);
      series = memory.know({ ...UNREAD, id, key });
      staged.added.push(key);
    }
    const flags = request.flags[index] ?? 0;
    const value = request.value[index] ?? Number.NaN;
    const stamp = request.at[index] ?? 0;
    const isUnstamped = (flags & ARRIVAL_FLAG) !== 0;
    const standing = isUnstamped ? undefined : memory.standingAt(series, stamp);
    if (standing !== undefined) {
      if (Object.is(standing.value, value) && isSameOutcome(standing.flags, flags)) return REPEATED;
      const kept = Number.isNaN(value) ? null : value;
      if (sql.knownConflict.get(series.id, stamp, kept, flags) !== undefined) return REPEATED;
      sql.keepConflict.run(series.id, stamp, kept, flags);
      sql.countConflict.run(series.id);
      staged.conflicts.push(series);
      return CONFLICTING;
    }
    if (memory.stage(series, staged.seq)) staged.touched.push(series);
    const free = isUnstamped ? memory.nextFree(series, stamp) : stamp;
    at[index] = free;
    late.see(series, { at: free, flags });
    memory.place(series, { at: free, value, flags, seq: staged.seq });
    staged.rows.seriesId.push(series.id);
    staged.rows.at.push(free);
    staged.rows.value.push(value);
    staged.rows.flags.push(flags);
    return STORED;
  };

  const runCommit = db.transaction((request: CommitRequest, staged: Staged): CommitOutcome => {
    const outcomes = new Uint8Array(request.at.length);
    const at = request.at.slice();
    let index = 0;
    for (let append = 0; append < request.counts.length; append += 1) {
      const end = index + (request.counts[append] ?? 0);
      const key = request.deliveries[append] ?? 0n;
      const isKnown =
        key !== 0n && request.isRepeat[append] === 1 && (deliveries.has(key) || staged.keys.includes(key));
      for (; index < end; index += 1) outcomes[index] = isKnown ? REPEATED : storeReading(staged, request, index, at);
      if (key !== 0n && !isKnown) staged.keys.push(key);
    }
    const { rows, seq } = staged;
    if (rows.at.length > 0) sql.addHead.run(seq, encodeHeadRow({ ...rows, deliveries: staged.keys }));
    if (request.refusals.length > 0) quarantine.keep(request.refusals);
    late.mark();
    return { seq: rows.at.length > 0 ? seq : 0, outcomes, at };
  }).immediate;

  return {
    db,
    days,
    quarantine,
    series: memory.byKey,
    headReadings: memory.headReadings,
    bookedBefore: late.bookedBefore,
    forgetMarks: marks.forget,
    newestSeq: () => newestSeq,
    deliveries: deliveries.keys,
    commit(request) {
      const staged: Staged = {
        seq: newestSeq + 1,
        touched: [],
        added: [],
        keys: [],
        conflicts: [],
        rows: { seriesId: [], at: [], value: [], flags: [] },
      };
      late.begin();
      try {
        const outcome = runCommit(request, staged);
        for (const key of staged.keys) deliveries.remember(key);
        for (const series of staged.conflicts) series.conflicts += 1;
        if (outcome.seq > 0) newestSeq = outcome.seq;
        return outcome;
      } catch (failure) {
        memory.takeBack(staged.touched, staged.added);
        throw failure;
      }
    },
    forgetHead: memory.forgetHead,
  };
}
