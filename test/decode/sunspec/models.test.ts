import { describe, expect, test } from "vitest";
import { registersOf } from "../../../hub/decode/profiles/device-profile.ts";
import type { ModelPoint } from "../../../hub/decode/sunspec/model-definition.ts";
import { definitionOf, sunSpecModels } from "../../../hub/decode/sunspec/models.ts";
import { placesOf } from "../../../hub/decode/unit-words.ts";
import { parseSeriesKey } from "../../../hub/reading.ts";

/** Standard lengths of the models the hub reads, by id. */
const lengths: Readonly<Record<number, number>> = {
  1: 66,
  ...{ 101: 50, 102: 50, 103: 50, 111: 60, 112: 60, 113: 60, 120: 26, 160: 28 },
  ...{ 201: 105, 202: 105, 203: 105, 204: 105, 211: 124, 212: 124, 213: 124, 214: 124 },
  ...{ 701: 153, 713: 7, 714: 43, 802: 62 },
};

test("the models are these, each as long as the standard says", () => {
  expect(Object.fromEntries(sunSpecModels.map(({ id, length }) => [id, length]))).toEqual(lengths);
  expect(sunSpecModels).toHaveLength(Object.keys(lengths).length);
});

describe.each(sunSpecModels)("model $id ($name)", ({ length, points, group }) => {
  const inGroup = Object.entries(group?.points ?? {}).map(([key, point]) => ({ key, point, from: group?.from ?? 0 }));
  const all = [...Object.entries(points).map(([key, point]) => ({ key, point, from: 0 })), ...inGroup];

  test("every point has a key and a unit of ours", () => {
    for (const { key, point } of all) {
      const quantity = parseSeriesKey(`device/${key}`)?.quantity;
      expect(quantity, key).toBeDefined();
      if (quantity !== undefined) expect(placesOf(quantity, point.unit), key).toBeDefined();
    }
  });

  test("every point lies in the model, its scale factor too, and both within one request", () => {
    for (const { key, point, from } of all) {
      const at = from + point.offset;
      const end = at + registersOf[point.encoding];
      expect(at, key).toBeGreaterThanOrEqual(2);
      expect(end, key).toBeLessThanOrEqual(length + 2);
      if (point.scaleOffset === undefined) continue;
      expect(point.scaleOffset, key).toBeLessThan(length + 2);
      const [first, last] = [Math.min(at, point.scaleOffset), Math.max(end, point.scaleOffset + 1)];
      expect(last - first, key).toBeLessThanOrEqual(125);
    }
  });

  test("no two points share a register, and no point is a scale factor", () => {
    const taken = all.flatMap(({ point, from }) =>
      Array.from({ length: registersOf[point.encoding] }, (_, index) => from + point.offset + index),
    );
    expect(new Set(taken).size).toBe(taken.length);
    const factors = new Set(all.flatMap(({ point }) => point.scaleOffset ?? []));
    expect(taken.filter((offset) => factors.has(offset))).toEqual([]);
  });
});

describe("offsets, as the smdx files have them (those count from 2)", () => {
  const where = (point: ModelPoint | undefined) => point && [point.offset - 2, point.encoding, point.scaleOffset];
  test.each([
    [101, "current", 0, "uint16", 4],
    [101, "voltage", 8, "uint16", 11],
    [102, "voltage/l2", 9, "uint16", 11],
    [103, "current/l3", 3, "uint16", 4],
    [103, "active_power", 12, "int16", 13],
    [103, "frequency", 14, "uint16", 15],
    [103, "apparent_power", 16, "int16", 17],
    [103, "reactive_power", 18, "int16", 19],
    [103, "power_factor", 20, "int16", 21],
    [103, "active_energy_export", 22, "acc32", 24],
    [103, "dc/current", 25, "uint16", 26],
    [103, "dc/voltage", 27, "uint16", 28],
    [103, "dc/active_power", 29, "int16", 30],
    [103, "temperature", 31, "int16", 35],
    [113, "current/l3", 6, "float32", undefined],
    [113, "voltage/l1", 14, "float32", undefined],
    [113, "active_power", 20, "float32", undefined],
    [113, "active_energy_export", 30, "float32", undefined],
    [113, "dc/active_power", 36, "float32", undefined],
    [113, "temperature", 38, "float32", undefined],
    [120, "active_power", 1, "uint16", 2],
    [203, "current/l3", 3, "int16", 4],
    [203, "voltage/l1", 6, "int16", 13],
    [203, "active_power", 16, "int16", 20],
    [203, "active_power/l3", 19, "int16", 20],
    [203, "power_factor", 31, "int16", 35],
    [203, "active_energy_export", 36, "acc32", 52],
    [203, "active_energy_export/l3", 42, "acc32", 52],
    [203, "active_energy_import", 44, "acc32", 52],
    [203, "active_energy_import/l3", 50, "acc32", 52],
    [213, "voltage/l1", 10, "float32", undefined],
    [213, "frequency", 24, "float32", undefined],
    [213, "active_power", 26, "float32", undefined],
    [213, "active_energy_export", 58, "float32", undefined],
    [213, "active_energy_import", 66, "float32", undefined],
    [701, "active_power", 8, "int16", 114],
    [701, "frequency", 15, "uint32", 113],
    [701, "active_energy_export", 17, "uint64", 118],
    [701, "active_energy_import", 21, "uint64", 118],
    [701, "active_power/l3", 85, "int16", 114],
    [701, "voltage/l2", 68, "uint16", 112],
    [701, "active_energy_import/l3", 96, "uint64", 118],
    [713, "state_of_charge", 2, "uint16", 6],
    [714, "dc/active_power", 4, "int16", 15],
    [714, "dc/active_energy_import", 9, "uint64", 16],
    [802, "state_of_charge", 9, "uint16", 54],
    [802, "voltage", 32, "uint16", 57],
    [802, "active_power", 45, "int16", 61],
  ] as const)("%i %s", (id, key, offset, encoding, scale) => {
    const scaleOffset = scale === undefined ? undefined : scale + 2;
    expect(where(definitionOf(id)?.points[key])).toEqual([offset, encoding, scaleOffset]);
  });
});
