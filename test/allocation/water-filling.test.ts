import fc from "fast-check";
import { expect, test } from "vitest";
import { findLevel, findLevelLarge } from "../../hub/allocation/water-filling.ts";
import { anyEnergy, RUNS } from "./any-input.ts";

const level = (pool: number, weights: number[], caps: number[], rounds: number, total?: number) => {
  const whole = total ?? weights.reduce((sum, weight) => sum + weight, 0);
  const found = findLevel({ pool, key: { weights, total: whole }, caps }, rounds);
  return [found.pool, Number(found.key.total)];
};
const ENDLESS = Number.POSITIVE_INFINITY;

test.each([
  ["nobody has enough after one round", level(10, [1, 1], [9, 9], ENDLESS), [10, 2]],
  ["one has enough, the rest is the others'", level(10, [1, 1, 1], [1, 9, 9], ENDLESS), [9, 2]],
  ["one after the other has enough", level(100, [1, 1, 1], [20, 38, 90], ENDLESS), [42, 1]],
  ["two rounds and no more", level(100, [1, 1, 1], [20, 38, 90], 2), [80, 2]],
  ["one round", level(100, [1, 1, 1], [20, 38, 90], 1), [100, 3]],
  ["a part assigned to nobody is offered in the second round", level(10, [1, 1], [9, 9], 2, 4), [10, 2]],
  ["and not in the first", level(10, [1, 1], [9, 9], 1, 4), [10, 4]],
  ["all have enough", level(100, [1, 1], [3, 4], ENDLESS), [100, 2]],
  ["weights count", level(90, [1, 2, 3], [5, 100, 100], ENDLESS), [85, 5]],
  ["who weighs nothing is never open", level(10, [0, 1], [5, 50], ENDLESS), [10, 1]],
])("%s", (_name, found, expected) => {
  expect(found).toEqual(expected);
});

/** Each pass closes one member, so the plain passes alone would take as many as there are members. */
const staircase = (count: number) => {
  const caps = Array.from({ length: count }, (_, index) => 1_000 * 2 ** Math.min(index, 30) + index);
  return { pool: caps.reduce((sum, cap) => sum + cap, 0) - 7, caps, weights: caps.map(() => 1) };
};

test("numbers and BigInt find the same level, however many passes it takes", () => {
  const anyTask = fc.record({
    members: fc.array(fc.tuple(fc.oneof(fc.nat(3), anyEnergy), anyEnergy), { maxLength: 40 }),
    pool: anyEnergy,
    unassigned: fc.nat(5),
    rounds: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.constant(ENDLESS)),
  });
  const compare = (task: { pool: number; weights: number[]; caps: number[]; total: number }, rounds: number) => {
    const { pool, weights, caps, total } = task;
    if (pool === 0 || total === 0) return;
    const small = findLevel({ pool, key: { weights, total }, caps }, rounds);
    const large = findLevelLarge(pool, { weights, total }, caps, rounds);
    // The same level may be written as different fractions only when everybody has enough at both.
    const quotas = ({ pool: over, key }: typeof small) =>
      weights.map((weight, index) => {
        const product = BigInt(over) * BigInt(weight);
        return product >= BigInt(caps[index]!) * BigInt(key.total) ? "capped" : `${product}/${key.total}`;
      });
    expect(quotas(small)).toEqual(quotas(large));
  };
  fc.assert(
    fc.property(anyTask, ({ members, pool, unassigned, rounds }) => {
      const weights = members.map(([weight]) => weight);
      const total = weights.reduce<number>((sum, weight) => sum + weight, unassigned);
      compare({ pool, weights, caps: members.map(([, cap]) => cap), total }, rounds);
    }),
    { numRuns: RUNS },
  );
  for (const count of [2, 9, 25, 60]) {
    const { pool, caps, weights } = staircase(count);
    for (const rounds of [1, 5, ENDLESS]) compare({ pool, caps, weights, total: count }, rounds);
  }
});

test("nobody stays below the level while another is above it, unless they have enough", () => {
  const anyTask = fc.tuple(
    fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), anyEnergy), { minLength: 1, maxLength: 30 }),
    anyEnergy,
  );
  fc.assert(
    fc.property(anyTask, ([members, pool]) => {
      if (pool === 0) return;
      const weights = members.map(([weight]) => weight);
      const caps = members.map(([, cap]) => BigInt(cap));
      const whole = weights.reduce((sum, weight) => sum + weight, 0);
      const found = findLevel({ pool, key: { weights, total: whole }, caps: caps.map(Number) }, ENDLESS);
      const under = BigInt(found.key.total);
      const quotas = weights.map((weight, index) => {
        const over = BigInt(found.pool) * BigInt(weight);
        return over >= caps[index]! * under ? caps[index]! * under : over;
      });
      const given = quotas.reduce((sum, quota) => sum + quota, 0n);
      const wanted = caps.reduce((sum, cap) => sum + cap, 0n);
      const available = wanted < BigInt(pool) ? wanted : BigInt(pool);
      expect(given).toBe(available * under);
    }),
    { numRuns: RUNS },
  );
});
