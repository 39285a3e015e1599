import type Database from "better-sqlite3";
import type { Reading, SeriesKey } from "../../reading.ts";
import { EpochMs } from "../../units.ts";
import type { Columns } from "./chunk-codec.ts";
import { CONFLICTING, type CommitOutcome, type CommitRequest, STORED } from "./commit-request.ts";
import { addToTrack, dropFromTrack, emptyTrack, type HeadTrack } from "./head-index.ts";
import { decodeHeadRow } from "./head-row.ts";
import { floatFromBytes, unpackFlags } from "./readings-schema.ts";

/** One series as the reading thread knows it. */
export interface ViewedSeries {
  readonly key: SeriesKey;
  id: number | undefined;
  readonly head: HeadTrack;
  sealedSeq: number;
  readings: number;
  conflicts: number;
  first: number;
  last: number;
  lastValue: number;
  lastFlags: number;
}

interface SeriesRow {
  readonly id: number;
  readonly key: string;
  readonly sealed_seq: number;
  readonly readings: number;
  readonly conflicts: number;
  readonly first_ms: number | null;
  readonly last_ms: number | null;
  readonly last_value: Uint8Array | null;
  readonly last_flags: number | null;
}

/**
 * What the reading thread knows without asking the disk: every series with its counts and newest reading, and all that is
 * not sealed yet. It hears of each commit when the writer has made it durable, never before.
 */
export interface ReadingsView {
  readonly series: ReadonlyMap<SeriesKey, ViewedSeries>;
  committed(request: CommitRequest, outcome: CommitOutcome): void;
  sealed(seq: number): void;
}

export function openReadingsView(db: Database.Database): ReadingsView {
  const series = new Map<SeriesKey, ViewedSeries>();
  const byId = new Map<number, ViewedSeries>();
  const know = (key: SeriesKey): ViewedSeries => {
    let viewed = series.get(key);
    if (viewed === undefined) {
      viewed = { ...unread, key, head: emptyTrack() };
      series.set(key, viewed);
    }
    return viewed;
  };
  const place = (viewed: ViewedSeries, reading: { at: number; value: number; flags: number; seq: number }): void => {
    addToTrack(viewed.head, reading);
    viewed.readings += 1;
    if (reading.at < viewed.first) viewed.first = reading.at;
    if (reading.at < viewed.last) return;
    viewed.last = reading.at;
    viewed.lastValue = reading.value;
    viewed.lastFlags = reading.flags;
  };

  for (const row of db.prepare<[], SeriesRow>("SELECT * FROM series").iterate()) {
    const viewed = Object.assign(know(row.key as SeriesKey), {
      id: row.id,
      sealedSeq: row.sealed_seq,
      readings: row.readings,
      conflicts: row.conflicts,
      first: row.first_ms ?? unread.first,
      last: row.last_ms ?? unread.last,
      lastValue: row.last_value === null ? Number.NaN : floatFromBytes(row.last_value),
      lastFlags: row.last_flags ?? 0,
    });
    byId.set(row.id, viewed);
  }
  for (const { seq, body } of db
    .prepare<[], { seq: number; body: Buffer }>("SELECT * FROM head ORDER BY seq")
    .iterate()) {
    const row = decodeHeadRow(body);
    for (let index = 0; index < row.at.length; index += 1) {
      const viewed = byId.get(row.seriesId[index] ?? 0);
      if (viewed === undefined || seq <= viewed.sealedSeq) continue;
      place(viewed, {
        at: row.at[index] ?? 0,
        value: row.value[index] ?? Number.NaN,
        flags: row.flags[index] ?? 0,
        seq,
      });
    }
  }

  return {
    series,
    committed(request, { seq, outcomes, at }) {
      for (let index = 0; index < outcomes.length; index += 1) {
        const viewed = know((request.series[index] ?? "") as SeriesKey);
        if (outcomes[index] === CONFLICTING) viewed.conflicts += 1;
        if (outcomes[index] !== STORED) continue;
        place(viewed, {
          at: at[index] ?? 0,
          value: request.value[index] ?? Number.NaN,
          flags: request.flags[index] ?? 0,
          seq,
        });
      }
    },
    sealed(seq) {
      for (const { head } of series.values()) dropFromTrack(head, seq);
    },
  };
}

const unread = {
  id: undefined,
  sealedSeq: 0,
  readings: 0,
  conflicts: 0,
  first: Number.POSITIVE_INFINITY,
  last: Number.NEGATIVE_INFINITY,
  lastValue: Number.NaN,
  lastFlags: 0,
} as const;

/** One reading out of columns. */
export function readingAt(series: SeriesKey, { at, value, flags }: Columns, index: number): Reading {
  return toReading(series, { at: at[index] ?? 0, value: value[index] ?? Number.NaN, flags: flags[index] ?? 0 });
}

export function toReading(
  series: SeriesKey,
  { at, value, flags }: { at: number; value: number; flags: number },
): Reading {
  const { outcome, stampedBy, isClockUnsure } = unpackFlags(flags);
  const reading = { series, at: EpochMs(at), outcome, stampedBy, value: Number.isNaN(value) ? null : value };
  return isClockUnsure === undefined ? reading : { ...reading, isClockUnsure };
}
