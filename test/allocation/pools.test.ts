import { describe, expect, test } from "vitest";
import { allocate } from "../../hub/allocation/allocate.ts";
import { prepareSharing, type SharingLayout } from "../../hub/allocation/plan-sharing.ts";
import type { Policy, Tier } from "../../hub/allocation/policy.ts";
import { type IntervalInput, shareInterval } from "../../hub/allocation/share-interval.ts";
import { MilliWattHours } from "../../hub/units.ts";

const layout: SharingLayout = {
  members: ["ann", "ben", "cay"],
  loads: ["ann", "ben", "cay"].map((member) => ({ point: member, member })),
  plants: [{ point: "mill" }, { point: "roof", owner: "ann" }],
};
const policyOf = (tier: Tier, more: Partial<Policy> = {}): Policy => ({
  name: "test",
  tiers: [tier],
  surplus: "to_producer",
  ...more,
});
const share = (policy: Policy, loads: number[], plants: number[], more: Partial<IntervalInput> = {}) =>
  shareInterval(prepareSharing(policy, layout), { intervalIndex: 0, loads, plants, ...more });
const byConsumption: Tier = { weight: { kind: "consumption" } };

describe("pools", () => {
  test("each plant by itself, side by side: both sell alike", () => {
    const shared = share(policyOf(byConsumption, { pools: { kind: "per_producer" } }), [30, 30, 0], [40, 80]);
    expect(shared.members.allotted).toEqual([30, 30, 0]);
    expect(shared.plants.shared).toEqual([20, 40]);
    expect(shared.plants.surplus).toEqual([20, 40]);
  });

  test("one plant after the other: the second sells what the first could not", () => {
    const order: Policy["producers"] = { kind: "by_order", order: ["roof", "mill"] };
    for (const kind of ["per_producer", "joint"] as const) {
      const shared = share(policyOf(byConsumption, { pools: { kind }, producers: order }), [60, 30, 10], [40, 80]);
      expect(shared.plants.shared).toEqual([20, 80]);
      expect(shared.members.allotted).toEqual([60, 30, 10]);
    }
  });

  test("groups serve their own members; what one leaves is not offered to the other", () => {
    const pools: Policy["pools"] = {
      kind: "groups",
      groups: [
        { name: "north", plants: ["mill"], members: ["ann"] },
        { name: "south", plants: ["roof"], members: ["ben", "cay"] },
      ],
    };
    const shared = share(policyOf(byConsumption, { pools }), [10, 50, 50], [100, 40]);
    expect(shared.members.allotted).toEqual([10, 20, 20]);
    expect(shared.plants.surplus).toEqual([90, 0]);
  });

  test("a member of two groups goes on where there is something left, if the tier does", () => {
    const pools: Policy["pools"] = {
      kind: "groups",
      groups: [
        { name: "both", plants: ["mill"] },
        { name: "ann", plants: ["roof"], members: ["ann"] },
      ],
    };
    const tier: Tier = { weight: { kind: "equal" } };
    const once = share(policyOf(tier, { pools }), [20, 90, 90], [30, 30]);
    expect(once.members.allotted).toEqual([20, 10, 10]);
    const exhausted = share(policyOf({ ...tier, rounds: "until_exhausted" }, { pools }), [40, 90, 90], [30, 30]);
    expect(exhausted.members.allotted).toEqual([40, 10, 10]);
    expect(exhausted.surplus).toBe(0);
  });

  test("by consumption with a quota, pools side by side offer once", () => {
    const cap: Tier["cap"] = { kind: "demand_and_quota", quota_mwh: 4, per: "interval" };
    const policy = policyOf({ ...byConsumption, cap }, { pools: { kind: "per_producer" } });
    // ann has nearly all of the weight: the exact parts are 4 (the quota), 0.499 and 0.75, of which 5 whole ones are given.
    const shared = share(policy, [912_887_214_612, 6, 9], [76_073_934_558, 1]);
    expect(shared.members.allotted).toEqual([4, 0, 1]);
  });

  test("a plant in no group leaves everything", () => {
    const pools: Policy["pools"] = { kind: "groups", groups: [{ name: "north", plants: ["mill"] }] };
    const shared = share(policyOf(byConsumption, { pools }), [90, 0, 0], [50, 40]);
    expect(shared.plants.surplus).toEqual([0, 40]);
    expect(shared.pool).toBe(50);
  });
});

describe("tiers", () => {
  test("a budget of a part of the pool, then the rest", () => {
    const policy: Policy = {
      name: "test",
      tiers: [
        { ...byConsumption, members: ["cay"], budget: { kind: "share_of_pool", share: "1/10" } },
        { weight: { kind: "equal" }, members: ["ann", "ben"] },
      ],
      surplus: "to_grid",
    };
    expect(share(policy, [90, 20, 90], [60, 40]).members.allotted).toEqual([45, 20, 10]);
  });

  test("a budget of an amount over two plants", () => {
    const tier: Tier = { ...byConsumption, budget: { kind: "amount", amount_mwh: 30 } };
    const shared = share(policyOf(tier, { pools: { kind: "per_producer" } }), [90, 0, 0], [20, 40]);
    expect(shared.plants.shared).toEqual([10, 20]);
    const ordered = policyOf(tier, {
      pools: { kind: "per_producer" },
      producers: { kind: "by_order", order: ["roof", "mill"] },
    });
    expect(share(ordered, [90, 0, 0], [20, 40]).plants.shared).toEqual([0, 30]);
  });

  test("gross demand weighs what was used, though the first tier met some of it", () => {
    const tiers: Tier[] = [
      { ...byConsumption, members: ["ann"] },
      { ...byConsumption, demand: "gross" },
    ];
    const policy: Policy = {
      name: "test",
      tiers: [{ ...tiers[0]!, budget: { kind: "amount", amount_mwh: 30 } }, tiers[1]!],
      surplus: "to_grid",
    };
    // 30 to ann first; the other 60 by 60 : 60 although ann needs only 30 more.
    expect(share(policy, [60, 60, 0], [90, 0]).members.allotted).toEqual([60, 30, 0]);
  });

  test("active shares count only those who used any", () => {
    const shares = { ann: "0.5", ben: "0.3", cay: "0.2" };
    const fixed = (base: "all" | "active") => policyOf({ weight: { kind: "fixed", shares }, base });
    expect(share(fixed("all"), [0, 90, 90], [50, 50]).members.allotted).toEqual([0, 30, 20]);
    expect(share(fixed("active"), [0, 90, 90], [50, 50]).members.allotted).toEqual([0, 60, 40]);
  });

  test("a quota that was used up by earlier intervals of its day", () => {
    const tier: Tier = {
      weight: { kind: "equal" },
      cap: { kind: "demand_and_quota", quota_mwh: 20, per: "day" },
      rounds: 5,
    };
    const shared = share(policyOf(tier), [50, 50, 50], [100, 0], { quotaUsed: [[20, 15, 0]] });
    expect(shared.members.allotted).toEqual([0, 5, 20]);
    expect(shared.quotaTaken).toEqual([[0, 5, 20]]);
    const each = policyOf({ ...tier, cap: { kind: "demand_and_quota", quota_mwh: 20, per: "interval" } });
    expect(share(each, [50, 50, 50], [100, 0], { quotaUsed: [[20, 15, 0]] }).members.allotted).toEqual([20, 20, 20]);
  });

  test("coefficients from outside, for each plant its own", () => {
    const policy = policyOf(
      { weight: { kind: "external", coefficients: "enedis" } },
      { pools: { kind: "per_producer" } },
    );
    const coefficients = { enedis: { mill: { ann: "1" }, roof: { ben: "0.5", cay: "0.25" } } };
    const shared = share(policy, [90, 90, 90], [10, 40], { coefficients });
    expect(shared.members.allotted).toEqual([10, 20, 10]);
    expect(() => share(policy, [1, 1, 1], [1, 1])).toThrow("no coefficients enedis of pool mill for this interval");
    const above = { enedis: { mill: { ann: "1", ben: "0.1" }, roof: {} } };
    expect(() => share(policy, [1, 1, 1], [1, 1], { coefficients: above })).toThrow("more than 1");
  });

  test("no cap: what is beyond use is the member's own", () => {
    const shares = { ann: "0.6", ben: "0.4" };
    const policy = policyOf(
      { weight: { kind: "fixed", shares }, cap: { kind: "none" } },
      { surplus: "bank_as_credit" },
    );
    const shared = share(policy, [20, 90, 0], [60, 40]);
    expect(shared.members.allotted).toEqual([20, 40, 0]);
    expect(shared.members.beyond).toEqual([40, 0, 0]);
    expect(shared.plants.shared.map((used, plant) => used + shared.plants.beyond[plant]!)).toEqual([60, 40]);
  });
});

describe("roundings that are not exact", () => {
  const half: Policy = {
    name: "half up",
    tiers: [{ weight: { kind: "equal" }, budget: { kind: "share_of_pool", share: "1/2" } }, byConsumption],
    surplus: "to_grid",
    rounding: "at_half_up_6dp",
  };

  test("what rounding half up made up or lost is booked as a leak, and the pool comes out", () => {
    // First 50 in three parts of 16 2/3, each 17: one too many. Then 50 by 3 : 33 : 3, of which all is met.
    const shared = share(half, [20, 50, 20], [60, 40]);
    expect(shared.members.allotted).toEqual([20, 50, 20]);
    expect([shared.leak, shared.surplus]).toEqual([-1, 11]);
    // Then 50 by 83 : 83 : 83: three times 17 once more.
    const scarce = share(half, [100, 100, 100], [60, 40]);
    expect(scarce.members.allotted).toEqual([34, 34, 34]);
    expect([scarce.leak, scarce.surplus]).toEqual([-2, 0]);
    expect(scarce.plants.shared).toEqual([60, 40]);
  });

  test("one joint pool: the leak is part of what nobody consumed", () => {
    const demands = ["ann", "ben", "cay"].map((member) => ({ member, consumption: MilliWattHours(100) }));
    const { allotments, surplus } = allocate({ policy: half, pool: MilliWattHours(100), demands, intervalIndex: 0 });
    expect(allotments.map(({ allotted }) => allotted)).toEqual([34, 34, 34]);
    expect(surplus).toBe(-2);
  });

  test("what only metering points can tell needs them", () => {
    const demands = [{ member: "ann", consumption: MilliWattHours(1) }];
    const needing: [string, Partial<Policy>][] = [
      ["own_use", { own_use: "site_netting" }],
      ["loss_factors", { loss_factors: { ann: "0.9" } }],
      ["membership_percent", { membership_percent: { ann: 50 } }],
      ["pools", { pools: { kind: "per_producer" } }],
    ];
    for (const [word, more] of needing) {
      const policy = policyOf(byConsumption, more);
      const run = () => allocate({ policy, pool: MilliWattHours(1), demands, intervalIndex: 0 });
      expect(run).toThrow(`${word} needs metering points`);
    }
  });
});

describe("what must not come in", () => {
  test.each([
    ["a missing energy", [1, 2], [3, 4], "cay: not a whole mWh: undefined"],
    ["an energy that is not a number", [1, Number.NaN, 2], [3, 4], "ben: not a whole mWh: NaN"],
    ["a fraction", [1, 2, 3], [0.5, 4], "mill: not a whole mWh: 0.5"],
  ])("%s", (_name, loads, plants, message) => {
    expect(() => share(policyOf(byConsumption), loads, plants)).toThrow(message);
  });

  test.each([
    ["a member named twice", { ...layout, members: ["ann", "ann"] }, "member ann is named twice"],
    ["a load of nobody", { ...layout, members: ["ann"] }, "ben belongs to ben, who is no member"],
    ["a plant named twice", { ...layout, plants: [{ point: "mill" }, { point: "mill" }] }, "plant mill is named twice"],
  ])("%s", (_name, wrong, message) => {
    expect(() => prepareSharing(policyOf(byConsumption), wrong)).toThrow(message);
  });

  test("an index that is none", () => {
    expect(() => share(policyOf(byConsumption), [1, 1, 1], [1, 1], { intervalIndex: 0.5 })).toThrow("not an interval");
  });
});
