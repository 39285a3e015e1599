import { expect, test } from "vitest";
import { allocate } from "../../hub/allocation/allocate.ts";
import type { Weight } from "../../hub/allocation/policy.ts";
import { coefficientsTo6 } from "../../hub/allocation/share.ts";
import { MilliWattHours } from "../../hub/units.ts";
import { policyOf } from "./any-input.ts";

/** Member ids in the order of the examples' columns. */
const NAMES = ["m1", "m2", "m3", "m4", "m5"];

const consumption: Weight = { kind: "consumption" };
const equal: Weight = { kind: "equal" };
const fixed = (...shares: string[]): Weight => ({
  kind: "fixed",
  shares: Object.fromEntries(shares.map((share, index) => [NAMES[index]!, share])),
});
/** The examples speak kWh; the hub whole mWh. */
const mwh = (...kwh: number[]) => kwh.map((one) => MilliWattHours(Math.round(one * 1e6)));

test.each([
  {
    name: "dynamic, a published Austrian report, four plants",
    weight: consumption,
    pool: mwh(0.002, 0.083, 0, 0.103),
    consumed: mwh(0.038, 0, 0.01, 0.021, 0.197),
    allotted: mwh(0.026857, 0, 0.007068, 0.014842, 0.139233),
    surplus: 0,
  },
  {
    name: "proportional, one plant",
    weight: consumption,
    pool: mwh(0.1),
    consumed: mwh(0.1, 0.2, 0.3),
    allotted: mwh(0.016667, 0.033333, 0.05),
    surplus: 0,
  },
  {
    name: "proportional, two plants",
    weight: consumption,
    pool: mwh(0.1, 0.2),
    consumed: mwh(0.1, 0.2, 0.3),
    allotted: mwh(0.05, 0.1, 0.15),
    surplus: 0,
  },
  {
    name: "fixed, one round: unused parts go to the grid, not to the member who lacks 150",
    weight: fixed("0.3", "0.5", "0.2"),
    pool: [1000],
    consumed: [160, 300, 350],
    allotted: [160, 300, 200],
    surplus: 340,
  },
  {
    name: "German constant key",
    weight: fixed("0.1", "0.9"),
    pool: mwh(10),
    consumed: mwh(5, 20),
    allotted: mwh(1, 9),
    surplus: 0,
  },
  {
    name: "German constant key, unused share",
    weight: fixed("0.1", "0.9"),
    pool: mwh(10),
    consumed: mwh(5, 2),
    allotted: mwh(1, 2),
    surplus: 7_000_000,
  },
  {
    name: "German variable key, everybody met",
    weight: consumption,
    pool: mwh(10),
    consumed: mwh(1, 3),
    allotted: mwh(1, 3),
    surplus: 6_000_000,
  },
  {
    name: "German variable key, nobody uses anything",
    weight: consumption,
    pool: mwh(3.5),
    consumed: mwh(0, 0),
    allotted: mwh(0, 0),
    surplus: 3_500_000,
  },
  {
    name: "equal, one round: what the second leaves is not offered again",
    weight: equal,
    pool: mwh(9),
    consumed: mwh(10, 1, 10),
    allotted: mwh(3, 1, 3),
    surplus: 2_000_000,
  },
])("$name", ({ weight, pool, consumed, allotted, surplus }) => {
  const demands = consumed.map((used, index) => ({ member: NAMES[index]!, consumption: MilliWattHours(used) }));
  const energy = MilliWattHours(pool.reduce((sum, plant) => sum + plant, 0));
  const result = allocate({ policy: policyOf(weight), pool: energy, demands, intervalIndex: 0 });
  expect(result.allotments.map((one) => one.allotted)).toEqual(allotted);
  expect(result.surplus).toBe(surplus);
});

test.each([
  [3, [333_334, 333_333, 333_333]],
  [7, [142_858, 142_857, 142_857, 142_857, 142_857, 142_857, 142_857]],
])("coefficients of 1/%i each to 6 decimals", (count, millionths) => {
  const shares = Object.fromEntries(millionths.map((_, index) => [`m${index}`, `1/${count}`]));
  expect(coefficientsTo6(shares).map((one) => one.millionths)).toEqual(millionths);
});
