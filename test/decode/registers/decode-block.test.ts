import { describe, expect, test } from "vitest";
import type { Point, RegisterProfile } from "../../../hub/decode/profiles/device-profile.ts";
import { compileBlock, decodeBlock } from "../../../hub/decode/registers/decode-block.ts";
import { blockOf, bytesOf, powerAt } from "./blocks.ts";

const msw: Pick<RegisterProfile, "words" | "absent"> = { words: "msw_first" };

/** The one value of a block that begins with its point. */
function decodedValue(hex: string, point: Partial<Point>, { key = "active_power", profile = msw } = {}): number | null {
  const bytes = bytesOf(hex);
  const [decoded, ...more] = decodeBlock(profile, blockOf(bytes.length / 2, { [key]: powerAt(point) }), bytes);
  expect(more).toEqual([]);
  expect(decoded).toEqual({
    key,
    outcome: decoded?.value === null ? "not_available" : "value",
    value: decoded?.value,
  });
  expect(decoded?.value).not.toBe(-0);
  return decoded?.value ?? null;
}

describe("values", () => {
  // words, point, value
  test.each<[string, string, Partial<Point>, number | null]>([
    ["int16", "ff85", {}, -123],
    ["uint16", "ff85", { encoding: "uint16" }, 65_413],
    ["int32, most significant word first", "fffe 1dc0", { encoding: "int32" }, -123_456],
    ["int32, least significant word first", "1dc0 fffe", { encoding: "int32", words: "lsw_first" }, -123_456],
    ["uint32", "fffe 1dc0", { encoding: "uint32" }, 4_294_843_840],
    ["int64", "ffff ffff ffff fffe", { encoding: "int64" }, -2],
    ["int64 beyond 32 bits", "ffff fffe ffff ffff", { encoding: "int64" }, -4_294_967_297],
    [
      "uint64, least significant word first",
      "5678 1234 0000 0000",
      { encoding: "uint64", words: "lsw_first" },
      0x12345678,
    ],
    ["uint64, words in order", "0000 0001 0002 0003", { encoding: "uint64" }, 4_295_098_371],
    ["uint64, words turned round", "0003 0002 0001 0000", { encoding: "uint64", words: "lsw_first" }, 4_295_098_371],
    ["float32 is the decimal the meter shows", "4145 851f", { encoding: "float32" }, 12.345],
    ["float32, least significant word first", "851f 4145", { encoding: "float32", words: "lsw_first" }, 12.345],
    ["float32 0.1", "3dcc cccd", { encoding: "float32" }, 0.1],
    ["float32 -0 is 0", "8000 0000", { encoding: "float32" }, 0],
    ["float32 one third", "3eaa aaab", { encoding: "float32" }, 0.33333334],
    ["float32, largest", "7f7f ffff", { encoding: "float32" }, 3.4028235e38],
    ["float32, smallest", "0000 0001", { encoding: "float32" }, 1e-45],
    ["float32 counter past 2^24", "4ceb 79a3", { encoding: "float32" }, 123_456_790],
    ["float64", "4028 b0a3 d70a 3d71", { encoding: "float64" }, 12.345],
    [
      "float64, least significant word first",
      "3d71 d70a b0a3 4028",
      { encoding: "float64", words: "lsw_first" },
      12.345,
    ],
    ["acc32", "0000 2710", { encoding: "acc32" }, 10_000],
    ["bit 3 set", "0008", { encoding: "bit", bit: 3 }, 1],
    ["bit 3 not set", "fff7", { encoding: "bit", bit: 3 }, 0],
    ["bit 15", "8000", { encoding: "bit", bit: 15 }, 1],
    ["a coil", "0001", { encoding: "bit" }, 1],
  ])("%s", (_name, hex, point, value) => {
    expect(decodedValue(hex, point)).toBe(value);
  });

  // words, point, key, value
  test.each<[string, string, Partial<Point>, string, number | null]>([
    ["step 0.1 is a decimal place: 3 x 0.1 is 0.3", "0003", { step: 0.1 }, "active_power", 0.3],
    ["step 0.7 x 3", "0003", { step: 0.7 }, "active_power", 2.1],
    ["step 10", "0003", { step: 10 }, "active_power", 30],
    ["step 0.25", "ffff", { step: 0.25 }, "active_power", -0.25],
    [
      "kWh counts of 0.01",
      "0000 3039",
      { encoding: "uint32", unit: "kWh", step: 0.01 },
      "active_energy_import",
      123_450,
    ],
    ["kWh float", "4145 851f", { encoding: "float32", unit: "kWh" }, "active_energy_import", 12_345],
    ["float with a step", "4145 851f", { encoding: "float32", step: 0.1 }, "active_power", 1.2345],
    [
      "double with a step",
      "4028 b0a3 d70a 3d71",
      { encoding: "float64", step: 0.1, unit: "kW" },
      "active_power",
      1234.5,
    ],
    ["mA", "05dd", { encoding: "uint16", unit: "mA" }, "current/l2", 1.501],
    ["power factor in %", "ffa1", { unit: "%" }, "power_factor", -0.95],
    ["channel", "0007", { unit: "kW" }, "pv-1/active_power", 7000],
    ["turned", "0007", { isTurned: true }, "active_power", -7],
    ["turned and fallen to nothing", "0000", { isTurned: true }, "active_power", 0],
    ["turned float", "4145 851f", { encoding: "float32", isTurned: true }, "active_power", -12.345],
  ])("%s", (_name, hex, point, key, value) => {
    expect(decodedValue(hex, point, { key })).toBe(value);
  });
});

describe("more digits than a number keeps", () => {
  const counter: Partial<Point> = { encoding: "uint64", unit: "Wh" };
  test.each<[string, string, Partial<Point>, number | null]>([
    ["2^53 is kept", "0020 0000 0000 0000", counter, 2 ** 53],
    ["2^53 + 1 is not available rather than wrong", "0020 0000 0000 0001", counter, null],
    ["2^53 + 2 is kept", "0020 0000 0000 0002", counter, 2 ** 53 + 2],
    ["10^18 x 0.001 is kept", "0de0 b6b3 a764 0000", { ...counter, step: 0.001 }, 1e15],
    ["2^53 - 1 x 0.001 is not", "001f ffff ffff ffff", { ...counter, step: 0.001 }, null],
    ["-2^62", "c000 0000 0000 0000", { ...counter, encoding: "int64" }, null],
    ["2^63 - 1", "7fff ffff ffff ffff", { ...counter, encoding: "int64" }, null],
  ])("%s", (_name, hex, point, value) => {
    expect(decodedValue(hex, point, { key: "active_energy_import" })).toBe(value);
  });
});

describe("not available", () => {
  const sunSpec: Pick<RegisterProfile, "words" | "absent"> = {
    words: "msw_first",
    absent: {
      int16: [0x8000],
      uint16: [0xffff],
      int32: [0x8000_0000],
      uint32: [0xffff_ffff],
      int64: [0x8000_0000_0000_0000n],
      uint64: [0xffff_ffff_ffff_ffffn],
    },
  };
  test.each<[string, string, Partial<Point>]>([
    ["int16", "8000", {}],
    ["uint16", "ffff", { encoding: "uint16" }],
    ["int32", "8000 0000", { encoding: "int32" }],
    ["int32, least significant word first", "0000 8000", { encoding: "int32", words: "lsw_first" }],
    ["uint32 at night", "ffff ffff", { encoding: "uint32" }],
    ["int64", "8000 0000 0000 0000", { encoding: "int64" }],
    ["uint64", "ffff ffff ffff ffff", { encoding: "uint64" }],
    ["NaN", "7fc0 0000", { encoding: "float32" }],
    ["another NaN", "ffff ffff", { encoding: "float32" }],
    ["infinity", "7f80 0000", { encoding: "float32" }],
    ["NaN of 64 bits", "7ff8 0000 0000 0000", { encoding: "float64" }],
    ["-infinity of 64 bits", "fff0 0000 0000 0000", { encoding: "float64" }],
    ["acc16 0", "0000", { encoding: "acc16" }],
    ["acc32 0", "0000 0000", { encoding: "acc32" }],
    ["acc64 0", "0000 0000 0000 0000", { encoding: "acc64" }],
    ["the point's own", "7fff ffff", { encoding: "int32", absent: [0x7fff_ffff] }],
    ["the point's own, signed", "ffff", { absent: [-1] }],
    ["the point's own, for a float", "7f7f ffff", { encoding: "float32", absent: [0x7f7f_ffff] }],
  ])("%s", (_name, hex, point) => {
    expect(decodedValue(hex, point, { profile: sunSpec })).toBe(null);
  });

  test("a sentinel is one of its encoding only, and 0 is a value", () => {
    expect(decodedValue("8000", { encoding: "uint16" }, { profile: sunSpec })).toBe(32_768);
    expect(decodedValue("0000", {}, { profile: sunSpec })).toBe(0);
    expect(decodedValue("0000 0000", { encoding: "uint32" }, { profile: sunSpec })).toBe(0);
  });
});

describe("scale factors", () => {
  // value and factor, expected
  test.each<[string, string, number | null]>([
    ["10^-1", "0064 ffff", 10],
    ["10^-3 stays a decimal", "00e7 fffd", 0.231],
    ["10^0", "0064 0000", 100],
    ["10^2", "0064 0002", 10_000],
    ["10^10", "0001 000a", 1e10],
    ["10^-10", "0001 fff6", 1e-10],
    ["absent is never 10^0", "0064 8000", null],
    ["11 is no factor", "0064 000b", null],
    ["-11 is no factor", "0064 fff5", null],
  ])("%s", (_name, hex, value) => {
    const block = blockOf(2, { active_power: powerAt({ scaleAt: 1 }) });
    expect(decodeBlock(msw, block, bytesOf(hex))[0]?.value).toBe(value);
  });

  test("a factor before its point, beside a step and a unit", () => {
    const point: Point = { at: 1, scaleAt: 0, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" };
    const decoded = decodeBlock(msw, blockOf(3, { active_energy_import: point }), bytesOf("ffff 0001 e240"));
    expect(decoded).toEqual([{ key: "active_energy_import", outcome: "value", value: 1_234_560 }]);
  });
});

describe("sums", () => {
  const phase = (at: number) => powerAt({ at, step: 0.1, absent: [0x8000] });
  const block = blockOf(
    3,
    { "active_power/l1": phase(0), "active_power/l2": phase(1), "active_power/l3": phase(2) },
    { active_power: ["active_power/l1", "active_power/l2", "active_power/l3"] },
  );

  test("are added as decimals", () => {
    expect(decodeBlock(msw, block, bytesOf("0001 0002 0000")).at(-1)).toEqual({
      key: "active_power",
      outcome: "value",
      value: 0.3,
    });
  });

  test("are not available when a part is not", () => {
    expect(decodeBlock(msw, block, bytesOf("0001 8000 0003")).map(({ value }) => value)).toEqual([
      0.1,
      null,
      0.3,
      null,
    ]);
  });
});

describe("what no answer could mend", () => {
  test.each<[string, Record<string, Point>]>([
    ["a foreign unit", { voltage: powerAt() }],
    ["a key that is none", { power: powerAt() }],
    ["a point outside the block", { active_power: powerAt({ at: 1, encoding: "int32" }) }],
    ["a factor outside the block", { active_power: powerAt({ scaleAt: 2 }) }],
    ["a pattern too wide", { active_power: powerAt({ absent: [0x1_0000] }) }],
    ["no step", { active_power: powerAt({ step: 0 }) }],
  ])("%s is refused before anything is read", (_name, points) => {
    expect(() => compileBlock(msw, blockOf(2, points))).toThrow(RangeError);
  });

  test("a sum without its part is refused", () => {
    expect(() => compileBlock(msw, blockOf(1, { active_power: powerAt() }, { voltage: ["voltage/l1"] }))).toThrow(
      "voltage is a sum with voltage/l1, which is not in its block",
    );
  });

  test("an answer that is too short is refused whole; one inside a larger buffer is read from its own start", () => {
    const decode = compileBlock(msw, blockOf(2, { active_power: powerAt({ at: 1 }) }));
    expect(() => decode(bytesOf("0001 00"))).toThrow("answer of 3 bytes for the 2 registers from 0 on is too short");
    expect(decode(bytesOf("ffff ffff 0001 0002").subarray(4))[0]?.value).toBe(2);
  });
});
