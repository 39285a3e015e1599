import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AllocationInput, allocate, inMemberOrder, shareJointPool } from "../../hub/allocation/allocate.ts";
import type { TierRun } from "../../hub/allocation/run-step.ts";
import { MilliWattHours } from "../../hub/units.ts";
import { anyEnergy, anyInput, anyTiers, byConsumption, oneTier, RUNS } from "./any-input.ts";
import { allocateSlowly } from "./slow-reference.ts";

function always(inputs: fc.Arbitrary<AllocationInput>, law: (input: AllocationInput) => void): void {
  fc.assert(fc.property(inputs, law), { numRuns: RUNS });
}

/** Each tier as it was run, copied: its lists live only during the call. */
function tiersOf(input: AllocationInput): TierRun[] {
  const runs: TierRun[] = [];
  shareJointPool({ ...input, demands: inMemberOrder(input.demands) }, (run) => {
    const weights = Array.from(run.level.key.weights as ArrayLike<number>);
    const key = { weights, total: run.level.key.total as number };
    runs.push({ ...run, level: { ...run.level, key }, caps: run.caps.slice() });
  });
  return runs;
}

/** Capped quotas of a tier as [numerator, denominator]. */
function quotasOf({ level: { pool, key }, caps }: TierRun): [bigint, bigint][] {
  const total = BigInt(key.total);
  return caps.map((cap, index) => {
    if (total === 0n) return [0n, 1n];
    const quota = BigInt(pool) * BigInt(key.weights[index]!);
    return quota < BigInt(cap) * total ? [quota, total] : [BigInt(cap), 1n];
  });
}

const sum = (those: readonly number[]) => those.reduce((all, one) => all + one, 0);
const allottedBy = (input: AllocationInput) =>
  new Map(allocate(input).allotments.map(({ member, allotted }) => [member, allotted as number]));
const usedBy = (input: AllocationInput) => new Map(input.demands.map((one) => [one.member, one.consumption as number]));

describe("laws of allocation", () => {
  test("the slow reference in fractions agrees", () => {
    always(anyTiers, (input) => {
      const expected = allocateSlowly(input);
      const result = allocate(input);
      expect(new Map(result.allotments.map((one) => [one.member, BigInt(one.allotted)]))).toEqual(expected.allotted);
      expect(BigInt(result.surplus)).toBe(expected.surplus);
    });
  });

  test("allotments + surplus = pool, after each tier and at the end", () => {
    always(anyTiers, (input) => {
      const { allotments, surplus, pool } = allocate(input);
      expect(sum(allotments.map((one) => one.allotted)) + surplus).toBe(input.pool);
      expect(pool).toBe(input.pool);
      const left = tiersOf(input).reduce((before, tier) => {
        expect(tier.rest).toBe(before);
        return before - sum(tier.given);
      }, input.pool as number);
      expect(left).toBe(surplus);
    });
  });

  test("nobody is given less than nothing or more than they used, and what is lacking comes from the grid", () => {
    always(anyTiers, (input) => {
      const used = usedBy(input);
      for (const [member, allotted] of allottedBy(input)) {
        const fromGrid = used.get(member)! - allotted;
        expect(allotted).toBeGreaterThanOrEqual(0);
        expect(fromGrid).toBeGreaterThanOrEqual(0);
        expect(fromGrid + allotted).toBe(used.get(member));
      }
    });
  });

  test("all allotments together stay within pool and consumption", () => {
    always(anyTiers, (input) => {
      const all = sum([...allottedBy(input).values()]);
      expect(all).toBeLessThanOrEqual(Math.min(input.pool, sum([...usedBy(input).values()])));
    });
  });

  test("each tier gives less than one mWh more or less than the exact quota", () => {
    always(anyTiers, (input) => {
      for (const tier of tiersOf(input)) {
        quotasOf(tier).forEach(([over, under], index) => {
          const distance = BigInt(tier.given[index]!) * under - over;
          expect(distance < under && -distance < under).toBe(true);
        });
      }
    });
  });

  test("the order of the demands and of the key changes nothing", () => {
    const shuffled = anyTiers.chain((input) =>
      fc
        .shuffledSubarray([...input.demands], { minLength: input.demands.length })
        .map((demands) => ({ input, demands })),
    );
    fc.assert(
      fc.property(shuffled, ({ input, demands }) => {
        const tiers = input.policy.tiers.map(({ weight }) => {
          if (weight.kind !== "fixed") return { weight };
          return { weight: { ...weight, shares: Object.fromEntries(Object.entries(weight.shares).reverse()) } };
        });
        expect(allocate({ ...input, demands, policy: { ...input.policy, tiers } })).toEqual(allocate(input));
      }),
      { numRuns: RUNS },
    );
  });

  test("members with equal weight and consumption get amounts that differ by at most one mWh", () => {
    always(oneTier, (input) => {
      const [tier] = tiersOf(input);
      const { level, caps, given } = tier!;
      const { key } = level;
      for (let one = 0; one < given.length; one += 1) {
        for (let other = 0; other < one; other += 1) {
          if (key.weights[one] !== key.weights[other] || caps[one] !== caps[other]) continue;
          expect(Math.abs(given[one]! - given[other]!)).toBeLessThanOrEqual(1);
        }
      }
    });
  });

  test("pool and consumption times a factor give quotas times the factor", () => {
    fc.assert(
      fc.property(oneTier, fc.integer({ min: 1, max: 900 }), (input, factor) => {
        const scaled = {
          ...input,
          pool: MilliWattHours(input.pool * factor),
          demands: input.demands.map((one) => ({ ...one, consumption: MilliWattHours(one.consumption * factor) })),
        };
        const before = quotasOf(tiersOf(input)[0]!);
        quotasOf(tiersOf(scaled)[0]!).forEach(([over, under], index) => {
          const [overBefore, underBefore] = before[index]!;
          expect(over * underBefore).toBe(BigInt(factor) * overBefore * under);
        });
      }),
      { numRuns: RUNS },
    );
  });

  test("by consumption: who used nothing gets nothing, and a large enough pool meets everybody", () => {
    always(byConsumption, (input) => {
      const used = usedBy(input);
      const allotted = allottedBy(input);
      for (const [member, amount] of allotted) if (used.get(member) === 0) expect(amount).toBe(0);
      if (input.pool >= sum([...used.values()])) expect(allotted).toEqual(used);
    });
  });

  test("by fixed share: what others use moves nobody by more than the rounding", () => {
    const anyKey = anyInput(fc.constant([{ kind: "fixed", shares: { a: "2/7", B: "0.123456", "home-1": "3/11" } }]));
    fc.assert(
      fc.property(anyKey, anyEnergy, (input, other) => {
        const changed = input.demands.map((one) => (one.member === "a" ? one : { ...one, consumption: other }));
        const [before, after] = [allottedBy(input), allottedBy({ ...input, demands: changed })];
        expect(Math.abs((before.get("a") ?? 0) - (after.get("a") ?? 0))).toBeLessThanOrEqual(1);
      }),
      { numRuns: RUNS },
    );
  });

  test("the same input gives the same bytes, by a parsed key and by a new one", () => {
    always(anyTiers, (input) => {
      const bytes = JSON.stringify(allocate(input));
      expect(JSON.stringify(allocate(input))).toBe(bytes);
      expect(JSON.stringify(allocate(JSON.parse(JSON.stringify(input))))).toBe(bytes);
    });
  });
});
