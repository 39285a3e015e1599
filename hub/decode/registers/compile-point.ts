import { parseSeriesKey } from "../../reading.ts";
import { type NumberEncoding, type Point, type RegisterProfile, registersOf } from "../profiles/device-profile.ts";
import { placesOf } from "../unit-words.ts";
import { float32OfBits, float64OfBits, readHighHalf, readLowHalf, readUint32 } from "./read-number.ts";
import type { RegisterBlock } from "./register-block.ts";
import { scaleBigCount, scaleCount, scaleFloat32, scaleFloat64, splitStep } from "./scale-decimal.ts";

/** Reads one point out of the answer to its block: a value in our unit, or null when it is not available. */
export type ReadPoint = (answer: DataView) => number | null;

/** Scale factors beyond this are not of SunSpec (its data model allows a signed exponent of -10 to 10). */
const LARGEST_SCALE = 10;
/** A whole number of 64 bits fits a double while its upper half is within +-2^21. */
const SAFE_HIGH_HALF = 2 ** 21;

/**
 * Settle all of a point that its answers do not change: where it lies, its sentinels, its unit, sign and step.
 * @param key series key without the device
 * @throws RangeError for what no answer could mend: a foreign unit, a key that is none, a point outside its block
 */
export function compilePoint(
  profile: Pick<RegisterProfile, "words" | "absent">,
  block: RegisterBlock,
  key: string,
  point: Point,
): ReadPoint {
  const quantity = parseSeriesKey(`device/${key}`)?.quantity;
  if (quantity === undefined) throw new RangeError(`${key} is not a series key without its device`);
  const unitPlaces = placesOf(quantity, point.unit);
  if (unitPlaces === undefined) throw new RangeError(`${key}: unit "${point.unit}" is foreign to ${quantity}`);
  const step = splitStep(point.step ?? 1);
  const places = unitPlaces + step.places;
  const read = numberReader({
    point,
    offset: offsetIn(block, key, point.at, registersOf[point.encoding]),
    words: point.words ?? profile.words,
    absent: absentBits(key, point, profile),
    multiplier: point.isTurned ? -step.multiplier : step.multiplier,
  });
  if (point.scaleAt === undefined) return (answer) => read(answer, places);
  const scaleOffset = offsetIn(block, key, point.scaleAt, 1);
  return (answer) => {
    const scale = answer.getInt16(scaleOffset);
    // An absent factor (0x8000) is far outside too. Without its factor a number says nothing: it is not "times one".
    return scale < -LARGEST_SCALE || scale > LARGEST_SCALE ? null : read(answer, places + scale);
  };
}

function offsetIn(block: RegisterBlock, key: string, at: number, registers: number): number {
  if (at < block.start || at + registers > block.start + block.count) {
    throw new RangeError(`${key} at ${at} is not within the block ${block.start}+${block.count}`);
  }
  return 2 * (at - block.start);
}

/** A bit pattern in halves of 32 bits; `high` is 0 for narrower ones. */
interface Bits {
  readonly high: number;
  readonly low: number;
}

/** What "not available" looks like for a point. A negative pattern is taken for its two's complement. */
function absentBits(key: string, { encoding, absent = [] }: Point, profile: Pick<RegisterProfile, "absent">) {
  const width = 16 * registersOf[encoding];
  const patterns = [...(profile.absent?.[encoding] ?? []), ...absent, ...(isAccumulator(encoding) ? [0] : [])];
  return patterns.map((pattern): Bits => {
    const bits = BigInt(pattern);
    if (BigInt.asUintN(width, bits) !== bits && BigInt.asIntN(width, bits) !== bits) {
      throw new RangeError(`${key}: the absent pattern ${pattern} does not fit ${encoding}`);
    }
    const unsigned = BigInt.asUintN(width, bits);
    return { high: Number(unsigned >> 32n), low: Number(unsigned & 0xffff_ffffn) };
  });
}

/** SunSpec: an accumulator of 0 is "not accumulated". */
function isAccumulator(encoding: NumberEncoding): boolean {
  return encoding === "acc16" || encoding === "acc32" || encoding === "acc64";
}

function isAbsent(patterns: readonly Bits[], low: number, high: number): boolean {
  for (const pattern of patterns) if (pattern.low === low && pattern.high === high) return true;
  return false;
}

interface NumberOfPoint {
  readonly point: Point;
  readonly offset: number;
  readonly words: "msw_first" | "lsw_first";
  readonly absent: readonly Bits[];
  readonly multiplier: number;
}

/** @returns what reads the number and moves it by so many places, or null when it is not available */
function numberReader(of: NumberOfPoint): (answer: DataView, places: number) => number | null {
  const registers = registersOf[of.point.encoding];
  return registers === 1 ? read16(of) : registers === 2 ? read32(of) : read64(of);
}

function read16({ point: { encoding, bit = 0 }, offset, absent, multiplier }: NumberOfPoint) {
  return (answer: DataView, places: number): number | null => {
    const bits = answer.getUint16(offset);
    if (isAbsent(absent, bits, 0)) return null;
    const count = encoding === "int16" ? (bits << 16) >> 16 : encoding === "bit" ? (bits >>> bit) & 1 : bits;
    return scaleCount(count, multiplier, places);
  };
}

function read32({ point: { encoding }, offset, words, absent, multiplier }: NumberOfPoint) {
  return (answer: DataView, places: number): number | null => {
    const bits = readUint32(answer, offset, words);
    if (isAbsent(absent, bits, 0)) return null;
    if (encoding === "float32") return scaleFloat32(float32OfBits(bits), multiplier, places);
    return scaleCount(encoding === "int32" ? bits | 0 : bits, multiplier, places);
  };
}

function read64({ point: { encoding }, offset, words, absent, multiplier }: NumberOfPoint) {
  return (answer: DataView, places: number): number | null => {
    const unsigned = readHighHalf(answer, offset, words);
    const low = readLowHalf(answer, offset, words);
    if (isAbsent(absent, low, unsigned)) return null;
    if (encoding === "float64") return scaleFloat64(float64OfBits(unsigned, low), multiplier, places);
    const high = encoding === "int64" ? unsigned | 0 : unsigned;
    if (high < SAFE_HIGH_HALF && high >= -SAFE_HIGH_HALF) {
      return scaleCount(high * 2 ** 32 + low, multiplier, places);
    }
    return scaleBigCount((BigInt(high) << 32n) + BigInt(low), multiplier, places);
  };
}
