import { expect, test } from "vitest";
import { allocate } from "../../hub/allocation/allocate.ts";
import { findOvercommitted } from "../../hub/allocation/membership.ts";
import { normaliseEnergy } from "../../hub/allocation/normalise.ts";
import { prepareSharing } from "../../hub/allocation/plan-sharing.ts";
import type { Policy, Tier, Weight } from "../../hub/allocation/policy.ts";
import { coefficientsTo6, parseShare } from "../../hub/allocation/share.ts";
import { shareInterval } from "../../hub/allocation/share-interval.ts";
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

const onePolicy = (tier: Tier, more: Partial<Policy> = {}): Policy => ({
  name: "test",
  tiers: [tier],
  surplus: "to_grid",
  ...more,
});

test.each([
  {
    name: "cascade with weights 1, 1, 1: what the first leaves goes to the others",
    policy: onePolicy({ weight: fixed("1/3", "1/3", "1/3"), rounds: "until_exhausted" }),
    pool: mwh(9),
    consumed: mwh(1, 10, 10),
    allotted: mwh(1, 4, 4),
    surplus: 0,
  },
  {
    name: "equal, one round, quotients cut to 6 decimals",
    policy: onePolicy({ weight: equal }, { rounding: "de_cut_6dp" }),
    pool: mwh(9),
    consumed: mwh(10, 1, 10),
    allotted: mwh(2.999997, 1, 2.999997),
    surplus: 2_000_006,
  },
  {
    name: "max-min fair",
    policy: onePolicy({ weight: equal, rounds: "until_exhausted" }),
    pool: mwh(10),
    consumed: mwh(2, 2.6, 4, 5),
    allotted: mwh(2, 2.6, 2.7, 2.7),
    surplus: 0,
  },
  {
    name: "Energy Local: the least user is met, the others share alike",
    policy: onePolicy({ weight: equal, base: "active", rounds: "until_exhausted" }),
    pool: mwh(10),
    consumed: mwh(1, 4, 10),
    allotted: mwh(1, 4, 5),
    surplus: 0,
  },
  {
    name: "the same by consumption",
    policy: onePolicy({ weight: consumption }),
    pool: mwh(10),
    consumed: mwh(1, 4, 10),
    allotted: mwh(0.666667, 2.666667, 6.666666),
    surplus: 0,
  },
  {
    name: "the same in equal parts, one round",
    policy: onePolicy({ weight: equal }),
    pool: mwh(10),
    consumed: mwh(1, 4, 10),
    allotted: [1_000_000, 3_333_333, 3_333_333],
    surplus: 2_333_334,
  },
  {
    name: "French priority: the second rank gets what the first leaves",
    policy: onePolicy({ weight: { kind: "priority", ranks: { m1: 1, m2: 2 } } }),
    pool: mwh(1),
    consumed: mwh(0.4, 0.8),
    allotted: mwh(0.4, 0.6),
    surplus: 0,
  },
])("$name", ({ policy, pool, consumed, allotted, surplus }) => {
  const demands = consumed.map((used, index) => ({ member: NAMES[index]!, consumption: MilliWattHours(used) }));
  const result = allocate({ policy, pool: MilliWattHours(pool[0]!), demands, intervalIndex: 0 });
  expect(result.allotments.map((one) => one.allotted)).toEqual(allotted);
  expect(result.surplus).toBe(surplus);
});

test("Energy Local: of 100 households the 50 that use power get 1 kWh each", () => {
  const demands = Array.from({ length: 100 }, (_, index) => ({
    member: `home-${index}`,
    consumption: MilliWattHours(index % 2 === 0 ? 3_000_000 : 0),
  }));
  for (const base of ["all", "active"] as const) {
    const policy = onePolicy({ weight: equal, base, rounds: "until_exhausted" });
    const { allotments, surplus } = allocate({ policy, pool: MilliWattHours(50_000_000), demands, intervalIndex: 7 });
    expect(allotments.filter(({ allotted }) => allotted === 1_000_000)).toHaveLength(50);
    expect(allotments.filter(({ allotted }) => allotted === 0)).toHaveLength(50);
    expect(surplus).toBe(0);
  }
});

/** Members m1, m2 ... with one load each, and plants as given. */
function communityOf(memberCount: number, plants: readonly { point: string; owner?: string }[]) {
  const members = NAMES.slice(0, memberCount);
  return { members, loads: members.map((member) => ({ point: `${member}-load`, member })), plants };
}

test("own use first, then fixed shares of the rest", () => {
  const policy = onePolicy({ weight: fixed("0.6", "0.4") }, { own_use: "site_netting", surplus: "to_share_owner" });
  const plants = [
    { point: "roof-1", owner: "m1" },
    { point: "roof-2", owner: "m2" },
  ];
  const shared = shareInterval(prepareSharing(policy, communityOf(2, plants)), {
    intervalIndex: 0,
    loads: mwh(0.7, 0.1),
    plants: mwh(0.5, 0.2),
  });
  expect(shared.members.own).toEqual(mwh(0.5, 0.1));
  expect(shared.pool).toBe(100_000);
  expect(shared.members.allotted).toEqual(mwh(0.06, 0));
  expect(shared.members.beyond).toEqual(mwh(0, 0.04));
  expect(shared.members.fromGrid).toEqual(mwh(0.14, 0));
  expect(shared.surplus).toBe(0);
});

test.each([
  ["injected 80, withdrawn 60", [30, 50], [35, 25], [30, 30]],
  ["injected 60, withdrawn 80", [30, 30], [45, 35], [30, 30]],
])("Italian community: %s, 60 are shared, the older plant's first", (_name, injected, withdrawn, shared) => {
  const policy = onePolicy(
    { weight: consumption },
    { producers: { kind: "by_commissioning", commissioned: { "plant-b": "2021-03-01", "plant-a": "2019-05-01" } } },
  );
  const layout = communityOf(2, [{ point: "plant-a" }, { point: "plant-b" }]);
  const result = shareInterval(prepareSharing(policy, layout), {
    intervalIndex: 0,
    loads: mwh(...withdrawn),
    plants: mwh(...injected),
  });
  expect(result.plants.shared).toEqual(mwh(...shared));
  expect(result.members.allotted.reduce((sum, one) => sum + one, 0)).toBe(60_000_000);
});

test("a plant that takes part with 70 percent: the rest stays outside, a second community gets at most 30", () => {
  const policy = onePolicy({ weight: consumption }, { membership_percent: { roof: 70 } });
  const shared = shareInterval(prepareSharing(policy, communityOf(1, [{ point: "roof" }])), {
    intervalIndex: 0,
    loads: mwh(5),
    plants: mwh(1),
  });
  expect(shared.pool).toBe(700_000);
  expect(shared.plants.outside).toEqual([300_000]);
  const first = { community: "mill", point: "roof", percent: 70 };
  expect(findOvercommitted([first, { community: "weir", point: "roof", percent: 30 }])).toEqual([]);
  expect(findOvercommitted([first, { community: "weir", point: "roof", percent: 31 }])).toEqual([
    { point: "roof", percent: 101, communities: ["mill", "weir"] },
  ]);
});

test("Spain, one hour in whole Wh: each share's surplus stays with its owner", () => {
  const policy = onePolicy({ weight: fixed("0.5", "0.3", "0.2") }, { surplus: "to_share_owner", rounding: "es_1_wh" });
  const shared = shareInterval(prepareSharing(policy, communityOf(3, [{ point: "roof" }])), {
    intervalIndex: 0,
    loads: mwh(2, 0.5, 1),
    plants: mwh(3.333),
  });
  const { allotted, beyond, fromGrid } = shared.members;
  expect(allotted.map((used, index) => used + beyond[index]!)).toEqual(mwh(1.666, 1, 0.667));
  expect(allotted).toEqual(mwh(1.666, 0.5, 0.667));
  expect(beyond).toEqual(mwh(0, 0.5, 0));
  expect(fromGrid).toEqual(mwh(0.334, 0, 0.333));
  expect(shared.surplus).toBe(0);
});

test("losses of 8 percent on top", () => {
  expect(normaliseEnergy(100_000_000, parseShare("1.08"), "meter")).toEqual({
    energy: 108_000_000,
    loss: -8_000_000,
    isNegative: false,
  });
});

test("a consumption and a plant a little below zero count as 0 and are flagged", () => {
  const policy = onePolicy({ weight: consumption });
  const shared = shareInterval(prepareSharing(policy, communityOf(2, [{ point: "roof" }])), {
    intervalIndex: 0,
    loads: mwh(-0.001, 0.5),
    plants: mwh(-0.2),
  });
  expect(shared.negative).toEqual(["m1-load", "roof"]);
  expect(shared.members.consumption).toEqual(mwh(0, 0.5));
  expect(shared.pool).toBe(0);
});

test("a meter corrected after the month was final: differences sum to zero and a second time there are none", () => {
  const share = (...consumed: number[]) =>
    allocate({
      policy: policyOf(consumption),
      pool: MilliWattHours(100_000),
      demands: mwh(...consumed).map((used, index) => ({ member: NAMES[index]!, consumption: used })),
      intervalIndex: 0,
    }).allotments.map(({ allotted }) => allotted as number);
  const before = share(0.1, 0.2, 0.3);
  const after = share(0.1, 0.2, 0.2);
  expect(before).toEqual([16_667, 33_333, 50_000]);
  expect(after).toEqual([20_000, 40_000, 40_000]);
  expect(after.map((one, index) => one - before[index]!)).toEqual([3_333, 6_667, -10_000]);
});
