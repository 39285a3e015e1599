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
    // A reading is moved at most once, because its doubt goes with it, so it is stored at most the farthest move away.
    const [later, earlier] = [Math.max(0, ...offsets), Math.min(0, ...offsets)];
    const stored = { from: EpochMs(range.from - later), to: EpochMs(range.to - earlier) };
    return (await raw.range(series, stored, Number.MAX_SAFE_INTEGER))
      .map((reading) => correctReading(reading, corrections))
      .filter(({ at }) => at >= range.from && at < range.to)
      .sort((a, b) => a.at - b.at);
  };
  /** The corrections a question about a range must look at, or undefined when the store can answer alone. */
  const concerning = (series: SeriesKey): readonly KeptCorrection[] | undefined => bySeries.get(series);

  /**
   * The newest reading of a series after correction, given the newest stored one. Where that one was moved back, because
   * the hub's clock had run ahead, a reading stored before it may be newer.
   */
  const newestCorrected = async (stored: Reading): Promise<Reading> => {
    const corrections = concerning(stored.series) ?? [];
    const corrected = correctReading(stored, corrections);
    if (corrected.at >= stored.at) return corrected;
    const since = { from: corrected.at, to: EpochMs(stored.at + 1) };
    return (await correctedRange(stored.series, since, corrections)).at(-1) ?? corrected;
  };

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
        return Promise.all((await raw.latest(series)).map(newestCorrected));
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
