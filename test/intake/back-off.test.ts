import fc from "fast-check";
import { expect, test } from "vitest";
import { jitteredWait } from "../../hub/intake/back-off.ts";

const limits = { firstMs: 500, longestMs: 60_000 };
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test.each([
  [0, 500],
  [1, 1_000],
  [6, 32_000],
  [7, 60_000],
  [1e9, 60_000],
])("the ceiling of attempt %i is %i ms", (attempt, ceiling) => {
  expect(jitteredWait(attempt, 0, limits)).toBe(0);
  expect(jitteredWait(attempt, 1 - Number.EPSILON, limits)).toBe(ceiling);
});

test("a wait is a whole number of ms from nothing to the ceiling, and chance alone decides where", () => {
  fc.assert(
    fc.property(fc.nat(), chance, (attempt, draw) => {
      const wait = jitteredWait(attempt, draw, limits);
      expect(Number.isInteger(wait)).toBe(true);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(limits.longestMs);
      expect(wait).toBeLessThanOrEqual(jitteredWait(attempt + 1, draw, limits));
    }),
  );
});
