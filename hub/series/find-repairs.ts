import type { Reading, SeriesKey } from "../reading.ts";
import { EpochMs } from "../units.ts";
import { correctReading, type KeptCorrection } from "./corrections.ts";
import type { SeriesStore, TimeRange } from "./series-store.ts";

/** How far a taken ms may push an arrival's stamp past the one it asked for. */
const PUSHED_MS = 1_000;
/** Stamps from before the doubt began (relative to arrival) that are remembered, all series together: 1 MB. */
export const EARLY_STAMPS = 50_000;
/** Readings looked at together. */
const PAGE = 20_000;

/** Where the readings of one time of doubt stand: for each series stretches of stored stamps. */
export type StampSpans = ReadonlyMap<SeriesKey, readonly TimeRange[]>;

/** Notes where doubted readings stand, without keeping them. */
export interface SpanNotes {
  /** To be told of readings once they are stored; sure ones are passed over. */
  note(readings: readonly Reading[]): void;
  /** All that was noted since it was last asked. */
  take(): StampSpans;
  /** Take back what could not be used. */
  putBack(spans: StampSpans): void;
  isEmpty(): boolean;
  /** Readings that were not noted because EARLY_STAMPS are; they stay doubted. */
  passedOver(): number;
}

/** @param from where the stamps of this time of doubt begin: after it all doubted stamps of arrival are its own */
export function noteSpans(from: EpochMs): SpanNotes {
  let spans = new Map<SeriesKey, TimeRange[]>();
  let early = 0;
  let passedOver = 0;

  const add = (series: SeriesKey, range: TimeRange): void => {
    const known = spans.get(series) ?? [];
    spans.set(series, known);
    // The first is the one that grows; single stamps from before the doubt follow it.
    const line = known.findIndex((span) => span.from >= from);
    const grown = known[line];
    if (range.from < from || grown === undefined) known.push(range);
    else {
      known[line] = {
        from: EpochMs(Math.min(grown.from, range.from)),
        to: EpochMs(Math.max(grown.to, range.to)),
      };
    }
  };

  return {
    note(readings) {
      for (const { series, at, isClockUnsure } of readings) {
        if (isClockUnsure !== true) continue;
        if (at >= from) add(series, { from: at, to: EpochMs(at + PUSHED_MS) });
        else if (early >= EARLY_STAMPS) passedOver += 1;
        else {
          early += 1;
          add(series, { from: at, to: EpochMs(at + 1) });
        }
      }
    },
    take() {
      const taken = spans;
      spans = new Map();
      early = 0;
      return taken;
    },
    putBack(taken) {
      for (const [series, ranges] of taken) for (const range of ranges) add(series, range);
    },
    isEmpty: () => spans.size === 0,
    passedOver: () => passedOver,
  };
}

/**
 * The stretches of stored stamps that hold doubted readings and nothing else: a correction moves all that lies in its
 * range, and between doubted readings may stand some that the device stamped, or that were repaired already.
 * @param store as it is stored, without corrections
 * @param known the corrections there are
 */
export async function findRepairs(
  store: Pick<SeriesStore, "range">,
  spans: StampSpans,
  known: readonly KeptCorrection[],
): Promise<readonly { readonly series: SeriesKey; readonly range: TimeRange }[]> {
  const knownBySeries = Map.groupBy(known, ({ series }) => series);
  const repairs: { series: SeriesKey; range: TimeRange }[] = [];
  for (const [series, ranges] of spans) {
    const corrections = knownBySeries.get(series) ?? [];
    let looked = Number.NEGATIVE_INFINITY;
    for (const { from, to } of ranges.toSorted((a, b) => a.from - b.from)) {
      let open: { from: EpochMs; to: EpochMs } | undefined;
      // Spans may overlap, and a reading must not be repaired twice.
      const unseen = { from: EpochMs(Math.max(from, looked)), to };
      looked = Math.max(looked, to);
      for await (const reading of readPages(store, series, unseen)) {
        const isDoubted =
          reading.stampedBy === "arrival" && correctReading(reading, corrections).isClockUnsure === true;
        if (!isDoubted) {
          open = undefined;
        } else if (open === undefined) {
          open = { from: reading.at, to: EpochMs(reading.at + 1) };
          repairs.push({ series, range: open });
        } else {
          open.to = EpochMs(reading.at + 1);
        }
      }
    }
  }
  return repairs;
}

async function* readPages(
  store: Pick<SeriesStore, "range">,
  series: SeriesKey,
  { from, to }: TimeRange,
): AsyncGenerator<Reading> {
  for (let next = from; ; ) {
    const page = await store.range(series, { from: next, to }, PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    next = EpochMs(last.at + 1);
  }
}
