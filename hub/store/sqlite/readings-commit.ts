import type Database from "better-sqlite3";
import { DELIVERY_WINDOW } from "../../series/series-store.ts";
import { addToTrack, dropFromTrack, emptyTrack, type HeadTrack, indexOfStamp } from "./head-index.ts";
import { decodeHeadRow, decodeKeys, encodeHeadRow } from "./head-row.ts";
import { openLateMarkTables } from "./late-marks.ts";
import { openQuarantine, type Quarantine, type RefusalRow } from "./quarantine.ts";
import { ARRIVAL_FLAG, createReadingsTables, dayOf, isSameOutcome } from "./readings-schema.ts";
import { type SealedDays, sealedDays } from "./sealed-days.ts";

/** Several appends as one message between threads: columns, so that a thousand readings are four buffers. */
export interface CommitRequest {
  readonly id: number;
  /** How many readings belong to each append, in order. */
  readonly counts: readonly number[];
  /** For each append the key of its delivery, 0 when its readings are stamped; see `Delivery`. */
  readonly deliveries: BigUint64Array;
  /** For each append 1 when the sender says it is a resend. */
  readonly isRepeat: Uint8Array;
  readonly series: readonly string[];
  readonly at: Float64Array;
  /** NaN where there is no value; the flags say why. */
  readonly value: Float64Array;
  readonly flags: Uint8Array;
  readonly refusals: readonly RefusalRow[];
}

export const STORED = 0;
export const REPEATED = 1;
export const CONFLICTING = 2;

/** What was committed: for each reading what became of it, and the stamp it really got. */
export interface CommitOutcome {
  /** The head row it stands in; 0 when nothing new was stored. */
  readonly seq: number;
  readonly outcomes: Uint8Array;
  readonly at: Float64Array;
}

/** One series as the writer knows it; what is sealed and what stands in the head together. */
export interface WriterSeries {
  readonly id: number;
  readonly key: string;
  readonly head: HeadTrack;
  /** Stamps of the head with their place in it, once one of them came out of order; until then they are searched by halves. */
  stamps: Map<number, number> | undefined;
  /** The head row for which `before` holds what a commit that fails must bring back. */
  stagedSeq: number;
  before: { first: number; last: number; length: number; run: { from: number; to: number } };
  sealedSeq: number;
  /** Readings in chunks. */
  sealed: number;
  conflicts: number;
  first: number;
  last: number;
  /** The newest stamp in a chunk; nothing later needs to be looked up there. */
  lastSealed: number;
  /** A run of stamps given to unstamped readings, so that the next free ms need not be searched one by one. */
  run: { from: number; to: number };
}

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

interface SeriesRow {
  readonly id: number;
  readonly key: string;
  readonly sealed_seq: number;
  readonly readings: number;
  readonly conflicts: number;
  readonly first_ms: number | null;
  readonly last_ms: number | null;
}

/** The one writer of readings.db. Reads the head once, so that it knows every unsealed reading without asking the disk. */
export function openReadingsWriter(db: Database.Database): ReadingsWriter {
  createReadingsTables(db);
  const days = sealedDays(db);
  const quarantine = openQuarantine(db);
  const marks = openLateMarkTables(db);
  const sql = {
    series: db.prepare<[], SeriesRow>("SELECT * FROM series"),
    addSeries: db.prepare("INSERT INTO series (key) VALUES (?)"),
    addHead: db.prepare("INSERT INTO head (seq, body) VALUES (?, ?)"),
    head: db.prepare<[], { seq: number; body: Buffer }>("SELECT seq, body FROM head ORDER BY seq"),
    window: db.prepare<[], { keys: Buffer }>("SELECT keys FROM delivery_window"),
    keepConflict: db.prepare("INSERT INTO conflict (series_id, at_ms, value, flags) VALUES (?, ?, ?, ?)"),
    knownConflict: db.prepare<[number, number, number | null, number], { one: 1 }>(
      "SELECT 1 AS one FROM conflict WHERE series_id = ? AND at_ms = ? AND value IS ? AND flags = ?",
    ),
    countConflict: db.prepare("UPDATE series SET conflicts = conflicts + 1 WHERE id = ?"),
  };
  const byKey = new Map<string, WriterSeries>();
  const byId = new Map<number, WriterSeries>();
  const deliveries = new Set<bigint>();
  let newestSeq = 0;
  let headReadings = 0;

  const know = (row: SeriesRow): WriterSeries => {
    const series: WriterSeries = {
      id: row.id,
      key: row.key,
      head: emptyTrack(),
      stamps: undefined,
      stagedSeq: 0,
      before: { first: 0, last: 0, length: 0, run: { from: 0, to: -1 } },
      sealedSeq: row.sealed_seq,
      sealed: row.readings,
      conflicts: row.conflicts,
      first: row.first_ms ?? Number.POSITIVE_INFINITY,
      last: row.last_ms ?? Number.NEGATIVE_INFINITY,
      lastSealed: row.last_ms ?? Number.NEGATIVE_INFINITY,
      run: { from: 0, to: -1 },
    };
    byKey.set(row.key, series);
    byId.set(row.id, series);
    return series;
  };
  const place = (series: WriterSeries, reading: { at: number; value: number; flags: number; seq: number }): void => {
    const newest = series.head.at.at(-1);
    if (series.stamps === undefined && newest !== undefined && reading.at < newest)
      series.stamps = placesOf(series.head);
    series.stamps?.set(reading.at, series.head.at.length);
    addToTrack(series.head, reading);
    if (reading.at < series.first) series.first = reading.at;
    if (reading.at > series.last) series.last = reading.at;
    headReadings += 1;
  };
  const remember = (key: bigint): void => {
    deliveries.add(key);
    const oldest = deliveries.values().next().value;
    if (deliveries.size > DELIVERY_WINDOW && oldest !== undefined) deliveries.delete(oldest);
  };

  for (const row of sql.series.iterate()) {
    know(row);
    // The head may be empty: a row that comes must still count as newer than all that was ever sealed.
    newestSeq = Math.max(newestSeq, row.sealed_seq);
  }
  for (const { keys } of sql.window.iterate()) for (const key of decodeKeys(keys)) remember(key);
  for (const { seq, body } of sql.head.iterate()) {
    const row = decodeHeadRow(body);
    for (let index = 0; index < row.at.length; index += 1) {
      const series = byId.get(row.seriesId[index] ?? 0);
      if (series === undefined) throw new Error(`head row ${seq} names a series that does not exist`);
      if (seq <= series.sealedSeq) continue;
      place(series, {
        at: row.at[index] ?? 0,
        value: row.value[index] ?? Number.NaN,
        flags: row.flags[index] ?? 0,
        seq,
      });
    }
    for (const key of row.deliveries) remember(key);
    newestSeq = Math.max(newestSeq, seq);
  }

  /** What stands at a stamp of a series, sealed or not. */
  const standingAt = (series: WriterSeries, at: number): { value: number; flags: number } | undefined => {
    if (at > series.last) return undefined;
    const index = series.stamps === undefined ? indexOfStamp(series.head, at) : (series.stamps.get(at) ?? -1);
    if (index >= 0) return { value: series.head.value[index] ?? Number.NaN, flags: series.head.flags[index] ?? 0 };
    if (at > series.lastSealed) return undefined;
    const columns = days.read(series.id, dayOf(at));
    const found = columns === undefined ? -1 : indexOfStamp(columns, at);
    if (columns === undefined || found < 0) return undefined;
    return { value: columns.value[found] ?? Number.NaN, flags: columns.flags[found] ?? 0 };
  };

  const nextFree = (series: WriterSeries, stamp: number): number => {
    const { run } = series;
    let at = stamp >= run.from && stamp <= run.to ? run.to + 1 : stamp;
    while (standingAt(series, at) !== undefined) at += 1;
    series.run = at === run.to + 1 ? { from: run.from, to: at } : { from: at, to: at };
    return at;
  };

  interface Staged {
    readonly touched: WriterSeries[];
    readonly added: string[];
    readonly keys: bigint[];
    readonly rows: { seriesId: number[]; at: number[]; value: number[]; flags: number[] };
    conflicts: WriterSeries[];
  }

  const storeReading = (
    staged: Staged,
    seq: number,
    request: CommitRequest,
    index: number,
    at: Float64Array,
  ): number => {
    const key = request.series[index] ?? "";
    let series = byKey.get(key);
    if (series === undefined) {
      const id = Number(sql.addSeries.run(key).lastInsertRowid);
      series = know({ id, key, sealed_seq: 0, readings: 0, conflicts: 0, first_ms: null, last_ms: null });
      staged.added.push(key);
    }
    const flags = request.flags[index] ?? 0;
    const value = request.value[index] ?? Number.NaN;
    const stamp = request.at[index] ?? 0;
    const isUnstamped = (flags & ARRIVAL_FLAG) !== 0;
    const standing = isUnstamped ? undefined : standingAt(series, stamp);
    if (standing !== undefined) {
      if (Object.is(standing.value, value) && isSameOutcome(standing.flags, flags)) return REPEATED;
      const kept = Number.isNaN(value) ? null : value;
      if (sql.knownConflict.get(series.id, stamp, kept, flags) !== undefined) return REPEATED;
      sql.keepConflict.run(series.id, stamp, kept, flags);
      sql.countConflict.run(series.id);
      staged.conflicts.push(series);
      return CONFLICTING;
    }
    if (series.stagedSeq !== seq) {
      const { first, last, run, head } = series;
      series.stagedSeq = seq;
      series.before = { first, last, run, length: head.at.length };
      staged.touched.push(series);
    }
    const free = isUnstamped ? nextFree(series, stamp) : stamp;
    at[index] = free;
    place(series, { at: free, value, flags, seq });
    staged.rows.seriesId.push(series.id);
    staged.rows.at.push(free);
    staged.rows.value.push(value);
    staged.rows.flags.push(flags);
    return STORED;
  };

  const runCommit = db.transaction((request: CommitRequest, staged: Staged): CommitOutcome => {
    const seq = newestSeq + 1;
    const outcomes = new Uint8Array(request.at.length);
    const at = request.at.slice();
    let index = 0;
    for (let append = 0; append < request.counts.length; append += 1) {
      const end = index + (request.counts[append] ?? 0);
      const key = request.deliveries[append] ?? 0n;
      const isKnown =
        key !== 0n && request.isRepeat[append] === 1 && (deliveries.has(key) || staged.keys.includes(key));
      for (; index < end; index += 1)
        outcomes[index] = isKnown ? REPEATED : storeReading(staged, seq, request, index, at);
      if (key !== 0n && !isKnown) staged.keys.push(key);
    }
    if (staged.rows.at.length > 0) sql.addHead.run(seq, encodeHeadRow({ ...staged.rows, deliveries: staged.keys }));
    if (request.refusals.length > 0) quarantine.keep(request.refusals);
    return { seq: staged.rows.at.length > 0 ? seq : 0, outcomes, at };
  }).immediate;

  /** Bring the memory back to what the file says after a commit that did not happen. */
  const takeBack = (staged: Staged): void => {
    for (const series of staged.touched) {
      const { first, last, run, length } = series.before;
      headReadings -= series.head.at.length - length;
      for (const at of series.head.at.splice(length)) series.stamps?.delete(at);
      for (const column of [series.head.value, series.head.flags, series.head.seq]) column.splice(length);
      Object.assign(series, { first, last, run, stagedSeq: 0 });
    }
    for (const key of staged.added) {
      byId.delete(byKey.get(key)?.id ?? 0);
      byKey.delete(key);
    }
  };

  return {
    db,
    days,
    quarantine,
    series: byKey,
    headReadings: () => headReadings,
    bookedBefore(moment) {
      marks.bookedBefore(moment);
    },
    forgetMarks: (ids) => marks.forget(ids),
    newestSeq: () => newestSeq,
    deliveries: () => [...deliveries],
    commit(request) {
      const staged: Staged = {
        touched: [],
        added: [],
        keys: [],
        conflicts: [],
        rows: { seriesId: [], at: [], value: [], flags: [] },
      };
      try {
        const outcome = runCommit(request, staged);
        for (const key of staged.keys) remember(key);
        for (const series of staged.conflicts) series.conflicts += 1;
        if (outcome.seq > 0) newestSeq = outcome.seq;
        return outcome;
      } catch (failure) {
        takeBack(staged);
        throw failure;
      }
    },
    forgetHead(seq) {
      headReadings = 0;
      for (const series of byKey.values()) {
        dropFromTrack(series.head, seq);
        series.stamps = isInOrder(series.head) ? undefined : placesOf(series.head);
        headReadings += series.head.at.length;
      }
    },
  };
}

/** Where each stamp of a track stands. */
function placesOf({ at }: HeadTrack): Map<number, number> {
  return new Map(at.map((stamp, index) => [stamp, index]));
}

function isInOrder({ at }: HeadTrack): boolean {
  return at.every((stamp, index) => index === 0 || stamp > (at[index - 1] ?? 0));
}
