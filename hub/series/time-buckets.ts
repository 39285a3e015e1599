import type { Reading } from "../reading.ts";
import { EpochMs, type Ms } from "../units.ts";
import type { Bucket, Gap, TimeRange } from "./series-store.ts";

/** Readings by time -> buckets aligned to whole multiples of `width`; readings without a value count for nothing. Pure. */
export function bucketReadings(readings: Iterable<Reading>, width: Ms): readonly Bucket[] {
  const buckets: (Bucket & { sum: number })[] = [];
  for (const { at, value } of readings) {
    if (value === null) continue;
    const from = EpochMs(Math.floor(at / width) * width);
    const open = buckets.at(-1);
    if (open === undefined || open.from_ms !== from) {
      buckets.push({
        from_ms: from,
        count: 1,
        min: value,
        mean: value,
        max: value,
        first: value,
        last: value,
        sum: value,
      });
      continue;
    }
    const count = open.count + 1;
    const sum = open.sum + value;
    buckets[buckets.length - 1] = {
      ...open,
      count,
      sum,
      min: Math.min(open.min, value),
      max: Math.max(open.max, value),
      mean: sum / count,
      last: value,
    };
  }
  return buckets.map(({ sum: _sum, ...bucket }) => bucket);
}

/** Stretches longer than `longest` between the range's ends and the readings in it, by time. Pure. */
export function findGaps(stamps: Iterable<EpochMs>, { from, to }: TimeRange, longest: Ms): readonly Gap[] {
  const gaps: Gap[] = [];
  let before = from;
  for (const at of stamps) {
    if (at - before > longest) gaps.push({ from_ms: before, to_ms: at });
    before = at;
  }
  if (to - before > longest) gaps.push({ from_ms: before, to_ms: to });
  return gaps;
}
