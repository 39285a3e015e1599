import { describe, expect, test } from "vitest";
import { planBlocks } from "../../../hub/decode/registers/plan-blocks.ts";
import { anySunSpec, decodeImage, profileOf } from "./decode-image.ts";
import { common, float32, type ImageModel, imageOf, textWords, uint32, wire } from "./sunspec-image.ts";

const known = (values: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

describe("SolarEdge", () => {
  /** Answers of an SE5000H single-phase hybrid to reads of its models, as its owner's log has them; power was 1395 W. */
  const inverter: ImageModel = {
    id: 101,
    length: 50,
    words: {
      2: wire(`02 50 02 50 ff ff ff ff ff fe 09 35 ff ff ff ff 09 35 ff ff ff ff ff ff 36 7e ff ff c3 43 ff fd
               36 9e ff ff db 1e ff fe d9 07 ff fe 00 df f1 da 00 00 0d 7a ff fd 10 09 ff ff 37 53 ff ff 80 00
               10 49 80 00 80 00 ff fe 00 04 00 00 ff ff ff ff ff ff ff ff 00 00 00 00 ff ff ff ff ff ff ff ff
               00 00 00 00`),
    },
  };
  const maker = common({ Mn: "SolarEdge ", Md: "SE5000H-RWS00BNO4", Vr: "0004.0020.0036", SN: "7405E7D8" });
  /** Its three-phase meter began with these words (currents, voltages, frequency, total power); the rest is ours. */
  const meter: ImageModel = {
    id: 203,
    length: 105,
    words: {
      2: wire("00 67 00 30 00 08 00 2e ff ff 5b fd 5b fd 5c 4f 5a 69 00 00 00 00 00 00 00 00 ff fe 13 85 ff fe"),
      18: [0xffe7, 0x0457, 0xfc00, 0xffd0, 0],
      38: [...uint32(6_619), ...uint32(0), ...uint32(0), ...uint32(0), ...uint32(15_640)],
      48: [0, 0, 0, 0, 0, 0],
      54: [0],
    },
  };
  const values = decodeImage(imageOf(40_000, [maker, inverter, common({ Mn: "WattNode" }), meter]));

  test("the inverter generates: negative power, exported energy", () => {
    expect(known(values)).toMatchObject({
      active_power: -1395,
      active_energy_export: 14_676_442,
      current: 5.92,
      voltage: 235.7,
      frequency: 49.987,
      apparent_power: 1398.2,
      reactive_power: -94.42,
      power_factor: -0.9977,
      "dc/active_power": -1416.3,
      "dc/voltage": 410.5,
      "dc/current": 3.45,
      "heat-sink/temperature": 41.69,
    });
    expect(values.temperature).toBeNull();
  });

  test("its meter counts export as positive power, and its counters are named rightly", () => {
    expect(known(values)).toMatchObject({
      "meter-1/active_power": 25,
      "meter-1/active_power/l1": -1111,
      "meter-1/active_power/l2": 1024,
      "meter-1/active_power/l3": 48,
      "meter-1/active_energy_export": 6_619,
      "meter-1/active_energy_import": 15_640,
      "meter-1/voltage/l2": 236.31,
      "meter-1/current": 10.3,
      "meter-1/frequency": 49.97,
    });
    expect(values["meter-1/active_energy_export/l1"]).toBeNull();
    expect(profileOf(imageOf(40_000, [maker, meter])).profile.direction).toContain("exported power as positive");
  });

  test("whole sets of series: one inverter and one meter", () => {
    const keys = Object.keys(values).sort();
    expect(keys.filter((key) => !key.startsWith("meter-1/"))).toEqual(
      [
        ...["active_energy_export", "active_power", "apparent_power", "current", "dc/active_power", "dc/current"],
        ...["dc/voltage", "frequency", "heat-sink/temperature", "power_factor", "reactive_power", "temperature"],
        "voltage",
      ].sort(),
    );
    expect(keys.filter((key) => key.startsWith("meter-1/"))).toHaveLength(8 * 4);
  });
});

test("Fronius with floats: an inverter (113) and a meter (213)", () => {
  const at = (values: Readonly<Record<number, number>>) =>
    Object.fromEntries(Object.entries(values).map(([offset, value]) => [offset, float32(value)]));
  const inverter = {
    id: 113,
    length: 60,
    words: at({ 4: 3.4, 16: 231.2, 22: 2345.5, 24: 50.01, 30: -96.91, 32: 8_123_456 }),
  };
  const meter = { id: 213, length: 124, words: at({ 28: -812.25, 52: 0.93, 60: 1_500_000, 68: 2_250_000 }) };
  const values = decodeImage(imageOf(40_000, [common({ Mn: "Fronius" }), inverter, meter]));
  expect(values).toMatchObject({
    active_power: -2345.5,
    active_energy_export: 8_123_456,
    "current/l1": 3.4,
    "voltage/l1": 231.2,
    frequency: 50.01,
    power_factor: -0.9691,
    "meter-1/active_power": -812.25,
    "meter-1/active_energy_export": 1_500_000,
    "meter-1/active_energy_import": 2_250_000,
    "meter-1/power_factor": 0.93,
  });
});

test("not a number is not available", () => {
  const inverter = { id: 113, length: 60, words: { 22: [0x7fc0, 0], 32: [0x7fc0, 0], 24: float32(50) } };
  const values = decodeImage(imageOf(40_000, [common({ Mn: "Fronius" }), inverter]));
  expect(values).toMatchObject({ active_power: null, active_energy_export: null, frequency: 50 });
});

describe("Fronius GEN24 strings", () => {
  /** A module of a GEN24 charging its battery with 2609.8 W, as its owner's log has it. */
  const charging = wire(`00 03 53 74 43 68 61 20 33 00 00 00 00 00 00 00 00 00 ee 97 a6 e3 65 f2 35 36 16 c9 2e 81 4b 77
                         80 00 ff ff ff ff ff ff`);
  const module = (label: string, watts: number, energy: number) => [
    ...[0, ...textWords(label, 8), 0, 0, watts, ...uint32(energy), 0, 0, 0x8000, 4, 0, 0],
  ];
  const strings: ImageModel = {
    id: 160,
    length: 88,
    words: {
      2: wire("ff fc ff fe ff ff ff fe ff ff ff ff 00 04 ff ff"),
      10: module("MPPT 1", 31_000, 400_000),
      30: module("MPPT 2", 0, 0),
      50: charging,
      70: module("StDisCha 4", 0, 123_400),
    },
  };
  const values = decodeImage(imageOf(40_000, [common({ Mn: "Fronius" }), { id: 103, length: 50 }, strings]));

  test("strings generate; what charges the battery goes into it", () => {
    expect(values).toMatchObject({
      "pv-1/active_power": -3100,
      "pv-1/active_energy_export": 4_000,
      "pv-2/active_power": 0,
      "battery-charge/active_power": 2609.8,
      "battery-charge/active_energy_import": 8_927_372.25,
      "battery-charge/current": 6.1079,
      "battery-charge/voltage": 427.23,
      "battery-discharge/active_power": 0,
      "battery-discharge/active_energy_export": 1_234,
      "battery/active_power": 2609.8,
    });
    expect(values["pv-2/active_energy_export"]).toBeNull();
  });

  test("strings out of reach of their scale factors are left out, and it is said", () => {
    const many = { id: 160, length: 8 + 9 * 20, words: { 2: [0, 0, 0, 0] } };
    const { profile, remarks } = profileOf(imageOf(0, [common({ Mn: "Many" }), { id: 103, length: 50 }, many]));
    const keys = Object.keys(profile.points);
    expect(keys).toContain("pv-6/active_power");
    expect(keys).not.toContain("pv-7/active_power");
    expect(remarks).toEqual(["Model 160 is too long: points too far from their scale factors are not read."]);
    expect(() => planBlocks(profile)).not.toThrow();
  });
});

describe("KOSTAL", () => {
  const meterWith = (exported: number, imported: number): ImageModel => ({
    id: 203,
    length: 105,
    words: { 18: [0xfb2e, 0, 0, 0, 0], 38: uint32(exported), 46: uint32(imported), 54: [0] },
  });
  const maker = common({ Mn: "KOSTAL", Md: "KOSTAL Smart Energy Meter" });
  const decode = (exported: number, imported: number, Mn = "KOSTAL") =>
    decodeImage(imageOf(40_000, [Mn === "KOSTAL" ? maker : common({ Mn }), meterWith(exported, imported)]));

  test.each([
    ["exported energy with a negative sign is turned", 2 ** 32 - 5_432_100, 5_432_100],
    ["one with the right sign stays", 5_432_100, 5_432_100],
    ["one of nothing is none", 0, null],
    ["all ones are a sentinel and not one watt-hour", 0xffff_ffff, null],
  ])("%s", (_name, raw, exported) => {
    expect(decode(raw, 7_000_000)).toMatchObject({
      active_energy_import: 7_000_000,
      active_energy_export: exported,
      active_power: -1234,
    });
  });

  test("another maker's huge counter is a huge counter", () => {
    expect(decode(2 ** 32 - 5_432_100, 1, "Other").active_energy_export).toBe(2 ** 32 - 5_432_100);
  });

  test("the profile may say so of any maker", () => {
    const image = imageOf(40_000, [common({ Mn: "Other" }), meterWith(2 ** 32 - 10, 20)]);
    expect(decodeImage(image, { ...anySunSpec, hasNegativeAccumulators: true })).toMatchObject({
      active_energy_export: 10,
      active_energy_import: 20,
    });
    const { profile } = profileOf(image, { ...anySunSpec, hasNegativeAccumulators: true });
    expect(profile.points.active_energy_export).toMatchObject({ encoding: "int32", isTurned: true, wrapsAt: 2 ** 32 });
    expect(profile.points.active_energy_import).toMatchObject({ encoding: "acc32", wrapsAt: 2 ** 32 });
  });
});

test("SMA: no end marker, and nothing but sentinels at night", () => {
  const inverter: ImageModel = {
    id: 103,
    length: 50,
    words: {
      2: wire("ff ff ff ff ff ff ff ff ff ff"),
      14: [0x8000, 1],
      24: [0xffff, 0xffff, 0],
      33: [213],
      37: [0xffff],
    },
  };
  const models = [
    common({ Mn: "SMA", Md: "Solar Inverter", Opt: "9347" }, 66),
    { id: 11, length: 13 },
    { id: 12, length: 98 },
  ];
  const values = decodeImage(imageOf(40_000, [...models, inverter], "nothing"));
  expect(known(values)).toEqual({ temperature: 21.3 });
  expect(values).toMatchObject({ active_power: null, active_energy_export: null, current: null });
});
