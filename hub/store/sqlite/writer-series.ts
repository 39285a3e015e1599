import { addToTrack, dropFromTrack, emptyTrack, type HeadTrack, indexOfStamp } from "./head-index.ts";
import { dayOf, isMeasured } from "./readings-schema.ts";
import type { SealedDays } from "./sealed-days.ts";

/** One series as the writer knows it; what is sealed and what stands in the head together. */
export interface WriterSeries {
  readonly id: number;
  readonly key: string;
  readonly head: HeadTrack;
  /** Stamps of the head with their place in it, once one of them came out of order; until then they are searched by halves. */
  stamps: Map<number, number> | undefined;
  /** The head row for which `before` holds what a commit that fails must bring back. */
  stagedSeq: number;
  before: Kept & { readonly length: number };
  sealedSeq: number;
  /** Readings in chunks. */
  sealed: number;
  conflicts: number;
  first: number;
  last: number;
  /** The newest stamp in a chunk; nothing later needs to be looked up there. */
  lastSealed: number;
  /** A measurement that stands in a chunk, a new one if any; -Infinity while none is known. */
  sealedMeasurement: number;
  /** A run of stamps given to unstamped readings, so that the next free ms need not be searched one by one. */
  run: { from: number; to: number };
  /**
   * A measurement at or after the booked moment stands at this stamp, and none is known before it; Infinity while none is
   * known at all, -Infinity while nothing is booked.
   */
  measuredFrom: number;
}

/** What a reading may change of what is known about its series, besides its head. */
type Kept = Pick<WriterSeries, "first" | "last" | "run" | "measuredFrom">;

/** A row of the table `series`. */
export interface SeriesRow {
  readonly id: number;
  readonly key: string;
  readonly sealed_seq: number;
  readonly readings: number;
  readonly conflicts: number;
  readonly first_ms: number | null;
  readonly last_ms: number | null;
  readonly last_flags: number | null;
}

/** Every series with its unsealed readings in memory, so that the writer need not ask the disk what it knows. */
export interface SeriesInMemory {
  readonly byKey: ReadonlyMap<string, WriterSeries>;
  readonly byId: ReadonlyMap<number, WriterSeries>;
  /** Readings of the head, all series together. */
  headReadings(): number;
  know(row: SeriesRow): WriterSeries;
  place(series: WriterSeries, reading: { at: number; value: number; flags: number; seq: number }): void;
  /** What stands at a stamp of a series, sealed or not. */
  standingAt(series: WriterSeries, at: number): { value: number; flags: number } | undefined;
  /** The first free ms of a series from a stamp on. */
  nextFree(series: WriterSeries, stamp: number): number;
  /** Keep what a series was before head row `seq`. @returns false when that is kept already */
  stage(series: WriterSeries, seq: number): boolean;
  /** Bring the memory back to what the file says after a commit that did not happen. */
  takeBack(touched: readonly WriterSeries[], added: readonly string[]): void;
  /** Forget the head rows up to `seq` after they were sealed. */
  forgetHead(seq: number): void;
}

export function keepSeriesInMemory(days: SealedDays): SeriesInMemory {
  const byKey = new Map<string, WriterSeries>();
  const byId = new Map<number, WriterSeries>();
  let headReadings = 0;

  const standingAt: SeriesInMemory["standingAt"] = (series, at) => {
    if (at > series.last) return undefined;
    const index = series.stamps === undefined ? indexOfStamp(series.head, at) : (series.stamps.get(at) ?? -1);
    if (index >= 0) return { value: series.head.value[index] ?? Number.NaN, flags: series.head.flags[index] ?? 0 };
    if (at > series.lastSealed) return undefined;
    const columns = days.read(series.id, dayOf(at));
    const found = columns === undefined ? -1 : indexOfStamp(columns, at);
    if (columns === undefined || found < 0) return undefined;
    return { value: columns.value[found] ?? Number.NaN, flags: columns.flags[found] ?? 0 };
  };

  return {
    byKey,
    byId,
    headReadings: () => headReadings,
    standingAt,
    know(row) {
      const series: WriterSeries = {
        id: row.id,
        key: row.key,
        head: emptyTrack(),
        stamps: undefined,
        stagedSeq: 0,
        before: { first: 0, last: 0, length: 0, run: { from: 0, to: -1 }, measuredFrom: Number.POSITIVE_INFINITY },
        sealedSeq: row.sealed_seq,
        sealed: row.readings,
        conflicts: row.conflicts,
        first: row.first_ms ?? Number.POSITIVE_INFINITY,
        last: row.last_ms ?? Number.NEGATIVE_INFINITY,
        lastSealed: row.last_ms ?? Number.NEGATIVE_INFINITY,
        sealedMeasurement:
          row.last_ms !== null && row.last_flags !== null && row.readings > 0 && isMeasured(row.last_flags)
            ? row.last_ms
            : Number.NEGATIVE_INFINITY,
        run: { from: 0, to: -1 },
        measuredFrom: Number.POSITIVE_INFINITY,
      };
      byKey.set(row.key, series);
      byId.set(row.id, series);
      return series;
    },
    place(series, reading) {
      const newest = series.head.at.at(-1);
      if (series.stamps === undefined && newest !== undefined && reading.at < newest)
        series.stamps = placesOf(series.head);
      series.stamps?.set(reading.at, series.head.at.length);
      addToTrack(series.head, reading);
      if (reading.at < series.first) series.first = reading.at;
      if (reading.at > series.last) series.last = reading.at;
      headReadings += 1;
    },
    nextFree(series, stamp) {
      const { run } = series;
      let at = stamp >= run.from && stamp <= run.to ? run.to + 1 : stamp;
      while (standingAt(series, at) !== undefined) at += 1;
      series.run = at === run.to + 1 ? { from: run.from, to: at } : { from: at, to: at };
      return at;
    },
    stage(series, seq) {
      if (series.stagedSeq === seq) return false;
      const { first, last, run, measuredFrom, head } = series;
      series.stagedSeq = seq;
      series.before = { first, last, run, measuredFrom, length: head.at.length };
      return true;
    },
    takeBack(touched, added) {
      for (const series of touched) {
        const { length, ...kept } = series.before;
        headReadings -= series.head.at.length - length;
        for (const at of series.head.at.splice(length)) series.stamps?.delete(at);
        for (const column of [series.head.value, series.head.flags, series.head.seq]) column.splice(length);
        Object.assign(series, kept, { stagedSeq: 0 });
      }
      for (const key of added) {
        byId.delete(byKey.get(key)?.id ?? 0);
        byKey.delete(key);
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
