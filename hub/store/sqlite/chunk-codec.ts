import { deflateRawSync, inflateRawSync } from "node:zlib";
import { type ByteReader, type ByteWriter, byteReader, byteWriter } from "./byte-columns.ts";
import { hasValue } from "./readings-schema.ts";

/**
 * Readings of one series as columns, by time. `value` is NaN exactly where a reading has no value; `flags` are those of
 * readings-schema.ts.
 */
export interface Columns {
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly flags: Uint8Array;
}

/** First byte of a chunk; another format gets another number. */
const FORMAT = 1;
/** Most decimal places a device sends; values with more are kept as floats. */
const MOST_PLACES = 9;
/** Whole numbers up to here keep their differences of differences within 2^53. */
const LARGEST_SCALED = 2 ** 50;
const FLOATS = 255;

/**
 * Columns -> one compressed block; lossless to the last bit. Stamps and values are differences (of differences, where
 * that is shorter); values are scaled to whole numbers by the fewest decimal places that bring back the exact float,
 * and stay floats where none does.
 */
export function encodeChunk(columns: Columns): Uint8Array {
  const { at, value, flags } = columns;
  const out = byteWriter(at.length * 3 + 64);
  out.unsigned(at.length);
  writeStamps(out, at);
  writeFlags(out, flags);
  writeValues(
    out,
    value.filter((one) => !Number.isNaN(one)),
  );
  const body = deflateRawSync(out.done());
  const chunk = new Uint8Array(body.length + 1);
  chunk[0] = FORMAT;
  chunk.set(body, 1);
  return chunk;
}

/** @throws RangeError for a block that is no chunk of a known format */
export function decodeChunk(chunk: Uint8Array): Columns {
  if (chunk[0] !== FORMAT) throw new RangeError(`not a chunk of format ${FORMAT}: ${chunk[0]}`);
  const input = byteReader(inflateRawSync(chunk.subarray(1), { chunkSize: roomFor(chunk) }));
  const count = input.unsigned();
  const at = readStamps(input, count);
  const flags = readFlags(input, count);
  return { at, flags, value: readValues(input, flags) };
}

/** Bytes to unpack into at once: of a day of quarter-hours less than the usual 16 kB, of a busy day all of it. */
function roomFor(chunk: Uint8Array): number {
  return Math.max(1_024, chunk.byteLength * 4);
}

function writeStamps(out: ByteWriter, at: Float64Array): void {
  let before = 0;
  let step = 0;
  for (const stamp of at) {
    const difference = stamp - before;
    out.signed(difference - step);
    before = stamp;
    step = difference;
  }
}

function readStamps(input: ByteReader, count: number): Float64Array {
  const at = new Float64Array(count);
  let before = 0;
  let step = 0;
  for (let index = 0; index < count; index += 1) {
    step += input.signed();
    before += step;
    at[index] = before;
  }
  return at;
}

function writeFlags(out: ByteWriter, flags: Uint8Array): void {
  const first = flags[0] ?? 0;
  const isAlike = flags.every((one) => one === first);
  out.byte(isAlike ? 1 : 0);
  if (isAlike) out.byte(first);
  else out.bytes(flags);
}

function readFlags(input: ByteReader, count: number): Uint8Array {
  return input.byte() === 1 ? new Uint8Array(count).fill(input.byte()) : new Uint8Array(input.bytes(count));
}

function writeValues(out: ByteWriter, values: Float64Array): void {
  const places = placesOf(values);
  out.byte(places);
  if (places === FLOATS) {
    out.bytes(transposed(values));
    return;
  }
  const power = 10 ** places;
  const scaled = values.map((value) => Math.round(value * power));
  const order = shorterOrder(scaled);
  out.byte(order);
  let before = 0;
  let step = 0;
  for (const value of scaled) {
    const difference = value - before;
    out.signed(order === 1 ? difference : difference - step);
    before = value;
    step = difference;
  }
}

function readValues(input: ByteReader, flags: Uint8Array): Float64Array {
  const value = new Float64Array(flags.length).fill(Number.NaN);
  const places = input.byte();
  if (places === FLOATS) {
    const count = flags.reduce((sum, one) => sum + (hasValue(one) ? 1 : 0), 0);
    const floats = restored(input.bytes(count * 8));
    for (let index = 0, taken = 0; index < flags.length; index += 1) {
      if (hasValue(flags[index] ?? 0)) value[index] = floats[taken++] ?? Number.NaN;
    }
    return value;
  }
  const order = input.byte();
  const power = 10 ** places;
  let before = 0;
  let step = 0;
  for (let index = 0; index < flags.length; index += 1) {
    if (!hasValue(flags[index] ?? 0)) continue;
    const read = input.signed();
    step = order === 1 ? read : step + read;
    before += step;
    value[index] = before / power;
  }
  return value;
}

/** The fewest decimal places with which every value, scaled, rounded and divided again, is the same float; else FLOATS. */
function placesOf(values: Float64Array): number {
  let places = 0;
  let power = 1;
  for (const value of values) {
    while (!isExact(value, power)) {
      places += 1;
      power = 10 ** places;
      if (places > MOST_PLACES) return FLOATS;
    }
  }
  // A value that was exact with fewer places may be out of range with more.
  return values.every((value) => isExact(value, power)) ? places : FLOATS;
}

function isExact(value: number, power: number): boolean {
  const scaled = Math.round(value * power);
  // Whole numbers know no -0, so it stays a float.
  return Math.abs(scaled) <= LARGEST_SCALED && scaled / power === value && !Object.is(value, -0);
}

/** Differences or differences of differences, whichever are smaller on the whole. */
function shorterOrder(scaled: Float64Array): 1 | 2 {
  let [first, second, before, step] = [0, 0, 0, 0];
  for (const value of scaled) {
    const difference = value - before;
    first += Math.log2(1 + Math.abs(difference));
    second += Math.log2(1 + Math.abs(difference - step));
    before = value;
    step = difference;
  }
  return second < first ? 2 : 1;
}

/** Eight planes of bytes: exponents lie beside exponents, which deflate likes. */
function transposed(values: Float64Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const planes = new Uint8Array(bytes.length);
  for (let index = 0; index < values.length; index += 1) {
    for (let plane = 0; plane < 8; plane += 1) planes[plane * values.length + index] = bytes[index * 8 + plane] ?? 0;
  }
  return planes;
}

function restored(planes: Uint8Array): Float64Array {
  const count = planes.length / 8;
  const bytes = new Uint8Array(planes.length);
  for (let index = 0; index < count; index += 1) {
    for (let plane = 0; plane < 8; plane += 1) bytes[index * 8 + plane] = planes[plane * count + index] ?? 0;
  }
  return new Float64Array(bytes.buffer);
}
