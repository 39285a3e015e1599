import type { Reading, SeriesKey } from "../../reading.ts";
import {
  type AppendReceipt,
  QUARANTINE_BYTES,
  QUARANTINE_ROWS,
  QUARANTINE_TOTAL_BYTES,
  type QuarantineRow,
  RANGE_LIMIT,
  type SeriesInfo,
  type SeriesStore,
  type TimeRange,
} from "../../series/series-store.ts";
import { bucketReadings, findGaps } from "../../series/time-buckets.ts";
import { EpochMs } from "../../units.ts";
import { memoryLateMarks } from "./late-marks.ts";

interface Track {
  readonly byStamp: Map<number, Reading>;
  readonly conflicts: Set<string>;
  /** The newest stamp ever stored, -Infinity before the first. */
  last: number;
}

/** Readings in memory, for tests and experiments; it keeps every promise of the port but the one to outlive the process. */
export function memorySeriesStore(): SeriesStore {
  const tracks = new Map<SeriesKey, Track>();
  const deliveries = new Set<string>();
  const marks = memoryLateMarks();
  let refusals: QuarantineRow[] = [];
  let quarantinedEver = 0;

  const sorted = (series: SeriesKey): readonly Reading[] =>
    [...(tracks.get(series)?.byStamp.values() ?? [])].sort((a, b) => a.at - b.at);
  const inRange = (series: SeriesKey, { from, to }: TimeRange) =>
    sorted(series).filter(({ at }) => at >= from && at < to);
  const keys = () => [...tracks.keys()].filter((key) => (tracks.get(key)?.byStamp.size ?? 0) > 0).sort();

  const store = (reading: Reading): keyof AppendReceipt => {
    let track = tracks.get(reading.series);
    if (track === undefined) {
      track = { byStamp: new Map(), conflicts: new Set(), last: Number.NEGATIVE_INFINITY };
      tracks.set(reading.series, track);
    }
    let at = reading.at;
    if (reading.stampedBy === "arrival") while (track.byStamp.has(at)) at = EpochMs(at + 1);
    const standing = track.byStamp.get(at);
    if (standing === undefined) {
      const { byStamp } = track;
      marks.see({ ...reading, at }, track.last, () => byStamp.values());
      track.byStamp.set(at, { ...reading, at });
      track.last = Math.max(track.last, at);
      return "stored";
    }
    const conflict = `${at} ${reading.outcome} ${reading.value} ${reading.stampedBy}`;
    if (standing.value === reading.value && standing.outcome === reading.outcome) return "repeated";
    if (track.conflicts.has(conflict)) return "repeated";
    track.conflicts.add(conflict);
    return "conflicting";
  };

  return {
    async append(readings, delivery) {
      const receipt = { stored: 0, repeated: 0, conflicting: 0 };
      if (delivery !== undefined && readings.some(({ stampedBy }) => stampedBy === "arrival")) {
        const key = `${delivery.client} ${delivery.packet} ${Buffer.from(delivery.payload).toString("hex")}`;
        if (delivery.isRepeat && deliveries.has(key)) return { ...receipt, repeated: readings.length };
        deliveries.add(key);
      }
      for (const reading of readings) receipt[store(reading)] += 1;
      marks.commit();
      return receipt;
    },
    async quarantine(refusal) {
      quarantinedEver += 1;
      const payload = refusal.payload.slice(0, QUARANTINE_BYTES);
      refusals = [
        ...refusals.slice(-QUARANTINE_ROWS + 1),
        { ...refusal, payload, payload_bytes: refusal.payload.length, id: quarantinedEver },
      ];
      const bytes = () => refusals.reduce((sum, one) => sum + one.payload.length, 0);
      while (bytes() > QUARANTINE_TOTAL_BYTES) refusals = refusals.slice(1);
    },
    async catalogue() {
      return keys().map((series): SeriesInfo => {
        const readings = sorted(series);
        const first = readings[0]?.at ?? EpochMs(0);
        const track = tracks.get(series);
        return {
          series,
          first_ms: first,
          last_ms: EpochMs(track?.last ?? first),
          readings: readings.length,
          conflicts: track?.conflicts.size ?? 0,
        };
      });
    },
    async latest(series) {
      return (series === undefined ? keys() : [...new Set(series)].sort()).flatMap((key) => sorted(key).slice(-1));
    },
    async range(series, range, limit = RANGE_LIMIT) {
      return inRange(series, range).slice(0, limit);
    },
    async buckets(series, range, width) {
      return bucketReadings(inRange(series, range), width);
    },
    async gaps(series, range, longest) {
      return findGaps(
        inRange(series, range).map(({ at }) => at),
        range,
        longest,
      );
    },
    async dropBefore(series, before) {
      const dropped = sorted(series).filter(({ at }) => at < before);
      for (const { at } of dropped) tracks.get(series)?.byStamp.delete(at);
      return dropped.length;
    },
    bookedBefore: (moment) => marks.bookedBefore(moment),
    lateMarks: (limit) => marks.lateMarks(limit),
    forgetMarks: (ids) => marks.forgetMarks(ids),
    async quarantined(limit) {
      return refusals.slice(-limit).reverse();
    },
    async releaseQuarantined(id) {
      const before = refusals.length;
      refusals = refusals.filter((row) => row.id !== id);
      return refusals.length < before;
    },
    async counts() {
      const infos = await this.catalogue();
      return {
        series: tracks.size,
        readings: infos.reduce((sum, { readings }) => sum + readings, 0),
        conflicts: infos.reduce((sum, { conflicts }) => sum + conflicts, 0),
        quarantined: quarantinedEver,
      };
    },
    async close() {},
  };
}
