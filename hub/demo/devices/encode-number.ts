import { type NumberEncoding, registersOf, type WordOrder } from "../../decode/profiles/device-profile.ts";

/**
 * A number as it stands in registers: the inverse of reading one.
 * @param value in counts; a bit pattern of its own, negative or unsigned, for the whole-number encodings
 * @returns     one 16-bit word a register, the one with the lowest address first
 * @throws RangeError when it does not fit the encoding
 */
export function encodeNumber(
  value: number | bigint,
  { encoding, words }: { readonly encoding: NumberEncoding; readonly words: WordOrder },
): readonly number[] {
  const registers = registersOf[encoding];
  const bytes = Buffer.alloc(2 * registers);
  if (encoding === "float32") bytes.writeFloatBE(Number(value));
  else if (encoding === "float64") bytes.writeDoubleBE(Number(value));
  else {
    const bits = BigInt(value);
    if (BigInt.asUintN(16 * registers, bits) !== bits && BigInt.asIntN(16 * registers, bits) !== bits) {
      throw new RangeError(`${value} does not fit ${encoding}`);
    }
    bytes.write(
      BigInt.asUintN(16 * registers, bits)
        .toString(16)
        .padStart(4 * registers, "0"),
      "hex",
    );
  }
  const mostSignificantFirst = Array.from({ length: registers }, (_, index) => bytes.readUInt16BE(2 * index));
  return words === "msw_first" ? mostSignificantFirst : mostSignificantFirst.toReversed();
}

/** The bits of "not available" as the float encodings have it; the others name theirs in the profile. */
export const absentFloat: Partial<Readonly<Record<NumberEncoding, bigint>>> = {
  float32: 0x7fc0_0000n,
  float64: 0x7ff8_0000_0000_0000n,
};

/** Text, two characters a register, padded with NUL. @throws RangeError when it is too long or not ASCII */
export function encodeText(text: string, registers: number): readonly number[] {
  const bytes = Buffer.alloc(2 * registers);
  if (text.length > bytes.length || !/^[ -~]*$/.test(text)) {
    throw new RangeError(`"${text}" is not ASCII of at most ${bytes.length} characters`);
  }
  bytes.write(text, "latin1");
  return Array.from({ length: registers }, (_, index) => bytes.readUInt16BE(2 * index));
}
