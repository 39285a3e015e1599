import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type AccountId, accounts } from "../../hub/ledger/account.ts";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import type { CreditLimit } from "../../hub/ledger/credit-limit.ts";
import type { Ledger } from "../../hub/ledger/ledger.ts";
import { MWH, type UnitName } from "../../hub/ledger/ledger-unit.ts";
import { holdResolvedBy, type Movement } from "../../hub/ledger/movement.ts";
import { memoryLedger } from "../../hub/store/memory/ledger.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import { acorn, steward } from "./movements.ts";
import { naiveLedger } from "./naive-ledger.ts";

/** Few names and small amounts, so that limits, retries and conflicts are met often. */
const people = ["ann", "ben", "cat"].map(accounts.memberCredit);
const payable = [...people, accounts.fund, accounts.machine("mill")];
const everywhere = [...payable, accounts.outside];
const units = [acorn.name, MWH.name];
const LINE = 20;
const limits: readonly CreditLimit[] = [
  { name: "a start", unit: acorn.name, formula: { kind: "fixed", amount: LINE } },
];
const floorOf = (account: string, unit: string) => (unit === acorn.name && account.endsWith(":credit") ? -LINE : 0);

const said = { by: steward, reason: "test" };
const id = fc.integer({ min: 0, max: 25 }).map((number) => `id-${number}`);
const amount = fc.integer({ min: 1, max: 60 });
const unit = fc.constantFrom(...units);
const pair = fc
  .tuple(fc.constantFrom(...people), fc.constantFrom(...payable))
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => ({ from, to }));

const balanced = (amounts: readonly (readonly [AccountId, number])[], of: UnitName) => {
  const lines = new Map(amounts);
  const rest = -[...lines.values()].reduce((sum, one) => sum + one, 0);
  lines.set(accounts.outside, rest);
  return [...lines]
    .filter(([, one]) => one !== 0)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([account, one]) => ({ account, unit: of, amount: one }));
};
const postings = fc
  .tuple(fc.array(fc.tuple(fc.constantFrom(...payable), fc.integer({ min: -40, max: 60 })), { maxLength: 3 }), unit)
  .map(([amounts, of]) => balanced(amounts, of));

const movement: fc.Arbitrary<Movement> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ id, pair, unit, amount }).map((one): Movement => {
      return { kind: "transfer", id: one.id, ...said, ...one.pair, unit: one.unit, amount: one.amount };
    }),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(id, postings)
      .filter(([, lines]) => lines.length > 0)
      .map(([own, lines]): Movement => {
        return { kind: "booking", id: own, ...said, postings: lines };
      }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ id, pair, unit, amount, time: fc.option(fc.integer({ min: 1, max: 30 })) })
      .map((one): Movement => {
        return {
          kind: "hold",
          id: one.id,
          ...said,
          ...one.pair,
          unit: one.unit,
          amount: one.amount,
          timeout_ms: one.time,
        };
      }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(id, id, fc.option(amount)).map(([own, hold, part]): Movement => {
      return { kind: "post", id: own, ...said, hold, amount: part };
    }),
  },
  { weight: 1, arbitrary: fc.tuple(id, id).map(([own, hold]): Movement => ({ kind: "void", id: own, ...said, hold })) },
  {
    weight: 2,
    arbitrary: fc.tuple(id, id, postings).map(([own, corrects, lines]): Movement => {
      return { kind: "correction", id: own, ...said, corrects, postings: lines };
    }),
  },
);
/** Some movements at one moment; the clock may stand still or fall back. */
const batch = fc.record({
  step: fc.integer({ min: -5, max: 20 }),
  movements: fc.array(movement, { minLength: 1, maxLength: 5 }),
});
const story = fc.array(batch, { maxLength: 25 });

async function runStory(
  ledger: Ledger,
  batches: readonly { readonly step: number; readonly movements: readonly Movement[] }[],
) {
  await ledger.declareUnit(acorn, { by: steward, at: EpochMs(1) });
  const naive = naiveLedger(floorOf);
  let now = 1_000;
  for (const { step, movements } of batches) {
    now += step;
    const outcomes = await ledger.append(movements, { now: EpochMs(now), rules: { limits } });
    const words = outcomes.map((one) => (one.outcome === "refused" ? one.refusal.code : one.outcome));
    const right = movements.map((one) => naive.book(one, now));
    expect(words).toEqual(right);
    for (const at of [naive.now() - 7, naive.now(), naive.now() + 9]) await compareBalances(ledger, naive, at);
  }
  await expectInvariants(ledger);
}

async function compareBalances(ledger: Ledger, naive: ReturnType<typeof naiveLedger>, at: number): Promise<void> {
  for (const account of everywhere) {
    for (const of of units) {
      const { posted, pending_in, pending_out } = await ledger.balance({ account, unit: of }, EpochMs(at));
      const right = naive.balance(account, of, at);
      expect({ account, of, at, posted, pending_in, pending_out }).toEqual({ account, of, at, ...right });
    }
  }
}

/** What must hold of any books: balanced, nothing changed, each id once, each hold resolved once, no limit overrun. */
async function expectInvariants(ledger: Ledger): Promise<void> {
  expect((await checkBooks(ledger)).differences).toEqual([]);
  const records = await ledger.records({ after: 0, limit: 1_000 });
  const balances = await ledger.balances();
  for (const of of units) {
    const those = balances.filter(({ unit }) => unit === of);
    const sum = (field: "posted" | "pending_in" | "pending_out") => those.reduce((all, one) => all + one[field], 0);
    expect(sum("posted")).toBe(0);
    expect(sum("pending_in")).toBe(sum("pending_out"));
  }
  for (const of of balances) {
    const always = { from: EpochMs(0), to: EpochMs(1_000_000) };
    const turnover = await ledger.turnover(of, always);
    expect(turnover.in - turnover.out).toBe(of.posted);
    const lines = await ledger.lines(of, always, { limit: 1_000 });
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(of.posted);
    expect(lines.at(-1)).toMatchObject(of);
  }
  expect(new Set(records.map(({ id }) => id)).size).toBe(records.length);
  const movements = records.flatMap(({ movement }) => movement ?? []);
  const resolved = movements.map(({ said }) => holdResolvedBy(said)).filter((one) => one !== undefined);
  expect(new Set(resolved).size).toBe(resolved.length);
  const free = new Map<string, number>();
  for (const { said, effects } of movements) {
    for (const { account, unit, amount, pending_out } of effects) {
      const place = `${account} ${unit}`;
      const before = free.get(place) ?? 0;
      const after = before + amount - pending_out;
      free.set(place, after);
      // Only a correction may take what is not there.
      const isLimited = account === accounts.fund || people.includes(account);
      if (isLimited && said.kind !== "correction")
        expect(after).toBeGreaterThanOrEqual(Math.min(before, floorOf(account, unit)));
    }
  }
  for (const { said, booked_ms } of movements) {
    if (said.kind !== "expire") continue;
    const hold = movements.find((one) => one.said.id === said.hold)!;
    expect(booked_ms).toBe(hold.booked_ms + ((hold.said as { timeout_ms: number }).timeout_ms ?? Number.NaN));
  }
}

test("memory: whatever is asked for, the ledger does what plain sums say", async () => {
  await fc.assert(
    fc.asyncProperty(story, async (batches) => runStory(memoryLedger(), batches)),
    { numRuns: 150 },
  );
}, 60_000);

test("sqlite: the same, and again after the books were closed and opened", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-machine-"));
  let run = 0;
  await fc.assert(
    fc.asyncProperty(story, async (batches) => {
      const path = join(folder, `books-${++run}.db`);
      const db = openBooks(path);
      // Nobody pulls the plug here, and a disk that syncs hundreds of times a run proves nothing more.
      db.pragma("synchronous = OFF");
      await runStory(sqliteLedger(db), batches);
      const before = await sqliteLedger(db).balances();
      db.close();
      const again = openBooks(path);
      expect(await sqliteLedger(again).balances()).toEqual(before);
      await expectInvariants(sqliteLedger(again));
      again.close();
    }),
    { numRuns: 60 },
  );
}, 60_000);
