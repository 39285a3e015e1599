import { byteReader, byteWriter } from "./byte-columns.ts";

/** Readings of one commit, of many series, in the order they came; column by column. */
export interface HeadReadings {
  readonly seriesId: ArrayLike<number>;
  readonly at: ArrayLike<number>;
  /** NaN where there is no value. */
  readonly value: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
}

/** One commit as it stands in the head: its readings and the deliveries that brought unstamped ones. */
export interface HeadRow extends HeadReadings {
  readonly deliveries: readonly bigint[];
}

/** Commit -> bytes: about 12 a reading, uncompressed, because a commit writes whole pages of 4 kB anyway. */
export function encodeHeadRow({ seriesId, at, value, flags, deliveries }: HeadRow): Uint8Array {
  const out = byteWriter(at.length * 14 + 16);
  const float = new Float64Array(1);
  const floatBytes = new Uint8Array(float.buffer);
  out.unsigned(at.length);
  let before = 0;
  for (let index = 0; index < at.length; index += 1) {
    out.unsigned(seriesId[index] ?? 0);
    out.signed((at[index] ?? 0) - before);
    before = at[index] ?? 0;
    out.byte(flags[index] ?? 0);
    float[0] = value[index] ?? Number.NaN;
    out.bytes(floatBytes);
  }
  const keys = BigUint64Array.from(deliveries);
  out.unsigned(keys.length);
  out.bytes(new Uint8Array(keys.buffer));
  return out.done();
}

/** @throws RangeError for bytes that end too early */
export function decodeHeadRow(body: Uint8Array): HeadRow {
  const input = byteReader(body);
  const count = input.unsigned();
  const seriesId = new Array<number>(count);
  const at = new Float64Array(count);
  const value = new Float64Array(count);
  const flags = new Uint8Array(count);
  let before = 0;
  for (let index = 0; index < count; index += 1) {
    seriesId[index] = input.unsigned();
    before += input.signed();
    at[index] = before;
    flags[index] = input.byte();
    // Not as bytes: each view on them would be an object, and an hour of 500 series has 180,000.
    value[index] = input.float();
  }
  return { seriesId, at, value, flags, deliveries: decodeKeys(input.bytes(input.unsigned() * 8)) };
}

export function decodeKeys(bytes: Uint8Array): readonly bigint[] {
  // Copied, because eight-byte numbers must begin at a multiple of eight.
  return [...new BigUint64Array(new Uint8Array(bytes).buffer)];
}
