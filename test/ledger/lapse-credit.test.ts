import fc from "fast-check";
import { expect, test } from "vitest";
import { balanceOf, leftOf } from "../../hub/allocation/credit-lots.ts";
import type { Credit } from "../../hub/allocation/policy.ts";
import { accounts } from "../../hub/ledger/account.ts";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import { lotsOfLines } from "../../hub/ledger/credit-lots-of-account.ts";
import { lapseCredit } from "../../hub/ledger/lapse-credit.ts";
import type { Ledger } from "../../hub/ledger/ledger.ts";
import type { Movement } from "../../hub/ledger/movement.ts";
import { memoryLedger } from "../../hub/store/memory/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import { acorn, ann, ben, correction, hold, issue, steward, transfer } from "./movements.ts";

const credit: Credit = { expires_after_months: 3, order: "oldest_first" };
const zone = "Europe/Vienna";
const rule = { unit: acorn.name, credit, zone, to: accounts.fund };
const on = (day: string) => EpochMs(Date.parse(`${day}T12:00:00Z`));

async function openLedger(): Promise<Ledger> {
  const ledger = memoryLedger();
  await ledger.declareUnit(acorn, { by: steward, at: EpochMs(1) });
  return ledger;
}
const book = async (ledger: Ledger, movement: Movement, day: string) => {
  const [outcome] = await ledger.append([movement], { now: on(day), rules: { limits: [] } });
  expect(outcome?.outcome, movement.id).toBe("created");
};
const posted = async (ledger: Ledger, account = ann) => (await ledger.balance({ account, unit: acorn.name })).posted;
const lotsOfAnn = async (ledger: Ledger) => {
  const period = { from: EpochMs(0), to: on("2099-01-01") };
  const lines = await ledger.lines({ account: ann, unit: acorn.name }, period, { limit: 1_000 });
  return lotsOfLines(lines, { credit, zone });
};

test("credit lapses after its last month, the oldest is used first, and nothing lapses twice", async () => {
  const ledger = await openLedger();
  await book(ledger, issue("i1", ann, 100), "2026-01-15");
  await book(ledger, issue("i2", ann, 50), "2026-02-15");
  await book(ledger, transfer("t1", ann, ben, 30), "2026-03-01");
  expect(await lapseCredit(ledger, rule, on("2026-04-30"))).toBe(0);
  expect(await lapseCredit(ledger, rule, on("2026-05-02"))).toBe(1);
  expect(await lapseCredit(ledger, rule, on("2026-05-20"))).toBe(0);
  expect([await posted(ledger), await posted(ledger, accounts.fund)]).toEqual([50, 70]);
  const lots = await lotsOfAnn(ledger);
  expect(lots.map(({ earned, redeemed, expired }) => [earned, redeemed, expired])).toEqual([
    [100, 30, 70],
    [50, 0, 0],
  ]);
  // Ann's second lot and what ben got from her in March.
  expect(await lapseCredit(ledger, rule, on("2026-07-01"))).toBe(2);
  expect([await posted(ledger), await posted(ledger, ben), await posted(ledger, accounts.fund)]).toEqual([0, 0, 150]);
  expect((await checkBooks(ledger)).differences).toEqual([]);
});

test("a month begins by the community's calendar", async () => {
  const ledger = await openLedger();
  await book(ledger, issue("i1", ann, 100), "2026-01-15");
  // 22:30 UTC on 30 April is May in Vienna.
  expect(await lapseCredit(ledger, rule, EpochMs(Date.parse("2026-04-30T21:30:00Z")))).toBe(0);
  expect(await lapseCredit(ledger, rule, EpochMs(Date.parse("2026-04-30T22:30:00Z")))).toBe(1);
});

test("credit that was spent and then corrected is a negative lot, which the next credits fill", async () => {
  const ledger = await openLedger();
  await book(ledger, issue("i1", ann, 100), "2026-01-15");
  await book(ledger, transfer("t1", ann, ben, 90), "2026-01-20");
  await book(
    ledger,
    correction("c1", "i1", [
      [ann, 40],
      [accounts.outside, -40],
    ]),
    "2026-02-01",
  );
  expect((await lotsOfAnn(ledger)).map(leftOf)).toEqual([0, -50]);
  await book(ledger, issue("i2", ann, 80), "2026-02-10");
  expect((await lotsOfAnn(ledger)).map(leftOf)).toEqual([0, 0, 30]);
  expect(await posted(ledger)).toBe(30);
});

test("what is held does not lapse under the hold", async () => {
  const ledger = await openLedger();
  await book(ledger, issue("i1", ann, 100), "2026-01-15");
  await book(ledger, hold("h1", ann, ben, 60, 40 * 86_400_000), "2026-04-10");
  expect(await lapseCredit(ledger, rule, on("2026-05-02"))).toBe(1);
  expect(await posted(ledger)).toBe(60);
  expect(await lapseCredit(ledger, rule, on("2026-06-01"))).toBe(1);
  expect(await posted(ledger)).toBe(0);
});

test("whatever happens, what is left of all lots is the balance", async () => {
  const step = fc.record({
    kind: fc.constantFrom("in", "out", "correct", "lapse"),
    amount: fc.integer({ min: 1, max: 80 }),
    days: fc.integer({ min: 0, max: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const ledger = await openLedger();
      let now = on("2026-01-15");
      for (const [index, { kind, amount, days }] of steps.entries()) {
        now = EpochMs(now + days * 86_400_000);
        const moment = { now, rules: { limits: [] } };
        if (kind === "in") await ledger.append([issue(`i${index}`, ann, amount)], moment);
        if (kind === "out") await ledger.append([transfer(`t${index}`, ann, ben, amount)], moment);
        if (kind === "correct") await ledger.append([correction(`c${index}`, `i${amount % 25}`, [])], moment);
        if (kind === "lapse") await lapseCredit(ledger, rule, now);
        const lots = await lotsOfAnn(ledger);
        expect(balanceOf(lots)).toBe(await posted(ledger));
        for (const { redeemed, expired } of lots)
          expect([Number.isSafeInteger(redeemed), expired >= 0]).toEqual([true, true]);
      }
    }),
    { numRuns: 200 },
  );
});
