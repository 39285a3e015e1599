import { describe, expect, test } from "vitest";
import { type AllocationInput, allocate } from "../../hub/allocation/allocate.ts";
import type { Weight } from "../../hub/allocation/policy.ts";
import { MilliWattHours } from "../../hub/units.ts";
import { policyOf } from "./any-input.ts";
import { allocateSlowly } from "./slow-reference.ts";

const allottedBy = (input: AllocationInput) =>
  new Map(allocate(input).allotments.map(({ member, allotted }) => [member, allotted as number]));
const demandsOf = (those: Record<string, number>) =>
  Object.entries(those).map(([member, used]) => ({ member, consumption: MilliWattHours(used) }));
const interval = (weight: Parameters<typeof policyOf>[0], pool: number, used: Record<string, number>, index = 0) => ({
  policy: policyOf(weight),
  pool: MilliWattHours(pool),
  demands: demandsOf(used),
  intervalIndex: index,
});

describe("ties", () => {
  test("rotate with the interval's index", () => {
    const winner = (index: number) =>
      [...allottedBy(interval({ kind: "equal" }, 1, { a: 5, b: 5, c: 5 }, index))].find(([, one]) => one === 1)?.[0];
    expect([0, 1, 2, 3, 4, -1, -2].map(winner)).toEqual(["a", "b", "c", "a", "b", "c", "b"]);
  });

  test("two who tie among many win equally often, wherever they stand in the list", () => {
    const wins = { d: 0, e: 0 };
    for (let index = 0; index < 70; index += 1) {
      const allotted = allottedBy(
        interval({ kind: "consumption" }, 5, { a: 4, b: 0, c: 4, d: 1, e: 1, f: 0, g: 0 }, index),
      );
      wins.d += allotted.get("d")!;
      wins.e += allotted.get("e")!;
    }
    expect(wins).toEqual({ d: 35, e: 35 });
  });
});

describe("faults seen elsewhere", () => {
  test("the last takes the remainder", () => {
    const thirds = { kind: "fixed", shares: { a: "1/3", b: "1/3", c: "1/3" } } as const;
    expect([...allottedBy(interval(thirds, 101, { a: 99, b: 99, c: 99 })).values()]).toEqual([34, 34, 33]);
    expect([...allottedBy(interval({ kind: "consumption" }, 101, { a: 99, b: 99, c: 99 }, 2)).values()]).toEqual([
      34, 33, 34,
    ]);
  });

  test("surplus filled in list order", () => {
    const used = { a: 10, b: 20, c: 30, d: 40 };
    const turned = Object.fromEntries(Object.entries(used).reverse());
    for (const kind of ["consumption", "equal"] as const) {
      expect(allocate(interval({ kind }, 77, turned))).toEqual(allocate(interval({ kind }, 77, used)));
    }
  });

  test("an unassigned share that vanishes", () => {
    const shares = { kind: "fixed", shares: { a: "0.3", b: "0.3" } } as const;
    const { allotments, surplus } = allocate(interval(shares, 1000, { a: 900, b: 900, c: 900 }));
    expect(allotments.map((one) => one.allotted)).toEqual([300, 300, 0]);
    expect(surplus).toBe(400);
  });

  test("the share of somebody absent is spread over those who are there", () => {
    const shares = { kind: "fixed", shares: { a: "0.5", b: "0.5" } } as const;
    expect(allocate(interval(shares, 1000, { a: 900 }))).toEqual({
      pool: 1000,
      allotments: [{ member: "a", allotted: 500 }],
      surplus: 500,
    });
  });

  test("a loop that changes the rest while sharing it favours the first", () => {
    expect([...allottedBy(interval({ kind: "equal" }, 900, { a: 999, b: 999, c: 999 })).values()]).toEqual([
      300, 300, 300,
    ]);
    expect([...allottedBy(interval({ kind: "consumption" }, 30, { a: 10, b: 20, c: 30 })).values()]).toEqual([
      5, 10, 15,
    ]);
  });

  test("a member whose consumption is not a number silently raises what others get", () => {
    const input = { ...interval({ kind: "equal" }, 9, { a: 5 }), demands: [{ member: "a", consumption: Number.NaN }] };
    expect(() => allocate(input as unknown as AllocationInput)).toThrow(/a: not a whole mWh from 0 up: NaN/);
  });

  test("ids sorted as this machine's language sorts them", () => {
    const { allotments } = allocate(interval({ kind: "equal" }, 0, { b: 1, a: 1, Z: 1, "home-2": 1, "home-10": 1 }));
    expect(allotments.map((one) => one.member)).toEqual(["Z", "a", "b", "home-10", "home-2"]);
  });
});

describe("nothing to share", () => {
  test.each([
    ["no members", 500, {}, []],
    ["an empty pool", 0, { a: 3, b: 4 }, [0, 0]],
    ["nobody used anything", 500, { a: 0, b: 0 }, [0, 0]],
    ["nothing at all", 0, {}, []],
  ])("%s: no credit", (_name, pool, used, allotted) => {
    const fixed = { kind: "fixed", shares: { a: "0.5", b: "0.5" } } as const;
    for (const weight of [{ kind: "consumption" }, { kind: "equal" }, fixed] as const) {
      const result = allocate(interval(weight, pool, used));
      expect(result.allotments.map((one) => one.allotted)).toEqual(allotted);
      expect(result.surplus).toBe(pool);
    }
  });
});

describe("numbers past 2^53 on the way", () => {
  const huge = Number.MAX_SAFE_INTEGER;
  const all = { a: huge, b: huge, c: huge, d: huge, e: 5 };
  /** Two halves, each of a tiny and a large part. */
  const longKey: Weight = {
    kind: "fixed",
    shares: {
      a: "1/999999999958",
      b: "499999999978/999999999958",
      c: "1/999999999962",
      d: "499999999980/999999999962",
    },
  };
  test.each([
    ["consumption that sums to more", policyOf({ kind: "consumption" }), huge, { a: huge, b: huge, c: huge - 1, d: 7 }],
    ["consumption that sums to more, all met", policyOf({ kind: "consumption" }), huge, { a: huge, b: 0 }],
    [
      "equal parts of the most there can be",
      policyOf({ kind: "equal" }, { kind: "consumption" }),
      huge,
      { a: huge, b: 9, c: huge },
    ],
    ["shares of 1 in all over a denominator of 24 digits", policyOf(longKey), 987_654_321_012_345, all],
    ["the same, where not a single mWh is left over", policyOf(longKey), huge, all],
  ])("%s", (_name, policy, pool, used) => {
    for (const intervalIndex of [0, 1, 2]) {
      const input = { policy, pool: MilliWattHours(pool), demands: demandsOf(used), intervalIndex };
      const expected = allocateSlowly(input);
      expect(new Map([...allottedBy(input)].map(([member, one]) => [member, BigInt(one)]))).toEqual(expected.allotted);
      expect(BigInt(allocate(input).surplus)).toBe(expected.surplus);
    }
  });
});

test("a later tier takes what earlier ones left of pool and demand", () => {
  const policy = policyOf({ kind: "fixed", shares: { a: "0.4" } }, { kind: "consumption" });
  const demands = demandsOf({ a: 500, b: 900 });
  expect(allocate({ policy, pool: MilliWattHours(1000), demands, intervalIndex: 0 })).toEqual({
    pool: 1000,
    allotments: [
      { member: "a", allotted: 460 },
      { member: "b", allotted: 540 },
    ],
    surplus: 0,
  });
});

test("a key of which nobody may change a share once it was allocated by", () => {
  const shares: Record<string, string> = { a: "1/2" };
  expect([...allottedBy(interval({ kind: "fixed", shares }, 10, { a: 9 })).values()]).toEqual([5]);
  expect(() => {
    shares.a = "1";
  }).toThrow(TypeError);
});

test.each([
  ["a negative pool", { pool: -1 }, /pool: not a whole mWh from 0 up: -1/],
  ["a fractional pool", { pool: 0.5 }, /pool: not a whole mWh from 0 up: 0.5/],
  ["a negative consumption", { demands: [{ member: "a", consumption: -1 }] }, /a: not a whole mWh from 0 up: -1/],
  [
    "a member named twice",
    { demands: ["b", "a", "b"].map((member) => ({ member, consumption: 1 })) },
    /member b is named twice/,
  ],
  ["an index that is none", { intervalIndex: 0.5 }, /not an interval index: 0.5/],
  [
    "shares above 1",
    { policy: policyOf({ kind: "fixed", shares: { a: "2/3", b: "0.4" } }) },
    /fixed shares sum to 16\/15, more than 1/,
  ],
])("refuses %s", (_name, change, message) => {
  const input = { ...interval({ kind: "consumption" }, 10, { a: 1 }), ...change } as AllocationInput;
  expect(() => allocate(input)).toThrow(RangeError);
  expect(() => allocate(input)).toThrow(message);
});
