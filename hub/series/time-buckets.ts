import { EpochMs, type Ms } from "../units.ts";
import type { Bucket, Gap, TimeRange } from "./series-store.ts";

/** The finest rollup that is kept, and what wider buckets are put together from: every zone's hours and days are whole quarters. */
export const QUARTER_HOUR = 900_000 as Ms;

/** A bucket as it is put together: with the sum its mean comes from. */
export interface SummedBucket extends Omit<Bucket, "mean"> {
  readonly sum: number;
}

/** Values of one series, by time; `value` is NaN or null where a reading has none, which counts for nothing. */
export type StampedValues = Iterable<{ readonly at: number; readonly value: number | null }>;

/**
 * Readings by time -> buckets aligned to whole multiples of `width`. Widths of whole quarter-hours are put together from
 * quarter-hours, so that a bucket is the same float whether its quarters were kept as a rollup or computed now. Pure.
 */
export function bucketReadings(readings: StampedValues, width: Ms): readonly Bucket[] {
  if (width % QUARTER_HOUR === 0) return combineBuckets(sumBuckets(readings, QUARTER_HOUR), width);
  return combineBuckets(sumBuckets(readings, width), width);
}

/** Values by time -> one summed bucket for each stretch of `width` that has any. Pure. */
export function sumBuckets(readings: StampedValues, width: Ms): readonly SummedBucket[] {
  const buckets: SummedBucket[] = [];
  let open: { -readonly [K in keyof SummedBucket]: SummedBucket[K] } | undefined;
  for (const { at, value } of readings) {
    if (value === null || Number.isNaN(value)) continue;
    const from = Math.floor(at / width) * width;
    if (open === undefined || open.from_ms !== from) {
      open = { from_ms: EpochMs(from), count: 1, min: value, max: value, first: value, last: value, sum: value };
      buckets.push(open);
      continue;
    }
    open.count += 1;
    open.sum += value;
    if (value < open.min) open.min = value;
    if (value > open.max) open.max = value;
    open.last = value;
  }
  return buckets;
}

/** Summed buckets by time -> buckets of a width that is a whole multiple of theirs. Pure. */
export function combineBuckets(parts: Iterable<SummedBucket>, width: Ms): readonly Bucket[] {
  const wide: { -readonly [K in keyof SummedBucket]: SummedBucket[K] }[] = [];
  for (const part of parts) {
    const from_ms = EpochMs(Math.floor(part.from_ms / width) * width);
    const open = wide.at(-1);
    if (open === undefined || open.from_ms !== from_ms) {
      wide.push({ ...part, from_ms });
      continue;
    }
    open.count += part.count;
    open.sum += part.sum;
    open.min = Math.min(open.min, part.min);
    open.max = Math.max(open.max, part.max);
    open.last = part.last;
  }
  return wide.map(({ sum, ...bucket }) => ({ ...bucket, mean: sum / bucket.count }));
}

/** Stretches longer than `longest` between the range's ends and the readings in it, by time. Pure. */
export function findGaps(stamps: Iterable<number>, { from, to }: TimeRange, longest: Ms): readonly Gap[] {
  const gaps: Gap[] = [];
  let before: number = from;
  const close = (at: number): void => {
    if (at - before > longest) gaps.push({ from_ms: EpochMs(before), to_ms: EpochMs(at) });
    before = at;
  };
  for (const at of stamps) close(at);
  close(to);
  return gaps;
}
