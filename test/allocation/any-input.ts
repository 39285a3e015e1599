import fc from "fast-check";
import type { AllocationInput } from "../../hub/allocation/allocate.ts";
import type { Policy, Weight } from "../../hub/allocation/policy.ts";
import { MilliWattHours } from "../../hub/units.ts";

/** Cases a property is tried on. */
export const RUNS = 2_000;

/** Energies with many zeros and ties, ordinary ones, and ones whose products pass 2^53. */
export const anyEnergy: fc.Arbitrary<MilliWattHours> = fc
  .oneof(
    fc.nat(12),
    fc.nat(5_000_000),
    fc.maxSafeNat().map((value) => value % 1_000_000_000_001),
  )
  .map(MilliWattHours);

/** Few, so that keys and demands overlap; in another order by locale, by length and by number than by code unit. */
const anyMember = fc.constantFrom("a", "B", "b", "home-1", "home-10", "home-2", "Z", "z_1", "1", "10", "2", "mill");

/** Two ways to write a part of a whole; decimals are cut, so that they never sum to more than 1. */
const asFraction = (part: number, whole: number) => `${part}/${whole}`;
const asDecimal = (part: number, whole: number) =>
  part === whole ? "1" : `0.${String(Math.floor((part * 1e6) / whole)).padStart(6, "0")}`;

/** Whole parts of a whole that is at least their sum. */
const anyShares: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    fc.uniqueArray(anyMember),
    fc.constantFrom(1, 3, 40, 1_000_003),
    fc.nat(3),
    fc.constantFrom(asFraction, asDecimal),
  )
  .chain(([members, most, unassigned, write]) =>
    fc.array(fc.nat(most), { minLength: members.length, maxLength: members.length }).map((parts) => {
      const whole = Math.max(1, parts.reduce((sum, part) => sum + part, 0) + unassigned);
      return Object.fromEntries(members.map((member, index) => [member, write(parts[index]!, whole)]));
    }),
  );

export const anyWeight: fc.Arbitrary<Weight> = fc.oneof(
  fc.constant<Weight>({ kind: "consumption" }),
  fc.constant<Weight>({ kind: "equal" }),
  anyShares.map((shares): Weight => ({ kind: "fixed", shares })),
);

export function policyOf(...weights: Weight[]): Policy {
  return { name: "test", tiers: weights.map((weight) => ({ weight })), surplus: "to_grid" };
}

const anyDemands = fc
  .uniqueArray(fc.tuple(anyMember, anyEnergy), { selector: ([member]) => member })
  .map((those) => those.map(([member, consumption]) => ({ member, consumption })));

/** An interval under any policy of these weights; its demands are in any order. */
export function anyInput(weights: fc.Arbitrary<Weight[]>): fc.Arbitrary<AllocationInput> {
  return fc.record({
    policy: weights.map((those) => policyOf(...those)),
    pool: anyEnergy,
    demands: anyDemands,
    intervalIndex: fc.integer(),
  });
}

export const anyTiers = anyInput(fc.array(anyWeight, { minLength: 1, maxLength: 4 }));
export const oneTier = anyInput(anyWeight.map((weight) => [weight]));
export const byConsumption = anyInput(fc.constant([{ kind: "consumption" }]));
