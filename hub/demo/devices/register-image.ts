import {
  type IdentityField,
  type NumberEncoding,
  type Point,
  type RegisterProfile,
  requestLimits,
  type Table,
} from "../../decode/profiles/device-profile.ts";
import { placesOf } from "../../decode/unit-words.ts";
import { parseSeriesKey } from "../../reading.ts";
import { shiftDecimal } from "../../units.ts";
import { absentFloat, encodeNumber, encodeText } from "./encode-number.ts";
import type { RegisterWords } from "./simulated-unit.ts";

/** What a device with fixed registers shows. */
export interface ShownValues {
  /**
   * By series key without the device, in our unit and sign; null is "not available". What is left out is a hole, as on
   * a device that lacks it. Sums are no registers: their parts are shown.
   */
  readonly values: Readonly<Record<string, number | null>>;
  /** What the device says it is, by the fields its profile names. */
  readonly identity?: Readonly<Partial<Record<IdentityField["field"], string>>>;
  /** Rated power in W, for profiles that read it. */
  readonly ratedW?: number;
  /** Decimal exponents by the address of the scale factor; 0 without it. */
  readonly scales?: Readonly<Record<number, number>>;
}

/** What stands where a profile reads across: no number anybody should ever see. */
const FILLER = 0xa5a5;

/**
 * The registers of a device that shows some values: the inverse of decoding them with its profile. A counter past its
 * end has begun anew; any other value is rounded to the device's own step.
 * @throws RangeError for a key the profile has no point for, a value that does not fit, and a null that the device has
 *                    no word for
 */
export function registerImage(profile: RegisterProfile, shown: ShownValues): RegisterWords {
  const image = new Map<Table, Map<number, number>>();
  const put = (table: Table | undefined, at: number, words: readonly number[]): void => {
    const registers = image.get(table ?? profile.table) ?? new Map<number, number>();
    image.set(table ?? profile.table, registers);
    words.forEach((word, index) => {
      registers.set(at + index, word);
    });
  };
  const putPoint = (key: string, point: Point, value: number | null): void => {
    const scale = point.scaleAt === undefined ? 0 : (shown.scales?.[point.scaleAt] ?? 0);
    const words = wordsOfPoint(profile, { key, point, value, scale });
    if (point.encoding === "bit") {
      const before = image.get(point.table ?? profile.table)?.get(point.at) ?? 0;
      put(point.table, point.at, [before | (words[0] ?? 0)]);
    } else put(point.table, point.at, words);
    if (point.scaleAt !== undefined) put(point.table, point.scaleAt, [scale & 0xffff]);
  };

  for (const field of profile.identity ?? []) {
    const text = shown.identity?.[field.field];
    if (text !== undefined) put(field.table, field.at, wordsOfIdentity(profile, field, text));
  }
  if (shown.ratedW !== undefined) {
    if (profile.ratedPower === undefined) throw new RangeError(`${profile.name} has no register of its rated power`);
    putPoint("active_power", profile.ratedPower, shown.ratedW);
  }
  for (const [key, value] of Object.entries(shown.values)) {
    const point = Object.hasOwn(profile.points, key) ? profile.points[key] : undefined;
    if (point === undefined) throw new RangeError(`${profile.name} has no register of ${key}`);
    putPoint(key, point, value);
  }
  for (const registers of image.values()) fillHoles(registers, profile.request?.maxHole ?? requestLimits.maxHole);
  return { readWord: (table, address) => image.get(table)?.get(address) };
}

interface PointValue {
  readonly key: string;
  readonly point: Point;
  readonly value: number | null;
  readonly scale: number;
}

function wordsOfPoint(profile: RegisterProfile, of: PointValue): readonly number[] {
  const { point, value } = of;
  const { encoding, words = profile.words } = point;
  if (value === null) return encodeNumber(absentBits(profile, of), { encoding: asWhole(encoding), words });
  const count = countOf(of);
  if (encoding === "bit") {
    if (count !== 0 && count !== 1) throw new RangeError(`${of.key}: a bit is 0 or 1, not ${count}`);
    return [count << (point.bit ?? 0)];
  }
  return encodeNumber(point.kind === "counter" ? wrapped(count, point) : count, { encoding, words });
}

/** A value in counts of the device: whole for whole-number encodings. */
function countOf({ key, point, value, scale }: PointValue): number {
  const quantity = parseSeriesKey(`device/${key}`)?.quantity;
  const places = quantity === undefined ? undefined : placesOf(quantity, point.unit);
  if (places === undefined) throw new RangeError(`${key}: ${point.unit} is no unit of it`);
  const inUnit = shiftDecimal(point.isTurned ? -(value ?? 0) : (value ?? 0), -(places + scale));
  const count = point.step === undefined ? inUnit : dividedBy(inUnit, point.step);
  if (point.encoding === "float32" || point.encoding === "float64") return count;
  return Math.sign(count) * Math.round(Math.abs(count)) + 0;
}

/** Divided by a decimal such as 0.1 without the error of that decimal as a float. */
function dividedBy(value: number, step: number): number {
  const places = String(step).split(".")[1]?.length ?? 0;
  return shiftDecimal(value, places) / shiftDecimal(step, places);
}

function wrapped(count: number, { encoding, wrapsAt }: Point): number {
  const end = wrapsAt ?? widthOf[encoding];
  return end === undefined ? count : count % end;
}

/** Where unsigned counters begin anew that are narrow enough to ever do so. */
const widthOf: Partial<Readonly<Record<NumberEncoding, number>>> = {
  uint16: 2 ** 16,
  acc16: 2 ** 16,
  uint32: 2 ** 32,
  acc32: 2 ** 32,
};

/** The bits of "not available". @throws RangeError when the device has none */
function absentBits(profile: RegisterProfile, { key, point: { encoding, absent } }: PointValue): number | bigint {
  const isAccumulator = encoding === "acc16" || encoding === "acc32" || encoding === "acc64";
  const bits =
    absent?.[0] ?? profile.absent?.[encoding]?.[0] ?? absentFloat[encoding] ?? (isAccumulator ? 0 : undefined);
  if (bits === undefined) throw new RangeError(`${profile.name} cannot say that ${key} is not available`);
  return bits;
}

/** Bit patterns of floats go in as the whole number of the same width. */
function asWhole(encoding: NumberEncoding): NumberEncoding {
  return encoding === "float32" ? "uint32" : encoding === "float64" ? "uint64" : encoding;
}

function wordsOfIdentity(
  { words }: RegisterProfile,
  { encoding, registers }: IdentityField,
  text: string,
): readonly number[] {
  return encoding === "text" ? encodeText(text, registers) : encodeNumber(Number(text), { encoding, words });
}

/** A device that lets itself be read across holes has something in them. */
function fillHoles(registers: Map<number, number>, maxHole: number): void {
  const taken = [...registers.keys()].sort((one, other) => one - other);
  for (const [index, address] of taken.entries()) {
    const next = taken[index + 1] ?? address;
    if (next - address - 1 > maxHole) continue;
    for (let hole = address + 1; hole < next; hole++) registers.set(hole, FILLER);
  }
}
