import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Apportionment,
  apportion,
  apportionLarge,
  fitsSafeIntegers,
} from "../../hub/allocation/largest-remainder.ts";
import { anyEnergy, RUNS } from "./any-input.ts";

const task = (pool: number, weights: number[], caps = weights.map(() => pool), turn = 0): Apportionment => ({
  pool,
  key: { weights, total: weights.reduce((sum, weight) => sum + weight, 0) },
  caps,
  turn,
});

test.each([
  ["the largest parts first", task(100, [1, 2, 4]), [14, 29, 57]],
  ["no remainder", task(70, [1, 2, 4]), [10, 20, 40]],
  ["a cap is kept, its part is given to nobody", task(100, [1, 2, 4], [100, 100, 20]), [14, 28, 20]],
  ["a tie at the first turn", task(10, [1, 1, 1, 1]), [3, 3, 2, 2]],
  ["a tie at the last turn, round the end", task(10, [1, 1, 1, 1], undefined, 3), [3, 2, 2, 3]],
  ["a cap of nothing", task(3, [1, 1], [0, 0]), [0, 0]],
  ["no weight at all", task(3, [0, 0]), [0, 0]],
  ["nobody", task(3, []), []],
])("%s", (_name, given, expected) => {
  expect(apportion(given)).toEqual(expected);
});

test("numbers and BigInt give identical results wherever numbers are used", () => {
  let small = 0;
  const anyTask = fc
    .tuple(fc.array(fc.tuple(anyEnergy, anyEnergy), { maxLength: 12 }), anyEnergy, fc.integer())
    .map(([members, pool, turn]) =>
      task(
        pool,
        members.map(([weight]) => weight),
        members.map(([, cap]) => cap),
        turn,
      ),
    );
  fc.assert(
    fc.property(anyTask, (given) => {
      const { weights, total } = given.key as { weights: number[]; total: number };
      if (total === 0) return;
      if (fitsSafeIntegers(given.pool, { weights, total })) small += 1;
      const large = { ...given, key: { weights: weights.map(BigInt), total: BigInt(total) } };
      expect(apportion(given)).toEqual(apportionLarge(given));
      expect(apportion(large)).toEqual(apportionLarge(given));
    }),
    { numRuns: 2 * RUNS },
  );
  expect(small).toBeGreaterThan(RUNS / 2);
  expect(small).toBeLessThan(2 * RUNS - RUNS / 10);
});

test("numbers are trusted up to the last safe product and not beyond", () => {
  const last = Number.MAX_SAFE_INTEGER;
  expect(fitsSafeIntegers(1, { weights: [last], total: last })).toBe(true);
  expect(fitsSafeIntegers(2, { weights: [last], total: last })).toBe(false);
  expect(fitsSafeIntegers(1, { weights: [1, 1], total: last })).toBe(false);
  expect(fitsSafeIntegers(94_906_266, { weights: [94_906_266], total: 94_906_266 })).toBe(false);
  expect(fitsSafeIntegers(94_906_265, { weights: [94_906_265], total: 94_906_265 })).toBe(true);
});

test("the floor of a float quotient is exact for every safe product", () => {
  const near = fc.tuple(fc.maxSafeNat(), fc.integer({ min: 1, max: 2 ** 31 }), fc.integer({ min: -1, max: 1 }));
  fc.assert(
    fc.property(near, ([value, divisor, off]) => {
      const dividend = Math.min(Math.max(0, value - (value % divisor) + off), Number.MAX_SAFE_INTEGER);
      expect(BigInt(Math.floor(dividend / divisor))).toBe(BigInt(dividend) / BigInt(divisor));
    }),
    { numRuns: 10_000 },
  );
});

test("lists of different length are a bug", () => {
  expect(() => apportion(task(3, [1, 1], [1]))).toThrow("2 weights for 1 caps");
});
