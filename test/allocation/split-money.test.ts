import fc from "fast-check";
import { expect, test } from "vitest";
import { splitCents } from "../../hub/allocation/split-money.ts";

const centsOf = (cents: number, weights: Record<string, number>, turn = 0) =>
  splitCents(cents, weights, turn).map((part) => part.cents);

test.each([
  ["thirds of a euro", centsOf(100, { a: 1, b: 1, c: 1 }), [34, 33, 33]],
  ["the next month the odd cent goes to the next", centsOf(100, { a: 1, b: 1, c: 1 }, 1), [33, 34, 33]],
  ["by allotted energy", centsOf(1_001, { a: 30_000_000, b: 20_000_000, c: 0 }), [601, 400, 0]],
  ["money taken back", centsOf(-100, { a: 1, b: 2 }), [-33, -67]],
  ["nothing to divide", centsOf(0, { a: 1, b: 2 }), [0, 0]],
])("%s", (_name, cents, expected) => {
  expect(cents).toEqual(expected);
});

test("the parts sum to the amount to the cent", () => {
  const anyWeights = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.oneof(fc.nat(9), fc.maxSafeNat()));
  fc.assert(
    fc.property(fc.integer(), anyWeights, fc.nat(), (cents, weights, turn) => {
      if (!Object.values(weights).some((weight) => weight > 0)) return;
      expect(splitCents(cents, weights, turn).reduce((sum, part) => sum + part.cents, 0)).toBe(cents);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["half a cent", 0.5, { a: 1 }, "not a whole number: 0.5"],
  ["a negative weight", 5, { a: -1 }, "a negative weight"],
  ["nobody's money", 5, { a: 0 }, "all weights are 0"],
])("refuses %s", (_name, cents, weights, message) => {
  expect(() => splitCents(cents, weights, 0)).toThrow(message);
});
