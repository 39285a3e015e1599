import fc from "fast-check";
import { expect, test } from "vitest";
import type { Rounding } from "../../hub/allocation/policy.ts";
import { roundQuotas } from "../../hub/allocation/round-quotas.ts";
import { anyEnergy, RUNS } from "./any-input.ts";

const round = (rounding: Rounding, pool: number, weights: number[], caps = weights.map(() => pool), total?: number) => {
  const key = { weights, total: total ?? weights.reduce((sum, weight) => sum + weight, 0) };
  return roundQuotas(rounding, { pool, key, caps, turn: 0 });
};

test.each<[string, ReturnType<typeof round>, number[], number]>([
  ["exact: together what there is", round("exact", 100, [1, 1, 1]), [34, 33, 33], 0],
  ["half up: two thirds each round up, and one is made up", round("at_half_up_6dp", 2, [1, 1, 1]), [1, 1, 1], -1],
  ["half up: thirds are all rounded down, and one is lost", round("at_half_up_6dp", 1, [1, 1, 1]), [0, 0, 0], 1],
  ["half up: exactly half goes up", round("at_half_up_6dp", 1, [1, 1]), [1, 1], -1],
  ["half up: a cap is kept", round("at_half_up_6dp", 9, [1, 1], [3, 9]), [3, 5], -1],
  ["cut: 1/3 is 0.333333 of the pool", round("de_cut_6dp", 9_000_000, [1, 1, 1]), [2_999_997, 2_999_997, 2_999_997], 0],
  ["cut: the product is cut too", round("de_cut_6dp", 10, [1, 1, 1]), [3, 3, 3], 0],
  ["cut: nobody weighs anything", round("de_cut_6dp", 10, [0, 0]), [0, 0], 0],
  ["whole Wh", round("es_1_wh", 3_333_000, [5, 3, 2]), [1_666_000, 1_000_000, 667_000], 0],
  ["whole Wh: what is below 1 Wh is left", round("es_1_wh", 1_500, [1, 1]), [1_000, 0], 0],
  ["whole Wh: a cap is kept to the mWh", round("es_1_wh", 4_000, [1, 1], [1_234, 4_000]), [1_234, 2_000], 0],
  ["whole Wh: nobody weighs anything", round("es_1_wh", 10, [0, 0]), [0, 0], 0],
])("%s", (_name, rounded, given, leak) => {
  expect(rounded).toEqual({ given, leak });
});

test("every way gives at most the caps and, with its leak, at most the pool; half up is nowhere off by more than a half", () => {
  const anyTask = fc.record({
    members: fc.array(fc.tuple(anyEnergy, anyEnergy), { maxLength: 9 }),
    pool: anyEnergy,
    turn: fc.integer(),
  });
  fc.assert(
    fc.property(anyTask, fc.constantFrom<Rounding>("at_half_up_6dp", "de_cut_6dp", "es_1_wh"), (task, rounding) => {
      const weights = task.members.map(([weight]) => weight);
      const caps = task.members.map(([, cap]) => cap);
      const total = weights.reduce<number>((sum, weight) => sum + weight, 0);
      const { given, leak } = roundQuotas(rounding, { ...task, key: { weights, total }, caps });
      const exact = roundQuotas("exact", { ...task, key: { weights, total }, caps }).given;
      given.forEach((amount, index) => {
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(caps[index]!);
        if (rounding === "at_half_up_6dp") expect(Math.abs(amount - exact[index]!)).toBeLessThanOrEqual(1);
      });
      const sum = given.reduce((all, one) => all + one, 0);
      const exactSum = exact.reduce((all, one) => all + one, 0);
      expect(rounding === "at_half_up_6dp" ? sum + leak === exactSum : sum <= exactSum && leak === 0).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
