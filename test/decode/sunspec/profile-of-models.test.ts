import { describe, expect, test } from "vitest";
import { decodeBlock } from "../../../hub/decode/registers/decode-block.ts";
import { planBlocks } from "../../../hub/decode/registers/plan-blocks.ts";
import { anySunSpec, decodeImage, profileOf } from "./decode-image.ts";
import { common, type ImageModel, imageOf, readImage, textWords, uint32 } from "./sunspec-image.ts";

const known = (values: Readonly<Record<string, number | null>>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));

describe("scale factors", () => {
  const inverterWith = (power: number, factor: number): ImageModel => ({
    id: 103,
    length: 50,
    words: { 14: [power, factor], 24: [...uint32(123_456), 3] },
  });
  const powerOf = (power: number, factor: number) =>
    decodeImage(imageOf(40_000, [common({ Mn: "Any" }), inverterWith(power, factor)])).active_power;

  test.each([
    ["one", 1234, 0, -1234],
    ["tenths", 1234, 0xffff, -123.4],
    ["tens", 1234, 1, -12_340],
    ["drawn at night", 0xfffb, 0, 5],
    ["absent factor", 1234, 0x8000, null],
    ["absent value", 0x8000, 0, null],
    ["a factor out of range", 1234, 11, null],
    ["zero is zero", 0, 0, 0],
  ])("%s", (_name, raw, factor, value) => {
    expect(powerOf(raw, factor)).toBe(value);
  });

  test("a point and its factor are in one request, whatever is asked for", () => {
    const image = imageOf(40_000, [
      common({ Mn: "Any" }),
      ...[103, 203, 203].map((id) => ({ id, length: id === 103 ? 50 : 105 })),
      { id: 701, length: 153 },
      { id: 802, length: 62 },
      { id: 714, length: 18 + 100 },
    ]);
    for (const maxRegisters of [125, 60, 35]) {
      const { profile } = profileOf(image, { ...anySunSpec, request: { maxRegisters } });
      const blocks = [...planBlocks(profile, "gauge"), ...planBlocks(profile, "counter")];
      for (const { start, count, points } of blocks) {
        expect(count).toBeLessThanOrEqual(maxRegisters);
        for (const { scaleAt = start } of Object.values(points)) {
          expect(scaleAt >= start && scaleAt < start + count).toBe(true);
        }
      }
      const planned = blocks.flatMap(({ points }) => Object.keys(points)).sort();
      expect(planned).toEqual(Object.keys(profile.points).sort());
    }
  });

  test("a request does not lead from the inverter into the meter", () => {
    const image = imageOf(40_000, [common({ Mn: "Any" }), { id: 103, length: 50 }, { id: 203, length: 105 }]);
    const { profile } = profileOf(image);
    const crossing = planBlocks(profile).filter(({ start, count }) => start < 40_121 && start + count > 40_121);
    expect(crossing).toEqual([]);
  });
});

describe("models of other lengths", () => {
  const inverter = (length: number): ImageModel => ({
    id: 103,
    length,
    words: { 14: [500, 0], 16: [5_000, 0xfffe], ...(length >= 26 && { 24: [...uint32(77), 0] }) },
  });
  const meter: ImageModel = { id: 203, length: 105, words: { 18: [42, 0, 0, 0, 0] } };

  test("a longer one is read as the standard has it, and what follows is found", () => {
    const image = imageOf(40_000, [common({ Mn: "Long" }, 66), inverter(62), meter]);
    expect(decodeImage(image)).toMatchObject({
      active_power: -500,
      active_energy_export: 77,
      "meter-1/active_power": 42,
    });
    expect(profileOf(image).remarks).toEqual([]);
  });

  test("of a shorter one, what it does not have is left out", () => {
    const image = imageOf(40_000, [common({ Mn: "Short" }), inverter(20), meter]);
    const values = decodeImage(image);
    expect(values).toMatchObject({ active_power: -500, frequency: 50, "meter-1/active_power": 42 });
    expect(Object.keys(values)).not.toContain("active_energy_export");
    expect(Object.keys(values)).not.toContain("power_factor");
    expect(profileOf(image).remarks).toEqual([
      "Model 103 has 20 registers, fewer than the standard: some points are missing.",
    ]);
  });
});

describe("the same thing twice", () => {
  const keys = (models: readonly ImageModel[]) =>
    Object.entries(profileOf(imageOf(0, [common({ Mn: "Any" }), ...models])).profile.points);
  const pointOf = (models: readonly ImageModel[], key: string) => Object.fromEntries(keys(models))[key];

  test("integers go before floats, and 103 before 701, which adds what 103 lacks", () => {
    const [float, integer, der] = [113, 103, 701].map((id) => ({
      id,
      length: id === 701 ? 153 : id === 103 ? 50 : 60,
    }));
    if (!float || !integer || !der) throw new Error("three models");
    expect(pointOf([float, integer], "active_power")?.encoding).toBe("int16");
    expect(pointOf([der, integer], "active_energy_export")?.encoding).toBe("acc32");
    expect(pointOf([der, integer], "active_energy_import")?.encoding).toBe("uint64");
    expect(pointOf([der], "active_energy_export")?.encoding).toBe("uint64");
    expect(keys([float, integer, der]).filter(([key]) => key.startsWith("inverter-"))).toEqual([]);
  });

  test("one meter told in integers and in floats is one meter", () => {
    const both = [
      { id: 213, length: 124 },
      { id: 203, length: 105 },
    ];
    expect(keys(both).filter(([key]) => key.includes("meter-"))).toEqual([]);
    expect(pointOf(both, "active_power")?.encoding).toBe("int16");
  });

  const channels = (models: readonly ImageModel[]) => {
    const powers = keys(models).filter(([key]) => /(?:^|\/)active_power$/.test(key) && !key.startsWith("dc/"));
    return powers.map(([key]) => key.split("/").slice(0, -1).join("/") || "none");
  };
  const meter = { id: 203, length: 105 };
  const inverter = { id: 103, length: 50 };

  test.each([
    ["a meter by itself", [meter], ["none"]],
    ["three meters by themselves", [meter, meter, { id: 201, length: 105 }], ["none", "meter-2", "meter-3"]],
    ["an inverter and a meter", [inverter, meter], ["none", "meter-1"]],
    ["a meter before the inverter", [meter, inverter], ["none", "meter-1"]],
    ["an inverter and two meters", [inverter, meter, meter], ["none", "meter-1", "meter-2"]],
    ["two inverters and a meter", [inverter, inverter, meter], ["none", "inverter-2", "meter-1"]],
    ["a battery", [{ id: 802, length: 62 }], ["battery"]],
  ])("channels of %s", (_name, models, expected) => {
    expect(channels(models)).toEqual(expected);
  });

  test("repeated meters keep their own values", () => {
    const withPower = (power: number) => ({ ...meter, words: { 18: [power, 0, 0, 0, 0] } });
    const values = decodeImage(imageOf(50_000, [common({ Mn: "Any" }), inverter, withPower(7), withPower(9)]));
    expect(values).toMatchObject({ "meter-1/active_power": 7, "meter-2/active_power": 9 });
  });
});

describe("newer and battery models", () => {
  test("701: positive is generated, injected is exported, absorbed is imported", () => {
    const der: ImageModel = {
      id: 701,
      length: 153,
      words: {
        10: [1500, 1600, 100, 980],
        14: [65, 4000, 2310],
        17: uint32(50_020),
        19: [0, 1, 0, 5, 0, 0, 0, 77],
        41: [500],
        47: [2305],
        113: [0xffff, 0xffff, 0xfffd, 0, 0xfffd, 0, 0, 1, 0, 0xffff],
      },
    };
    expect(known(decodeImage(imageOf(40_000, [common({ Mn: "Any" }), der])))).toMatchObject({
      active_power: -1500,
      "active_power/l1": -500,
      apparent_power: 1600,
      power_factor: 0.98,
      current: 6.5,
      "voltage/l1": 230.5,
      frequency: 50.02,
      active_energy_export: 42_949_673_010,
      active_energy_import: 770,
    });
  });

  test("802 and 713: charge, and what goes into the battery is imported", () => {
    const battery = {
      id: 802,
      length: 62,
      words: { 11: [805], 34: [4012], 44: [0xff9c], 47: [0xfe0c], 56: [0xffff, 0, 0, 0xffff, 0, 0xffff, 0, 0] },
    };
    expect(decodeImage(imageOf(40_000, [common({ Mn: "Any" }), battery]))).toEqual({
      "battery/state_of_charge": 80.5,
      "battery/voltage": 401.2,
      "battery/current": -10,
      "battery/active_power": 500,
    });
    const capacity = { id: 713, length: 7, words: { 4: [63], 8: [0] } };
    expect(decodeImage(imageOf(40_000, [common({ Mn: "Any" }), capacity]))).toEqual({ "battery/state_of_charge": 63 });
  });

  test("714: ports by what is connected to them", () => {
    const port = (type: number, watts: number) => [
      type,
      1,
      ...textWords("port", 8),
      10,
      400,
      watts,
      0,
      0,
      0,
      9,
      0,
      0,
      0,
      8,
    ];
    const words = { 5: [20, 700, 0, 0, 0, 17, 0, 0, 0, 16, 0, 0, 0, 0], 20: port(0, 1000), 45: port(1, -300 & 0xffff) };
    const values = decodeImage(imageOf(40_000, [common({ Mn: "Any" }), { id: 714, length: 18 + 50, words }]));
    expect(values).toMatchObject({
      "dc/active_power": -700,
      "dc/active_energy_export": 17,
      "dc/active_energy_import": 16,
      "pv-1/active_power": -1000,
      "pv-1/voltage": 400,
      "battery/active_power": 300,
      "battery/active_energy_export": 9,
      "battery/active_energy_import": 8,
    });
  });

  test("the nameplate's power is read once and is no series", () => {
    const plate = { id: 120, length: 26, words: { 2: [4, 5_000, 1] } };
    const image = imageOf(40_000, [common({ Mn: "Any" }), { id: 103, length: 50 }, plate]);
    const { ratedPower, ...rest } = profileOf(image).profile;
    if (ratedPower === undefined) throw new Error("rated power");
    const [block] = planBlocks({ ...rest, points: { active_power: ratedPower } });
    if (block === undefined) throw new Error("a block");
    const answer = readImage(image, block);
    expect(answer.kind === "words" && decodeBlock(rest, block, answer.bytes)).toEqual([
      { key: "active_power", outcome: "value", value: 50_000 },
    ]);
  });
});

describe("what whoever installs it is told", () => {
  test("identity is read again where it was found", () => {
    const { profile } = profileOf(imageOf(50_000, [common({ Mn: "Any" })]));
    expect(profile.identity).toEqual([
      { field: "manufacturer", at: 50_004, encoding: "text", registers: 16 },
      { field: "model", at: 50_020, encoding: "text", registers: 16 },
      { field: "firmware", at: 50_044, encoding: "text", registers: 8 },
      { field: "serial", at: 50_052, encoding: "text", registers: 16 },
    ]);
  });

  test("another maker than the profile's is a remark", () => {
    const sunSpec = { ...anySunSpec, vendor: "SMA", manufacturer: "^SMA" };
    const image = imageOf(40_000, [common({ Mn: "Fronius" })], "nothing");
    expect(profileOf(image, sunSpec).remarks).toEqual(["The device says it is made by Fronius, not by SMA."]);
    expect(profileOf(imageOf(40_000, [common({ Mn: "SMA" })], "nothing"), sunSpec).remarks).toEqual([]);
  });
});
