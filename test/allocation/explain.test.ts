import fc from "fast-check";
import { expect, test } from "vitest";
import { allocate } from "../../hub/allocation/allocate.ts";
import { explainAllocation } from "../../hub/allocation/explain.ts";
import { MilliWattHours } from "../../hub/units.ts";
import { anyTiers, policyOf, RUNS } from "./any-input.ts";

const demands = Object.entries({ c: 500_000, a: 200_000, b: 250_000 }).map(([member, used]) => ({
  member,
  consumption: MilliWattHours(used),
}));
const intervalIndex = 0;

test("by consumption: the exact quota and its rounding", () => {
  const input = { policy: policyOf({ kind: "consumption" }), pool: MilliWattHours(550_000), demands, intervalIndex };
  expect(explainAllocation(input, "a")).toMatchObject([
    {
      weight: "consumption",
      weight_value: "200000",
      weight_total: "950000",
      pool_mwh: 550_000,
      quota: "115789 9/19",
      cap_mwh: 200_000,
      floor_mwh: 115_789,
      rounded_up: false,
      allotted_mwh: 115_789,
    },
  ]);
  expect(explainAllocation(input, "b")).toMatchObject([
    { quota: "144736 16/19", floor_mwh: 144_736, rounded_up: true, allotted_mwh: 144_737 },
  ]);
  expect(explainAllocation(input, "c")).toMatchObject([{ quota: "289473 13/19", rounded_up: true }]);
});

test("two tiers: a fixed share as written and capped, then equal parts of the rest", () => {
  const policy = policyOf({ kind: "fixed", shares: { a: "0.50", c: "1/4" } }, { kind: "equal" });
  const input = { policy, pool: MilliWattHours(500_000), demands, intervalIndex };
  const equal = { weight: "equal", weight_value: "1", weight_total: "3", pool_mwh: 175_000, quota: "58333 1/3" };
  expect(explainAllocation(input, "a")).toMatchObject([
    {
      weight: "fixed",
      weight_value: "0.50",
      weight_total: "1",
      pool_mwh: 500_000,
      quota: "250000",
      cap_mwh: 200_000,
      floor_mwh: 200_000,
      rounded_up: false,
      allotted_mwh: 200_000,
    },
    { ...equal, cap_mwh: 0, floor_mwh: 0, rounded_up: false, allotted_mwh: 0 },
  ]);
  expect(explainAllocation(input, "b")).toMatchObject([
    {
      weight: "fixed",
      weight_value: "0",
      weight_total: "1",
      pool_mwh: 500_000,
      quota: "0",
      cap_mwh: 250_000,
      floor_mwh: 0,
      rounded_up: false,
      allotted_mwh: 0,
    },
    { ...equal, cap_mwh: 250_000, floor_mwh: 58_333, rounded_up: false, allotted_mwh: 58_333 },
  ]);
});

test("less than one mWh, nothing used, and nobody of that name", () => {
  const input = { policy: policyOf({ kind: "consumption" }), pool: MilliWattHours(1), demands, intervalIndex };
  expect(explainAllocation(input, "c")).toMatchObject([{ quota: "10/19", floor_mwh: 0, rounded_up: true }]);
  const idle = { ...input, demands: [{ member: "a", consumption: MilliWattHours(0) }] };
  expect(explainAllocation(idle, "a")).toMatchObject([{ weight_total: "0", quota: "0", allotted_mwh: 0 }]);
  expect(() => explainAllocation(input, "d")).toThrow("member d has no demand in this interval");
});

test("the receipts always add up to what allocate gives, and each is true in itself", () => {
  fc.assert(
    fc.property(anyTiers, (input) => {
      for (const { member, allotted } of allocate(input).allotments) {
        const receipts = explainAllocation(input, member);
        expect(receipts).toHaveLength(input.policy.tiers.length);
        expect(receipts.reduce((sum, one) => sum + one.allotted_mwh, 0)).toBe(allotted);
        for (const one of receipts) {
          expect(one.allotted_mwh).toBe(one.floor_mwh + (one.rounded_up ? 1 : 0));
          expect(one.floor_mwh).toBe(Math.min(one.cap_mwh, Number(/^\d+(?= |$)/.exec(one.quota)?.[0] ?? 0)));
        }
      }
    }),
    { numRuns: RUNS },
  );
});
