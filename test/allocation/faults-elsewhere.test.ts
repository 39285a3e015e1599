import { describe, expect, test } from "vitest";
import { allocate } from "../../hub/allocation/allocate.ts";
import { prepareSharing, type SharingLayout } from "../../hub/allocation/plan-sharing.ts";
import { fillMatrix } from "../../hub/allocation/plant-matrix.ts";
import type { Policy, Tier } from "../../hub/allocation/policy.ts";
import { coefficientsTo6 } from "../../hub/allocation/share.ts";
import { shareInterval } from "../../hub/allocation/share-interval.ts";
import { MilliWattHours } from "../../hub/units.ts";

/** Faults that were seen in other projects' code, beside those that `allocate.test.ts` already names. */
const policyOf = (tier: Tier): Policy => ({ name: "test", tiers: [tier], surplus: "to_producer" });

const allottedBy = (tier: Tier, pool: number, consumed: readonly number[], intervalIndex = 0) =>
  allocate({
    policy: policyOf(tier),
    pool: MilliWattHours(pool),
    demands: consumed.map((used, index) => ({
      member: `m${String(index).padStart(2, "0")}`,
      consumption: MilliWattHours(used),
    })),
    intervalIndex,
  }).allotments.map(({ allotted }) => allotted as number);

const layoutOf = (members: number, plants: readonly string[]): SharingLayout => {
  const ids = Array.from({ length: members }, (_, index) => `m${index}`);
  return {
    members: ids,
    loads: ids.map((member) => ({ point: member, member })),
    plants: plants.map((point) => ({ point })),
  };
};

describe("faults seen elsewhere", () => {
  test("weights frozen in the first round, so that later rounds offer to those who have enough", () => {
    const shares = { m00: "0.6", m01: "0.2", m02: "0.2" };
    // By frozen weights m0 would be offered 60 % of every rest and the others would end below what there is.
    const tier: Tier = { weight: { kind: "fixed", shares }, rounds: 2 };
    expect(allottedBy(tier, 1_000, [100, 900, 900])).toEqual([100, 450, 450]);
  });

  test("rounds that favour the first of the list, which a check of the sum cannot see", () => {
    const tier: Tier = { weight: { kind: "equal" }, rounds: "until_exhausted" };
    expect(allottedBy(tier, 900, [100, 999, 999, 999])).toEqual([100, 267, 267, 266]);
    expect(allottedBy(tier, 900, [999, 999, 999, 100])).toEqual([267, 267, 266, 100]);
  });

  test("an epsilon that ends the rounds early", () => {
    const tier: Tier = { weight: { kind: "equal" }, rounds: "until_exhausted" };
    const consumed = Array.from({ length: 40 }, (_, index) => 2 ** index);
    const pool = consumed.reduce((sum, used) => sum + used, 0) - 1;
    const allotted = allottedBy(tier, pool, consumed);
    expect(allotted).toEqual([...consumed.slice(0, -1), 2 ** 39 - 1]);
  });

  test("consumers and producers rounded differently", () => {
    const plan = prepareSharing(policyOf({ weight: { kind: "consumption" } }), layoutOf(3, ["dam", "mill", "roof"]));
    const { members, plants } = shareInterval(plan, { intervalIndex: 4, loads: [1, 1, 1], plants: [33, 33, 34] });
    expect(members.allotted).toEqual([1, 1, 1]);
    expect(plants.shared.reduce((sum, one) => sum + one, 0)).toBe(3);
    const cells = fillMatrix({ rows: plants.shared, columns: members.allotted });
    expect(cells.map((row) => row.reduce((sum, one) => sum + one, 0))).toEqual(plants.shared);
  });

  test("producers' surplus filled in list order", () => {
    for (const plants of [
      ["a-roof", "z-roof"],
      ["z-roof", "a-roof"],
    ]) {
      const plan = prepareSharing(policyOf({ weight: { kind: "consumption" } }), layoutOf(1, plants));
      const shared = shareInterval(plan, { intervalIndex: 0, loads: [60], plants: [60, 60] });
      expect(shared.plants.surplus).toEqual([30, 30]);
    }
  });

  test("the sum checked before rounding and the file written after", () => {
    const written = coefficientsTo6({ a: "1/3", b: "1/3", c: "1/3" }).map(({ millionths }) => millionths);
    expect(written.reduce((sum, one) => sum + one, 0)).toBe(1_000_000);
  });

  test("a share of a member with no meter, silently given to others", () => {
    const shares = { m0: "0.5", m1: "0.5" };
    const plan = prepareSharing(policyOf({ weight: { kind: "fixed", shares } }), {
      members: ["m0", "m1"],
      loads: [{ point: "m0", member: "m0" }],
      plants: [{ point: "roof" }],
    });
    const shared = shareInterval(plan, { intervalIndex: 0, loads: [90], plants: [100] });
    expect(shared.members.allotted).toEqual([50, 0]);
    expect(shared.surplus).toBe(50);
  });

  test("a remainder carried into the next interval", () => {
    const tier: Tier = { weight: { kind: "equal" } };
    const alone = allottedBy(tier, 100, [99, 99, 99], 8);
    allottedBy(tier, 101, [99, 99, 99], 7);
    expect(allottedBy(tier, 100, [99, 99, 99], 8)).toEqual(alone);
  });

  test("years of 8,760 hours: an index has no calendar", () => {
    const tier: Tier = { weight: { kind: "equal" } };
    const wins = [0, 0, 0];
    for (let index = 0; index < 8_784 * 4; index += 1) {
      allottedBy(tier, 1, [1, 1, 1], index).forEach((got, member) => {
        wins[member]! += got;
      });
    }
    expect(wins).toEqual([11_712, 11_712, 11_712]);
  });
});
