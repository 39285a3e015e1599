import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addMonths,
  balanceOf,
  type CreditLot,
  earnCredit,
  expireCredit,
  redeemCredit,
} from "../../hub/allocation/credit-lots.ts";
import type { Credit } from "../../hub/allocation/policy.ts";

const brazil: Credit = { expires_after_months: 60, order: "oldest_first" };
const short: Credit = { expires_after_months: 2, order: "oldest_first" };
const earned = (credit: Credit, ...those: [month: string, amount: number][]) =>
  those.reduce<readonly CreditLot[]>((lots, [month, amount]) => earnCredit(lots, { month, amount }, credit).lots, []);
const columns = (lots: readonly CreditLot[]) =>
  lots.map(({ earnedIn, earned: banked, redeemed, expired }) => [earnedIn, banked, redeemed, expired]);

test("the oldest lot is used first", () => {
  const lots = earned(brazil, ["2026-01", 100], ["2026-02", 50]);
  const used = redeemCredit(lots, { month: "2026-03", wanted: 120 }, brazil);
  expect(used.amount).toBe(120);
  expect(columns(used.lots)).toEqual([
    ["2026-01", 100, 100, 0],
    ["2026-02", 50, 20, 0],
  ]);
  expect(balanceOf(used.lots)).toBe(30);
});

test("or the newest, where the policy says so; more than there is is not given", () => {
  const credit: Credit = { expires_after_months: "never", order: "newest_first" };
  const lots = earned(credit, ["2026-01", 100], ["2026-02", 50]);
  const used = redeemCredit(lots, { month: "2030-01", wanted: 70 }, credit);
  expect(columns(used.lots)).toEqual([
    ["2026-01", 100, 20, 0],
    ["2026-02", 50, 50, 0],
  ]);
  expect(redeemCredit(used.lots, { month: "2030-01", wanted: 1_000 }, credit).amount).toBe(80);
});

test("a lot lapses after its months, and what lapsed cannot be used", () => {
  const lots = earned(short, ["2026-11", 100], ["2026-12", 10]);
  expect(expireCredit(lots, "2027-01").amount).toBe(0);
  expect(redeemCredit(lots, { month: "2027-02", wanted: 100 }, short).amount).toBe(10);
  const after = expireCredit(lots, "2027-02");
  expect(after.amount).toBe(100);
  expect(columns(after.lots)).toEqual([
    ["2026-11", 100, 0, 100],
    ["2026-12", 10, 0, 0],
  ]);
  expect(expireCredit(after.lots, "2027-02").amount).toBe(0);
});

test("credit that was spent and is corrected becomes a negative lot against the next credits", () => {
  const spent = redeemCredit(earned(brazil, ["2026-01", 100]), { month: "2026-02", wanted: 100 }, brazil).lots;
  const owing = earnCredit(spent, { month: "2026-03", amount: -30 }, brazil).lots;
  expect(balanceOf(owing)).toBe(-30);
  expect(redeemCredit(owing, { month: "2026-03", wanted: 10 }, brazil).amount).toBe(0);
  const after = earnCredit(owing, { month: "2026-04", amount: 50 }, brazil).lots;
  expect(balanceOf(after)).toBe(20);
  expect(redeemCredit(after, { month: "2026-04", wanted: 99 }, brazil).amount).toBe(20);
});

test.each([
  ["2026-11", 1, "2026-12"],
  ["2026-12", 1, "2027-01"],
  ["2026-01", 60, "2031-01"],
])("%s and %i months", (month, months, expected) => {
  expect(addMonths(month, months)).toBe(expected);
});

test("what is no month, no whole mWh or less than nothing is refused", () => {
  expect(() => addMonths("2026-13", 1)).toThrow("not a month such as 2026-11: 2026-13");
  expect(() => earnCredit([], { month: "2026-01", amount: 0.5 }, brazil)).toThrow(RangeError);
  expect(() => redeemCredit([], { month: "2026-01", wanted: -1 }, brazil)).toThrow("less than nothing");
});

test("lots = earned - redeemed - expired, whatever happens in whatever order", () => {
  const anyStep = fc.record({
    kind: fc.constantFrom("earn", "redeem", "expire"),
    months: fc.nat(3),
    amount: fc.integer({ min: -50, max: 200 }),
  });
  const anyCredit: fc.Arbitrary<Credit> = fc.record({
    expires_after_months: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant("never" as const)),
    order: fc.constantFrom("oldest_first", "newest_first"),
  });
  fc.assert(
    fc.property(anyCredit, fc.array(anyStep, { maxLength: 25 }), (credit, steps) => {
      let lots: readonly CreditLot[] = [];
      let month = "2026-01";
      let balance = 0;
      for (const { kind, months, amount } of steps) {
        month = addMonths(month, months);
        const after =
          kind === "earn"
            ? earnCredit(lots, { month, amount }, credit)
            : kind === "redeem"
              ? redeemCredit(lots, { month, wanted: Math.abs(amount) }, credit)
              : expireCredit(lots, month);
        balance += kind === "earn" ? after.amount : -after.amount;
        lots = after.lots;
        expect(balanceOf(lots)).toBe(balance);
        for (const lot of lots) {
          expect(lot.earned < 0 ? lot.redeemed <= 0 : lot.redeemed >= 0).toBe(true);
          expect(lot.earned < 0 || lot.redeemed + lot.expired <= lot.earned).toBe(true);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
