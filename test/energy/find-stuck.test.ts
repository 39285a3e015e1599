import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { findStuckPower, findStuckRegister } from "../../hub/energy/find-stuck.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";
import { sharedData } from "../shared-data.ts";

const series = SeriesKey("roof/active_power");
const gauge = (values: readonly (number | null)[], stepMs = 900_000): Reading[] =>
  values.map((value, n) => ({
    series,
    at: EpochMs(n * stepMs),
    stampedBy: "device",
    outcome: value === null ? "not_available" : "value",
    value,
  }));

test.each([
  ["noise", [100, 101, 100, 101, 100, 101], undefined, 0],
  ["a night of zeros", [0, 0, 0, 0, 0, 0, 0, 0], undefined, 0],
  ["equal for an hour", [99, 100, 100, 100, 100, 100, 101], undefined, 1],
  ["equal for less", [99, 100, 100, 100, 101, 102], undefined, 0],
  ["a break of not available", [100, 100, 100, null, 100, 100, 100], undefined, 0],
  ["held at its rated power", [-9_900, -9_900, -9_900, -9_900, -9_900, -9_900], 10_000, 0],
  ["equal far below its rated power", [-900, -900, -900, -900, -900, -900], 10_000, 1],
])("power: %s", (_name, values, ratedW, expected) => {
  expect(findStuckPower(gauge(values), ratedW)).toHaveLength(expected);
});

test("a register that stands still while kilowatts flow is stuck; while nothing flows it is not", () => {
  const registers = gauge(Array.from({ length: 13 }, () => 5_000));
  expect(findStuckRegister(registers, gauge(Array.from({ length: 13 }, () => -1_500)))).toEqual([
    { from: 0, to: 12 * 900_000, value: 5_000, readings: 13 },
  ]);
  expect(findStuckRegister(registers, gauge(Array.from({ length: 13 }, () => 3)))).toEqual([]);
  expect(findStuckRegister(registers, [])).toEqual([]);
});

const stale = sharedData("pvanalytics_inverters/ac_power_inv_2173_stale_data.csv.gz");

test.skipIf(stale === undefined)(
  "a real inverter's labelled stuck rows are found, and by far most of the others are not (needs shared data pvanalytics_inverters)",
  () => {
    const rows = gunzipSync(readFileSync(stale ?? ""))
      .toString("utf8")
      .trim()
      .split("\n")
      .slice(1);
    const labelled = rows.map((row) => row.endsWith("True"));
    expect(labelled.filter(Boolean)).toHaveLength(245);
    const readings = rows.map((row): Reading => {
      const [stamp = "", value = ""] = row.split(",");
      return { series, at: EpochMs(Date.parse(stamp)), stampedBy: "device", outcome: "value", value: Number(value) };
    });
    const stuck = findStuckPower(readings);
    const isFound = readings.map(({ at }) => stuck.some(({ from, to }) => at >= from && at <= to));
    const found = isFound.filter((each, index) => each && labelled[index]).length;
    const foundWrongly = isFound.filter((each, index) => each && !labelled[index]).length;
    expect(found / 245).toBeGreaterThan(0.95);
    expect(foundWrongly / (rows.length - 245)).toBeLessThan(0.01);
  },
);
