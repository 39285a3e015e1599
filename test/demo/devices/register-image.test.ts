import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type NumberEncoding, type RegisterProfile, registersOf } from "../../../hub/decode/profiles/device-profile.ts";
import { readNumber } from "../../../hub/decode/registers/read-number.ts";
import { encodeNumber, encodeText } from "../../../hub/demo/devices/encode-number.ts";
import { registerImage } from "../../../hub/demo/devices/register-image.ts";
import { readImage } from "./read-image.ts";

const orders = ["msw_first", "lsw_first"] as const;
const wholeNumbers = Object.keys(registersOf).filter((name) => !/float|bit/.test(name)) as NumberEncoding[];

const profile: RegisterProfile = {
  name: "test-meter",
  vendor: "Test",
  model: "meter",
  kind: "meter",
  source: "made for this test",
  direction: "as ours",
  unit: 1,
  protocol: "registers",
  table: "holding",
  words: "msw_first",
  request: { maxHole: 3 },
  absent: { int32: [0x8000_0000], uint16: [0xffff] },
  identity: [
    { field: "model", at: 0, encoding: "text", registers: 4 },
    { field: "serial", at: 4, encoding: "uint32", registers: 2 },
  ],
  ratedPower: { at: 8, encoding: "uint16", unit: "kW", step: 0.1, kind: "gauge" },
  points: {
    active_power: { at: 20, encoding: "int32", unit: "W", step: 0.1, isTurned: true, kind: "gauge" },
    active_energy_import: { at: 24, encoding: "uint32", unit: "kWh", step: 0.01, kind: "counter", wrapsAt: 800_000 },
    active_energy_export: { at: 30, encoding: "float32", unit: "kWh", words: "lsw_first", kind: "counter" },
    "voltage/l1": { at: 35, encoding: "uint16", unit: "V", scaleAt: 37, kind: "gauge" },
    "voltage/l2": { at: 36, encoding: "uint16", unit: "V", scaleAt: 37, kind: "gauge" },
    state_of_charge: { at: 50, table: "input", encoding: "uint16", unit: "%", step: 0.5, kind: "gauge" },
    execution: { at: 60, encoding: "bit", bit: 3, unit: "state", kind: "gauge" },
  },
};

const wordsAt = (
  values: Parameters<typeof registerImage>[1],
  at: number,
  count: number,
  table = "holding" as const,
) => {
  const image = registerImage(profile, values);
  return Array.from({ length: count }, (_, index) => image.readWord(table, at + index));
};

describe("a number in registers", () => {
  test.each<[number | bigint, NumberEncoding, (typeof orders)[number], string]>([
    [-1, "int16", "msw_first", "ffff"],
    [0x8000, "int16", "msw_first", "8000"],
    [0x1234_5678, "uint32", "msw_first", "1234 5678"],
    [0x1234_5678, "uint32", "lsw_first", "5678 1234"],
    [-2, "int32", "msw_first", "ffff fffe"],
    [0x0102_0304_0506_0708n, "uint64", "msw_first", "0102 0304 0506 0708"],
    [0x0102_0304_0506_0708n, "uint64", "lsw_first", "0708 0506 0304 0102"],
    [12.345, "float32", "msw_first", "4145 851f"],
    [12.345, "float32", "lsw_first", "851f 4145"],
    [1, "float64", "msw_first", "3ff0 0000 0000 0000"],
    [4_000_000_000, "acc32", "msw_first", "ee6b 2800"],
  ])("%s as %s, %s, is %s", (value, encoding, words, hex) => {
    const expected = hex.split(" ").map((word) => Number.parseInt(word, 16));
    expect(encodeNumber(value, { encoding, words })).toEqual(expected);
  });

  test.each<[number | bigint, NumberEncoding]>([
    [0x1_0000, "uint16"],
    [-32_769, "int16"],
    [2 ** 32, "acc32"],
    [1n << 64n, "uint64"],
    [0.5, "uint16"],
  ])("%s as %s does not fit", (value, encoding) => {
    expect(() => encodeNumber(value, { encoding, words: "msw_first" })).toThrow(RangeError);
  });

  test("reads back as it was written, every encoding and word order", () => {
    const wholes = fc.constantFrom(...wholeNumbers).chain((encoding) => {
      const bits = 16 * registersOf[encoding];
      return fc.record({
        encoding: fc.constant(encoding),
        value: fc.bigInt(
          encoding.startsWith("int")
            ? { min: -(1n << BigInt(bits - 1)), max: (1n << BigInt(bits - 1)) - 1n }
            : { min: 0n, max: (1n << BigInt(bits)) - 1n },
        ),
      });
    });
    fc.assert(
      fc.property(wholes, fc.constantFrom(...orders), ({ encoding, value }, words) => {
        const bytes = new DataView(new ArrayBuffer(8));
        encodeNumber(value, { encoding, words }).forEach((word, index) => {
          bytes.setUint16(2 * index, word);
        });
        expect(BigInt(readNumber(bytes, 0, { encoding, words }).value)).toBe(value);
      }),
    );
  });

  test("text takes two characters a register and ends with NUL; what does not fit is refused", () => {
    expect(encodeText("SDM", 3)).toEqual([0x5344, 0x4d00, 0]);
    expect(() => encodeText("SDM630", 2)).toThrow(RangeError);
    expect(() => encodeText("Zähler", 4)).toThrow(RangeError);
  });
});

describe("the image of a profile", () => {
  test.each<[string, Readonly<Record<string, number | null>>, number, readonly (number | undefined)[]]>([
    ["turned, in steps of 0.1 W", { active_power: 1234.5 }, 20, [0xffff, 0xcfc7]],
    ["not available by its sentinel", { active_power: null }, 20, [0x8000, 0]],
    ["0.01 kWh a count", { active_energy_import: 4_345_670 }, 24, [0x0006, 0xa187]],
    ["a counter past its end", { active_energy_import: 8_000_010 }, 24, [0, 1]],
    ["low word first", { active_energy_export: 12_345 }, 30, [0x851f, 0x4145]],
    ["not available as a float", { active_energy_export: null }, 30, [0, 0x7fc0]],
    ["a bit of its register", { execution: 1 }, 60, [8, undefined]],
    ["what is left out is a hole", { execution: 1 }, 20, [undefined, undefined]],
    [
      "what may be read across is filled",
      { "voltage/l1": 230, active_energy_export: 0 },
      30,
      [0, 0, 0xa5a5, 0xa5a5, 0xa5a5, 230, 0xa5a5, 0],
    ],
  ])("%s", (_name, values, at, words) => {
    expect(wordsAt({ values }, at, words.length)).toEqual(words);
  });

  test("a scale factor stands beside its points", () => {
    const shown = { values: { "voltage/l1": 230.4, "voltage/l2": 229.9 }, scales: { 37: -1 } };
    expect(wordsAt(shown, 35, 3)).toEqual([2304, 2299, 0xffff]);
  });

  test("identity, rated power and a table of its own", () => {
    const shown = { values: { state_of_charge: 55.5 }, identity: { model: "SDM630", serial: "70000" }, ratedW: 12_500 };
    expect(wordsAt(shown, 0, 9)).toEqual([0x5344, 0x4d36, 0x3330, 0, 1, 0x1170, 0xa5a5, 0xa5a5, 125]);
    expect(registerImage(profile, shown).readWord("input", 50)).toBe(111);
    expect(registerImage(profile, shown).readWord("holding", 50)).toBeUndefined();
  });

  test.each<[string, Readonly<Record<string, number | null>>, RegExp]>([
    ["a key it has no point for", { frequency: 50 }, /test-meter has no register of frequency/],
    ["an absence it cannot say", { execution: null }, /cannot say that execution is not available/],
    ["a value beyond its register", { state_of_charge: 40_000 }, /does not fit uint16/],
    ["half a bit", { execution: 2 }, /a bit is 0 or 1/],
  ])("refuses %s", (_name, values, message) => {
    expect(() => registerImage(profile, { values })).toThrow(message);
  });

  test("the hub's own blocks read back what it shows", () => {
    const values = {
      active_power: -3_700.2,
      active_energy_import: 4_200_010,
      active_energy_export: 12_345,
      "voltage/l1": 231,
      "voltage/l2": 229,
      state_of_charge: 72.5,
      execution: 1,
    };
    const read = readImage(profile, registerImage(profile, { values }));
    expect(Object.fromEntries(read.map(({ key, value }) => [key, value]))).toEqual(values);
  });
});
