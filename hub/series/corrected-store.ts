import type { Reading, SeriesKey } from "../reading.ts";
import { EpochMs } from "../units.ts";
import { type CorrectionLog, correctReading, type KeptCorrection } from "./corrections.ts";
import { RANGE_LIMIT, type SeriesStore, type TimeRange } from "./series-store.ts";
import { bucketReadings, findGaps } from "./time-buckets.ts";

/** A store that is read through its corrections, and the way to add one. */
export interface CorrectedStore {
  readonly store: SeriesStore;
  readonly corrections: CorrectionLog;
}

/**
 * Read corrections over a store. Series without one are answered by the store itself, rollups and all; what is written
 * goes to the store as it is.
 */
export async function withCorrections(raw: SeriesStore, log: CorrectionLog): Promise<CorrectedStore> {
  let bySeries = await groupBySeries(log);

  /** Readings of a series that lie in the range after correction, by corrected time. */
  const correctedRange = async (
    series: SeriesKey,
    range: TimeRange,
    corrections: readonly KeptCorrection[],
  ): Promise<readonly Reading[]> => {
    const offsets = corrections.map(({ change }) => (change.kind === "clock_offset" ? change.by_ms : 0));
    // A reading may have been moved by any sum of these, so it may be stored that far away.
    const [later, earlier] = [sumOf(offsets.filter((by) => by > 0)), sumOf(offsets.filter((by) => by < 0))];
    const stored = { from: EpochMs(range.from - later), to: EpochMs(range.to - earlier) };
    return (await raw.range(series, stored, Number.MAX_SAFE_INTEGER))
      .map((reading) => correctReading(reading, corrections))
      .filter(({ at }) => at >= range.from && at < range.to)
      .sort((a, b) => a.at - b.at);
  };
  /** The corrections a question about a range must look at, or undefined when the store can answer alone. */
  const concerning = (series: SeriesKey): readonly KeptCorrection[] | undefined => bySeries.get(series);

  return {
    corrections: {
      async add(corrections) {
        await log.add(corrections);
        bySeries = await groupBySeries(log);
      },
      list: () => log.list(),
    },
    store: {
      ...raw,
      async range(series, range, limit = RANGE_LIMIT) {
        const corrections = concerning(series);
        if (corrections === undefined) return raw.range(series, range, limit);
        return (await correctedRange(series, range, corrections)).slice(0, limit);
      },
      async latest(series) {
        const newest = await raw.latest(series);
        return newest.map((reading) => correctReading(reading, concerning(reading.series) ?? []));
      },
      async buckets(series, range, width) {
        const corrections = concerning(series);
        if (corrections === undefined) return raw.buckets(series, range, width);
        return bucketReadings(await correctedRange(series, range, corrections), width);
      },
      async gaps(series, range, longest) {
        const corrections = concerning(series);
        if (corrections === undefined) return raw.gaps(series, range, longest);
        const readings = await correctedRange(series, range, corrections);
        return findGaps(
          readings.map(({ at }) => at),
          range,
          longest,
        );
      },
    },
  };
}

async function groupBySeries(log: CorrectionLog): Promise<ReadonlyMap<SeriesKey, readonly KeptCorrection[]>> {
  return Map.groupBy(await log.list(), ({ series }) => series);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
