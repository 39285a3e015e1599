import { deflateRawSync, inflateRawSync } from "node:zlib";
import { QUARTER_HOUR, type SummedBucket, sumBuckets } from "../../series/time-buckets.ts";
import { DAY, EpochMs } from "../../units.ts";
import type { Columns } from "./chunk-codec.ts";

/** Numbers a bucket keeps as floats, besides which quarter-hour it is and how many values it has. */
const FIELDS = ["min", "max", "first", "last", "sum"] as const;

/** The quarter-hour buckets of one day of one series, as a compressed block: floats as they are, so nothing is rounded. */
export function encodeRollup(columns: Columns): Uint8Array {
  const buckets = sumBuckets(valuesOf(columns), QUARTER_HOUR);
  const floats = new Float64Array(buckets.length * FIELDS.length);
  const quarters = new Uint8Array(buckets.length);
  const counts = new Uint32Array(buckets.length);
  buckets.forEach((bucket, index) => {
    quarters[index] = (bucket.from_ms % DAY) / QUARTER_HOUR;
    counts[index] = bucket.count;
    // Field by field: like numbers lie side by side.
    FIELDS.forEach((field, place) => {
      floats[place * buckets.length + index] = bucket[field];
    });
  });
  const head = new Uint8Array([buckets.length]);
  return deflateRawSync(Buffer.concat([head, quarters, new Uint8Array(counts.buffer), new Uint8Array(floats.buffer)]));
}

/** @param day whole UTC days since 1970 @throws RangeError for a block that ends too early */
export function decodeRollup(rollup: Uint8Array, day: number): readonly SummedBucket[] {
  const bytes = inflateRawSync(rollup);
  const count = bytes[0] ?? 0;
  const counts = new Uint32Array(bytes.buffer.slice(bytes.byteOffset + 1 + count, bytes.byteOffset + 1 + count * 5));
  const start = bytes.byteOffset + 1 + count * 5;
  const floats = new Float64Array(bytes.buffer.slice(start, start + count * FIELDS.length * 8));
  if (floats.length !== count * FIELDS.length) throw new RangeError("the rollup ends too early");
  const field = (place: number, index: number): number => floats[place * count + index] ?? Number.NaN;
  return Array.from({ length: count }, (_, index) => ({
    from_ms: EpochMs(day * DAY + (bytes[1 + index] ?? 0) * QUARTER_HOUR),
    count: counts[index] ?? 0,
    min: field(0, index),
    max: field(1, index),
    first: field(2, index),
    last: field(3, index),
    sum: field(4, index),
  }));
}

/** Columns as stamps and values; NaN where there is no value. */
export function* valuesOf({ at, value }: Columns): Generator<{ at: number; value: number }> {
  for (let index = 0; index < at.length; index += 1) yield { at: at[index] ?? 0, value: value[index] ?? Number.NaN };
}
