import { describe, expect, test } from "vitest";
import { sunspec } from "../../../hub/decode/profiles/sunspec.ts";
import { discoverSunSpec } from "../../../hub/decode/sunspec/discover.ts";
import { profileOfModels } from "../../../hub/decode/sunspec/profile-of-models.ts";
import type { RegisterWords } from "../../../hub/demo/devices/simulated-unit.ts";
import { sunSpecImage } from "../../../hub/demo/devices/sunspec-image.ts";
import { ENERGY_STEP_MWH, type InverterState, sunSpecInverter } from "../../../hub/demo/devices/sunspec-inverter.ts";
import { bytesOfBlock, readImage } from "./read-image.ts";

const plate = { manufacturer: "Mill Street", model: "Sun 12k", firmware: "1.4.2", serial: "MS-0012" };
const noon: InverterState = {
  power_w: 8_700,
  energy_wh: 23_456_789.1,
  voltage_v: 231.4,
  frequency_hz: 50.02,
  cabinet_degc: 41.5,
};

/** What the hub finds and reads, as it would over a wire. */
function discover(image: RegisterWords) {
  const search = discoverSunSpec();
  let step = search.next();
  while (step.done !== true) {
    const block = { table: "holding" as const, ...step.value, points: {} };
    const isThere = Array.from({ length: block.count }, (_, index) =>
      image.readWord("holding", block.start + index),
    ).every((word) => word !== undefined);
    step = search.next(isThere ? { kind: "words", bytes: bytesOfBlock(image, block) } : { kind: "illegal_address" });
  }
  if (step.value.outcome !== "sunspec") throw new Error(`found ${step.value.outcome}`);
  return step.value;
}
const valuesOf = (image: RegisterWords) => {
  const { profile } = profileOfModels(sunspec, discover(image));
  return Object.fromEntries(readImage(profile, image).map(({ key, value }) => [key, value]));
};

describe("the simulated inverter", () => {
  test("is found with its two models and says who it is", () => {
    const found = discover(sunSpecInverter(plate, noon));
    expect(found).toMatchObject({ base: 40_000, ended: "end_marker", identity: plate });
    expect(found.models.map(({ id, length }) => [id, length])).toEqual([
      [1, 66],
      [103, 50],
    ]);
  });

  test("what it generates is read as negative power and exported energy, to the last count", () => {
    expect(valuesOf(sunSpecInverter(plate, noon))).toMatchObject({
      active_power: -8_700,
      active_energy_export: 23_456_789.1,
      frequency: 50.02,
      "voltage/l1": 231.4,
      "current/l2": 12.53,
      current: 37.59,
      power_factor: 1,
      reactive_power: 0,
      temperature: 41.5,
      "dc/voltage": 620,
      "heat-sink/temperature": null,
    });
  });

  test("no count of its register is lost anywhere in its range", () => {
    for (const mwh of [2_000_000_000, 2_000_000_100, 399_999_999_900]) {
      const { active_energy_export } = valuesOf(sunSpecInverter(plate, { ...noon, energy_wh: mwh / 1_000 }));
      expect(active_energy_export).toBe(mwh / 1_000);
    }
    expect(ENERGY_STEP_MWH).toBe(100);
  });

  test("at night it has power, and it is none", () => {
    const night = valuesOf(sunSpecInverter(plate, { ...noon, power_w: 0 }));
    expect(night).toMatchObject({ active_power: 0, current: 0, "dc/voltage": 0, "voltage/l3": 231.4 });
  });
});

describe("the map of a SunSpec device", () => {
  test("begins with its mark and ends with the end model, or just stops", () => {
    const models = [{ id: 1, length: 2, points: [{ at: 2, encoding: "uint16", raw: 7 } as const] }];
    const words = (image: RegisterWords, base: number) =>
      Array.from({ length: 9 }, (_, index) => image.readWord("holding", base + index));
    expect(words(sunSpecImage({ models }), 40_000)).toEqual([0x5375, 0x6e53, 1, 2, 7, 0xffff, 0xffff, 0, undefined]);
    expect(words(sunSpecImage({ base: 0, models, end: "missing" }), 0).slice(4)).toEqual([
      7,
      0xffff,
      undefined,
      undefined,
      undefined,
    ]);
    expect(sunSpecImage({ models }).readWord("input", 40_000)).toBeUndefined();
  });

  test("a point outside its model is refused", () => {
    const points = [{ at: 4, encoding: "uint32", raw: 7 } as const];
    expect(() => sunSpecImage({ models: [{ id: 103, length: 3, points }] })).toThrow(/not within model 103 of 3/);
    expect(sunSpecImage({ models: [{ id: 103, points }] }).readWord("holding", 40_003)).toBe(4);
  });
});
