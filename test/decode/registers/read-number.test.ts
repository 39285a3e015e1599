import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NumberEncoding, registersOf, type WordOrder } from "../../../hub/decode/profiles/device-profile.ts";
import { decodeBlock } from "../../../hub/decode/registers/decode-block.ts";
import { readNumber } from "../../../hub/decode/registers/read-number.ts";
import { blockOf, powerAt } from "./blocks.ts";

/** Words of a bit pattern, in the order in which a device sends them. */
function encode(bits: bigint, encoding: NumberEncoding, words: WordOrder): Uint8Array {
  const registers = registersOf[encoding];
  const bytes = new Uint8Array(2 * registers);
  const view = new DataView(bytes.buffer);
  for (let word = 0; word < registers; word += 1) {
    const place = words === "msw_first" ? registers - 1 - word : word;
    view.setUint16(2 * place, Number((bits >> BigInt(16 * word)) & 0xffffn));
  }
  return bytes;
}

const wholeEncodings = ["int16", "uint16", "int32", "uint32", "int64", "uint64", "acc16", "acc32", "acc64"] as const;
const anyOrder = fc.constantFrom<WordOrder>("msw_first", "lsw_first");
const anyWhole = fc.constantFrom(...wholeEncodings).chain((encoding) => {
  const width = BigInt(16 * registersOf[encoding]);
  const isSigned = encoding.startsWith("int");
  const [min, max] = isSigned ? [-(1n << (width - 1n)), (1n << (width - 1n)) - 1n] : [0n, (1n << width) - 1n];
  return fc.record({ encoding: fc.constant(encoding), value: fc.bigInt({ min, max }), words: anyOrder });
});
const anyFloat32 = fc.float({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0));

describe("a number comes back as it was written", () => {
  test("whole numbers, in both word orders", () => {
    fc.assert(
      fc.property(anyWhole, ({ encoding, value, words }) => {
        const bits = BigInt.asUintN(16 * registersOf[encoding], value);
        const bytes = encode(bits, encoding, words);
        const read = readNumber(new DataView(bytes.buffer), 0, { encoding, words });
        expect([BigInt(read.bits), BigInt(read.value)]).toEqual([bits, value]);
      }),
    );
  });

  test("counts with a step of decimal places are exactly that decimal, or not available when it has too many digits", () => {
    fc.assert(
      fc.property(
        anyWhole,
        fc.integer({ min: -9, max: 4 }),
        fc.constantFrom(1n, 2n, 5n, 25n),
        ({ encoding, value, words }, places, multiplier) => {
          const step = Number(`${multiplier}e${places}`);
          const bytes = encode(BigInt.asUintN(16 * registersOf[encoding], value), encoding, words);
          const block = blockOf(registersOf[encoding], { active_power: powerAt({ encoding, words, step }) });
          const decoded = decodeBlock({ words: "msw_first" }, block, bytes)[0]?.value ?? null;
          const exact = `${value * multiplier}e${places}`;
          if (encoding.startsWith("acc") && value === 0n) expect(decoded).toBe(null);
          else if (decoded === null)
            expect(value * multiplier > 10n ** 15n || value * multiplier < -(10n ** 15n)).toBe(true);
          else expect(decoded).toBe(Number(exact) + 0);
        },
      ),
    );
  });

  test("a float32 is the shortest decimal that is the same float32", () => {
    fc.assert(
      fc.property(anyFloat32, anyOrder, (value, words) => {
        const bytes = encode(bitsOfFloat32(value), "float32", words);
        const read = Number(readNumber(new DataView(bytes.buffer), 0, { encoding: "float32", words }).value);
        expect(Math.fround(read)).toBe(value);
        const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find(
          (count) => Math.fround(Number(value.toPrecision(count))) === value,
        );
        expect(significantDigits(read)).toBeLessThanOrEqual(digits ?? 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test("what a meter shows with up to six digits comes back digit by digit", () => {
    fc.assert(
      fc.property(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -6, max: 4 }), (count, places) => {
        const shown = Number(`${count}e${places}`) + 0;
        const bytes = encode(bitsOfFloat32(shown), "float32", "msw_first");
        expect(readNumber(new DataView(bytes.buffer), 0, { encoding: "float32", words: "msw_first" }).value).toBe(
          shown,
        );
      }),
    );
  });

  test("a float64 is itself", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), anyOrder, (value, words) => {
        const scratch = new DataView(new ArrayBuffer(8));
        scratch.setFloat64(0, value);
        const bytes = encode(scratch.getBigUint64(0), "float64", words);
        expect(readNumber(new DataView(bytes.buffer), 0, { encoding: "float64", words }).value).toBe(value);
        const block = blockOf(4, { active_power: powerAt({ encoding: "float64", words }) });
        expect(decodeBlock({ words: "msw_first" }, block, bytes)[0]?.value).toBe(value + 0);
      }),
    );
  });

  test("a bit", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0, max: 15 }), (register, bit) => {
        const view = new DataView(encode(BigInt(register), "bit", "msw_first").buffer);
        const isSet =
          register
            .toString(2)
            .padStart(16, "0")
            .at(-1 - bit) === "1";
        expect(readNumber(view, 0, { encoding: "bit", words: "msw_first", bit }).value).toBe(isSet ? 1 : 0);
      }),
    );
  });
});

test("a float that is not finite is NaN, with its bits as they came", () => {
  const view = new DataView(encode(0x7f80_0000n, "float32", "lsw_first").buffer);
  expect(readNumber(view, 0, { encoding: "float32", words: "lsw_first" })).toEqual({
    bits: 0x7f80_0000,
    value: Number.NaN,
  });
});

function bitsOfFloat32(value: number): bigint {
  const scratch = new DataView(new ArrayBuffer(4));
  scratch.setFloat32(0, value);
  return BigInt(scratch.getUint32(0));
}

function significantDigits(value: number): number {
  const [mantissa = ""] = String(Math.abs(value)).split("e");
  return mantissa.replace(".", "").replace(/^0+/, "").replace(/0+$/, "").length;
}
