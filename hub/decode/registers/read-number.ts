import { type NumberEncoding, registersOf, type WordOrder } from "../profiles/device-profile.ts";
import { scaleFloat32 } from "./scale-decimal.ts";

/** A number out of registers. */
export interface RegisterNumber {
  /** Its bits as an unsigned number: what "not available" is told by. A bigint for the encodings of 64 bits. */
  readonly bits: number | bigint;
  /** What they mean, in counts; NaN where a float is not finite. A bigint for the whole numbers of 64 bits. */
  readonly value: number | bigint;
}

/**
 * Read one number. Bytes inside a register are big-endian always (Modbus V1.1b3 section 4.2); which of several registers
 * comes first is the device's own choice.
 * @param offset in bytes, of its first register
 * @param bit    which bit of the register, for the encoding `bit`
 * @throws RangeError when the view ends before the number does
 */
export function readNumber(
  view: DataView,
  offset: number,
  { encoding, words, bit = 0 }: { readonly encoding: NumberEncoding; readonly words: WordOrder; readonly bit?: number },
): RegisterNumber {
  const bits = readBits(view, offset, encoding, words);
  return { bits, value: meaningOf(bits, encoding, bit) };
}

/** Registers of 32 bits as an unsigned number. */
export function readUint32(view: DataView, offset: number, words: WordOrder): number {
  if (words === "msw_first") return view.getUint32(offset);
  return view.getUint16(offset + 2) * 0x10000 + view.getUint16(offset);
}

/** The upper 32 of 64 bits as an unsigned number. */
export function readHighHalf(view: DataView, offset: number, words: WordOrder): number {
  return readUint32(view, words === "msw_first" ? offset : offset + 4, words);
}

/** The lower 32 of 64 bits as an unsigned number. */
export function readLowHalf(view: DataView, offset: number, words: WordOrder): number {
  return readUint32(view, words === "msw_first" ? offset + 4 : offset, words);
}

/** 32 bits as the float they stand for; NaN and the infinities included. */
export function float32OfBits(bits: number): number {
  floatScratch.setUint32(0, bits);
  return floatScratch.getFloat32(0);
}

/** 64 bits as the float they stand for, from their two halves. */
export function float64OfBits(high: number, low: number): number {
  floatScratch.setUint32(0, high);
  floatScratch.setUint32(4, low);
  return floatScratch.getFloat64(0);
}

/** Written whole before every look at it, so nothing is carried from one call to the next. */
const floatScratch = new DataView(new ArrayBuffer(8));

function readBits(view: DataView, offset: number, encoding: NumberEncoding, words: WordOrder): number | bigint {
  const registers = registersOf[encoding];
  if (registers === 1) return view.getUint16(offset);
  if (registers === 2) return readUint32(view, offset, words);
  return (BigInt(readHighHalf(view, offset, words)) << 32n) | BigInt(readLowHalf(view, offset, words));
}

function meaningOf(bits: number | bigint, encoding: NumberEncoding, bit: number): number | bigint {
  if (typeof bits === "bigint") {
    if (encoding === "float64") return float64OfBits(Number(bits >> 32n), Number(bits & 0xffff_ffffn));
    return encoding === "int64" ? BigInt.asIntN(64, bits) : bits;
  }
  if (encoding === "int16") return (bits << 16) >> 16;
  if (encoding === "int32") return bits | 0;
  if (encoding === "bit") return (bits >>> bit) & 1;
  if (encoding === "float32") return scaleFloat32(float32OfBits(bits), 1, 0) ?? Number.NaN;
  return bits;
}
