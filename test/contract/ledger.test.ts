import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { type AccountId, accounts } from "../../hub/ledger/account.ts";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import type { EntryStore } from "../../hub/ledger/entry-store.ts";
import type { Ledger } from "../../hub/ledger/ledger.ts";
import { communityUnit, MWH } from "../../hub/ledger/ledger-unit.ts";
import type { Movement } from "../../hub/ledger/movement.ts";
import type { BookingMoment } from "../../hub/ledger/spending-limit.ts";
import { memoryBooks } from "../../hub/store/memory/books.ts";
import { memoryEntryStore } from "../../hub/store/memory/entry-store.ts";
import { memoryLedger } from "../../hub/store/memory/ledger.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteEntryStore } from "../../hub/store/sqlite/entry-store.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import {
  acorn,
  ann,
  ben,
  booking,
  correction,
  hold,
  issue,
  post,
  steward,
  transfer,
  voidHold,
} from "../ledger/movements.ts";
import { settledEntry } from "../ledger/settled-entry.ts";

interface Books {
  readonly ledger: Ledger;
  readonly entries: EntryStore;
}

const adapters: Readonly<Record<string, () => Books>> = {
  memory() {
    const books = memoryBooks();
    return { ledger: memoryLedger(books), entries: memoryEntryStore(books) };
  },
  sqlite() {
    const db = openBooks(join(mkdtempSync(join(tmpdir(), "millrace-books-")), "books.db"));
    return { ledger: sqliteLedger(db), entries: sqliteEntryStore(db) };
  },
};

const at = (now: number, rules: Partial<BookingMoment["rules"]> = {}): BookingMoment => {
  return { now: EpochMs(now), rules: { limits: [], ...rules } };
};
const period = (from: number, to: number) => ({ from: EpochMs(from), to: EpochMs(to) });

describe.each(Object.entries(adapters))("ledger: %s", (_name, open) => {
  let books: Books;
  let ledger: Ledger;
  beforeEach(async () => {
    books = open();
    ledger = books.ledger;
    await ledger.declareUnit(acorn, { by: steward, at: EpochMs(1) });
  });

  /** Book one movement and say what became of it in one word: "created", "exists" or the refusal's code. */
  const book = async (movement: Movement, now: number, rules?: Partial<BookingMoment["rules"]>): Promise<string> => {
    const [outcome] = await ledger.append([movement], at(now, rules));
    return outcome?.outcome === "refused" ? outcome.refusal.code : (outcome?.outcome ?? "nothing");
  };
  const balance = async (account: AccountId, now?: number) => {
    const { posted, pending_in, pending_out, available } = await ledger.balance(
      { account, unit: acorn.name },
      now === undefined ? undefined : EpochMs(now),
    );
    return { posted, pending_in, pending_out, available };
  };
  const sound = async () => expect(await checkBooks(ledger)).toMatchObject({ differences: [] });

  test("a transfer moves an amount once, however often it is sent", async () => {
    expect(await book(issue("i1", ann, 1000), 10)).toBe("created");
    const gift = transfer("t1", ann, ben, 300);
    expect(await book(gift, 20)).toBe("created");
    expect(await book(gift, 30)).toBe("exists");
    expect(await book({ ...gift, amount: 301 }, 30)).toBe("ENTRY_CONFLICT");
    expect(await book({ ...gift, about: "job-7" }, 30)).toBe("ENTRY_CONFLICT");
    expect(await balance(ann)).toEqual({ posted: 700, pending_in: 0, pending_out: 0, available: 700 });
    expect((await balance(ben)).posted).toBe(300);
    expect(await ledger.movement("t1")).toMatchObject({ said: gift, booked_ms: 20 });
    await sound();
  });

  test("a conflict names the field that differs", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(transfer("t1", ann, ben, 300), 20);
    const [outcome] = await ledger.append([transfer("t1", ann, ben, 301)], at(20));
    expect(outcome).toMatchObject({ refusal: { message: "t1 is booked already, with another amount" } });
  });

  test("nobody goes below zero, and the refused id stays refused", async () => {
    await book(issue("i1", ann, 100), 10);
    expect(await book(transfer("t1", ann, ben, 101), 20)).toBe("LIMIT_EXCEEDED");
    await book(issue("i2", ann, 100), 30);
    expect(await book(transfer("t1", ann, ben, 101), 40)).toBe("ENTRY_ID_FAILED");
    expect(await book(transfer("t1", ann, ben, 1), 40)).toBe("ENTRY_ID_FAILED");
    expect(await ledger.refusal("t1")).toMatchObject({ code: "LIMIT_EXCEEDED", refused_ms: 20 });
    expect(await book(transfer("t2", ann, ben, 101), 50)).toBe("created");
  });

  test("a refusal that will never change burns nothing", async () => {
    await book(issue("i1", ann, 100), 10);
    expect(await book(transfer("t1", ann, ben, 0.5), 20)).toBe("ENTRY_INVALID");
    expect(await book(transfer("t1", ann, ben, 5), 20)).toBe("created");
  });

  test("the refusal of a limit has the limit, the projected balance and the way out", async () => {
    const limits = [{ name: "a start", unit: "acorn", formula: { kind: "fixed" as const, amount: 250 } }];
    const [outcome] = await ledger.append([transfer("t1", ann, ben, 400)], at(10, { limits }));
    expect(outcome).toEqual({
      outcome: "refused",
      refusal: {
        code: "LIMIT_EXCEEDED",
        message: `member:ann:credit would stand at -4.00 acorn, and its limit is -2.50 acorn (rule "a start": the same for everybody)`,
        remedy: "Spend at most 2.50 acorn, or wait for credit, with a new id.",
        limit: -250,
        projected: -400,
      },
    });
    const of = { account: ann, unit: acorn.name };
    expect(await ledger.limit(of, at(20, { limits }))).toMatchObject({ floor: -250, spendable: 250 });
    expect(await ledger.limit(of, at(20))).toEqual({ floor: 0, spendable: 0, words: "it has no credit line" });
    expect(await book(transfer("t2", ann, ben, 250), 20, { limits })).toBe("created");
    expect(await ledger.limit(of, at(30, { limits }))).toMatchObject({ floor: -250, spendable: 0 });
    expect(await book(transfer("t3", ann, ben, 1), 30, { limits })).toBe("LIMIT_EXCEEDED");
  });

  test("a quarter of a year's sales: circles of two earn nothing, old sales count no more", async () => {
    const day = 86_400_000;
    const formula = {
      kind: "share_of_sales" as const,
      numerator: 1,
      denominator: 4,
      window_days: 365,
      counts: "trades" as const,
      at_least: 0,
      at_most: 100_000,
    };
    const limits = [{ name: "quarter of sales", unit: "acorn", formula }];
    const cat = accounts.memberCredit("cat");
    await ledger.append([issue("i1", ben, 4000), issue("i2", cat, 1000)], at(day));
    await ledger.append([transfer("s1", ben, ann, 2000), transfer("s2", cat, ann, 400)], at(2 * day));
    // What ann pays back to ben does not count, and what she paid cat more than she got is no sale either.
    await ledger.append([transfer("b1", ann, ben, 800), transfer("b2", ann, cat, 1600)], at(3 * day));
    expect(await balance(ann)).toMatchObject({ posted: 0 });
    const [refused] = await ledger.append([transfer("x1", ann, cat, 301)], at(4 * day, { limits }));
    expect(refused).toMatchObject({ refusal: { limit: -300, projected: -301 } });
    expect(JSON.stringify(refused)).toContain("1/4 of the 12.00 acorn sold since 1969-01-05");
    expect(await book(transfer("x2", ann, cat, 300), 366 * day, { limits })).toBe("created");
    expect(await book(transfer("x3", ann, cat, 1), 368 * day, { limits })).toBe("LIMIT_EXCEEDED");
  });

  test("a hold reserves; its payment takes at most what is held and frees the rest, once", async () => {
    await book(issue("i1", ann, 1000), 10);
    expect(await book(hold("h1", ann, accounts.machine("mill"), 600), 20)).toBe("created");
    expect(await balance(ann)).toEqual({ posted: 1000, pending_in: 0, pending_out: 600, available: 400 });
    expect(await balance(accounts.machine("mill"))).toMatchObject({ posted: 0, pending_in: 600, available: 0 });
    expect(await book(transfer("t1", ann, ben, 401), 30)).toBe("LIMIT_EXCEEDED");
    expect(await book(post("p0", "h1", 601), 40)).toBe("HOLD_EXCEEDED");
    expect(await book(post("p1", "h1", 250), 40)).toBe("created");
    expect(await book(post("p1", "h1", 250), 40)).toBe("exists");
    expect(await book(post("p2", "h1", 250), 50)).toBe("HOLD_POSTED");
    expect(await book(voidHold("v1", "h1"), 50)).toBe("HOLD_POSTED");
    expect(await balance(ann)).toEqual({ posted: 750, pending_in: 0, pending_out: 0, available: 750 });
    expect(await balance(accounts.machine("mill"))).toMatchObject({ posted: 250, pending_in: 0 });
    expect(await ledger.holdState("h1", EpochMs(39))).toBe("pending");
    expect(await ledger.holdState("h1", EpochMs(40))).toBe("posted");
    expect(await ledger.movement("h1")).toMatchObject({ said: hold("h1", ann, accounts.machine("mill"), 600) });
    await sound();
  });

  test("what is held for somebody is not theirs to spend", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(hold("h1", ann, ben, 600), 20);
    expect(await book(transfer("t1", ben, ann, 1), 30)).toBe("LIMIT_EXCEEDED");
    expect(await book(voidHold("v1", "h1"), 40)).toBe("created");
    expect(await book(post("p1", "h1", null), 50)).toBe("HOLD_VOIDED");
    expect(await ledger.holdState("h1", EpochMs(40))).toBe("voided");
    expect(await balance(ann)).toEqual({ posted: 1000, pending_in: 0, pending_out: 0, available: 1000 });
  });

  test("a hold ends exactly after its time, whether or not anybody writes", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(hold("h1", ann, ben, 600, 100), 20);
    await book(hold("h2", ann, ben, 100, null), 20);
    expect(await balance(ann, 119)).toMatchObject({ available: 300 });
    expect(await balance(ann, 120)).toMatchObject({ available: 900, pending_out: 100 });
    expect((await ledger.balances(EpochMs(120))).find(({ account }) => account === ben)).toMatchObject({
      pending_in: 100,
    });
    expect(await ledger.holdState("h1", EpochMs(119))).toBe("pending");
    expect(await ledger.holdState("h1", EpochMs(120))).toBe("expired");
    expect(await book(post("p1", "h1", null), 500)).toBe("HOLD_EXPIRED");
    // The end is booked at its own moment, not when somebody came by.
    expect(await ledger.movement("h1.expired")).toMatchObject({ booked_ms: 120, said: { kind: "expire" } });
    expect(await balance(ann, 119)).toMatchObject({ available: 300 });
    expect(await balance(ann)).toMatchObject({ available: 900 });
    expect(await ledger.expireHolds(EpochMs(1_000_000))).toBe(0);
    await sound();
  });

  test("a hold can be posted up to the last moment", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(hold("h1", ann, ben, 600, 100), 20);
    expect(await book(post("p1", "h1", null), 119)).toBe("created");
    expect(await ledger.expireHolds(EpochMs(200))).toBe(0);
  });

  test("holds end in their order, and before the day that is booked after them", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(hold("h1", ann, ben, 1, 300), 20);
    await book(hold("h2", ann, ben, 1, 200), 20);
    await books.entries.append(settledEntry("2026-06-13.1", { [accounts.plant("a")]: -5, [ann]: 5 }));
    const ids = (await ledger.records({ after: 0, limit: 10 })).map(({ id, seq }) => `${seq} ${id}`);
    expect(ids).toEqual(["1 i1", "2 h1", "3 h2", "4 h2.expired", "5 h1.expired", "6 2026-06-13.1"]);
    expect(await ledger.balance({ account: ann, unit: MWH.name })).toMatchObject({ posted: 5, available: 5 });
    // Credit of a settled day is spent like any other.
    expect(await book({ ...transfer("t1", ann, ben, 3), unit: MWH.name }, 2000)).toBe("created");
    expect((await books.entries.balances()).find(({ account }) => account === ben)?.balance_mwh).toBe(3);
    expect((await books.entries.newest(5)).map(({ id }) => id)).toEqual(["2026-06-13.1"]);
    expect(await books.entries.days()).toEqual(["2026-06-13"]);
    await sound();
  });

  test("a booking moves several amounts or none, balanced in each unit", async () => {
    await book(issue("i1", ann, 1000), 10);
    const tariff = (id: string, fee: number) =>
      booking(id, [
        [ann, -fee - 10],
        [accounts.machine("mill"), fee],
        [accounts.fund, 10],
      ]);
    expect(await book(tariff("b1", 500), 20)).toBe("created");
    expect(await book(tariff("b2", 500), 30)).toBe("LIMIT_EXCEEDED");
    expect(await book(booking("b3", [[ann, 5]]), 30)).toBe("ENTRY_INVALID");
    expect(await balance(accounts.fund)).toMatchObject({ posted: 10 });
    // The order of the lines says nothing.
    const turned = tariff("b1", 500);
    expect(await book({ ...turned, postings: [...turned.postings].reverse() }, 40)).toBe("exists");
    // The fund gives no more than it has.
    expect(
      await book(
        booking("b4", [
          [accounts.fund, -11],
          [ben, 11],
        ]),
        50,
      ),
    ).toBe("LIMIT_EXCEEDED");
    expect(
      await book(
        booking("b5", [
          [accounts.fund, -10],
          [ben, 10],
        ]),
        50,
      ),
    ).toBe("created");
    await sound();
  });

  test("a correction books the difference to what should have been, even when the credit is spent", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(transfer("t1", ann, ben, 900), 20);
    const right = correction("c1", "i1", [
      [accounts.outside, -400],
      [ann, 400],
    ]);
    expect(await book(right, 30)).toBe("created");
    expect(await balance(ann)).toMatchObject({ posted: -500 });
    expect(await book({ ...right, id: "c2" }, 40)).toBe("ENTRY_INVALID");
    // The next credits fill the hole first.
    await book(issue("i2", ann, 450), 50);
    expect(await book(transfer("t2", ann, ben, 1), 60)).toBe("LIMIT_EXCEEDED");
    await book(issue("i3", ann, 51), 70);
    expect(await book(transfer("t3", ann, ben, 1), 80)).toBe("created");
    expect(await book(correction("c3", "i1", []), 90)).toBe("created");
    expect((await ledger.movement("c3"))?.effects.map(({ amount }) => amount)).toEqual([-400, 400]);
    expect(await book(correction("c4", "c3", []), 100)).toBe("ENTRY_INVALID");
    expect(await book(correction("c5", "nothing", []), 100)).toBe("ENTRY_UNKNOWN");
    expect((await ledger.movement("i1"))?.effects.map(({ amount }) => amount)).toEqual([1000, -1000]);
    await sound();
  });

  test("who may book what", async () => {
    const asAnn = { name: "ann", role: "member" as const };
    await book(issue("i1", ann, 1000), 10);
    await book(issue("i2", ben, 1000), 10);
    expect(await book({ ...transfer("t1", ann, ben, 1), by: asAnn }, 20)).toBe("created");
    expect(await book({ ...transfer("t2", ben, ann, 1), by: asAnn }, 20)).toBe("ACTOR_REFUSED");
    expect(await book({ ...issue("i3", ann, 1), by: asAnn }, 20)).toBe("ACTOR_REFUSED");
    expect(await book({ ...correction("c1", "i1", []), by: { name: "kim", role: "staff" } }, 20)).toBe("ACTOR_REFUSED");
    expect(await book({ kind: "expire", id: "e1", by: steward, reason: "x", hold: "h" }, 20)).toBe("ACTOR_REFUSED");
    expect(await book({ ...transfer("t3", ann, ben, 1), by: { name: "kim", role: "auditor" } }, 20)).toBe(
      "ACTOR_REFUSED",
    );
  });

  test.each([
    ["an id with a point", transfer("h1.expired", ann, ben, 1)],
    ["an empty id", transfer("", ann, ben, 1)],
    ["a negative amount", transfer("t", ann, ben, -1)],
    ["an amount past 2^53", transfer("t", ann, ben, 2 ** 53)],
    ["an amount that is no number", transfer("t", ann, ben, "5" as never)],
    ["from the pool", transfer("t", accounts.pool, ben, 1)],
    ["from what was consumed", transfer("t", accounts.memberUsed("ann"), ben, 1)],
    ["from the fund", transfer("t", accounts.fund, ben, 1)],
    ["to what was consumed", transfer("t", ann, accounts.memberUsed("ann"), 1)],
    ["to an account of no kind", transfer("t", ann, "member:ben" as AccountId, 1)],
    ["to itself", transfer("t", ann, ann, 1)],
    ["a free text as its reason", { ...transfer("t", ann, ben, 1), reason: "For the cake, thank you!" }],
    ["a hold without time", hold("t", ann, ben, 1, 0)],
    [
      "two lines of one account",
      booking("t", [
        [ann, 1],
        [ann, 1],
        [accounts.outside, -2],
      ]),
    ],
    ["a line of zero", booking("t", [[ann, 0]])],
    ["no lines", booking("t", [])],
  ])("%s cannot be booked", async (_case, movement) => {
    await book(issue("i1", ann, 1000), 10);
    expect(await book(movement, 20)).toBe("ENTRY_INVALID");
    expect(await ledger.records({ after: 1, limit: 1 })).toEqual([]);
    expect(await ledger.refusal(movement.id)).toBeUndefined();
  });

  test("unknown members and units are refused; who left can still be emptied", async () => {
    const members = new Set(["ann"]);
    expect(await book(issue("i1", accounts.memberCredit("zed"), 5), 10, { members })).toBe("ACCOUNT_UNKNOWN");
    await book(issue("i2", ben, 5), 20);
    expect(await book(transfer("t1", ben, ann, 5), 30, { members })).toBe("created");
    expect(await book({ ...transfer("t2", ann, ben, 5), unit: "oak" as never }, 30)).toBe("UNIT_UNKNOWN");
    expect(await book(transfer("t3", ann, accounts.memberCredit("zed"), 5), 30, { members })).toBe("ACCOUNT_UNKNOWN");
    const limits = [{ name: "a start", unit: "acorn", formula: { kind: "fixed" as const, amount: 250 } }];
    expect(await book(transfer("t4", ben, ann, 5), 30, { members, limits })).toBe("LIMIT_EXCEEDED");
  });

  test("a unit keeps its scale", async () => {
    expect(await ledger.declareUnit(acorn, { by: steward, at: EpochMs(5) })).toBe("exists");
    await expect(ledger.declareUnit({ ...acorn, decimals: 3 }, { by: steward, at: EpochMs(5) })).rejects.toMatchObject({
      code: "UNIT_CONFLICT",
    });
    expect((await ledger.units()).map(({ name, decimals }) => `${name} ${decimals}`)).toEqual([
      "mWh 6",
      "ms 3",
      "acorn 2",
    ]);
    expect(() => communityUnit("kWh", 2)).toThrow();
  });

  test("a total never passes what can be counted exactly", async () => {
    expect(await book(issue("i1", ann, Number.MAX_SAFE_INTEGER), 10)).toBe("created");
    expect(await book(issue("i2", ann, 1), 20)).toBe("ENTRY_INVALID");
    expect(await book(transfer("t1", ann, ben, Number.MAX_SAFE_INTEGER), 30)).toBe("created");
    await sound();
  });

  test("one refused item of a batch leaves the others alone, and each sees those before it", async () => {
    const outcomes = await ledger.append(
      [
        issue("i1", ann, 100),
        transfer("t1", ann, ben, 70),
        transfer("t2", ann, ben, 70),
        transfer("t1", ann, ben, 70),
        transfer("t3", ann, ben, 30),
      ],
      at(10),
    );
    expect(outcomes.map((one) => (one.outcome === "refused" ? one.refusal.code : one.outcome))).toEqual([
      "created",
      "created",
      "LIMIT_EXCEEDED",
      "exists",
      "created",
    ]);
    expect(await balance(ann)).toMatchObject({ posted: 0 });
    await sound();
  });

  test("balances, turnover and statement lines of any moment, page by page", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(transfer("t1", ann, ben, 100), 20);
    await book(hold("h1", ann, ben, 50, null), 20);
    await book(transfer("t2", ben, ann, 30), 30);
    await book(post("p1", "h1", 20), 40);
    expect(await balance(ann, 9)).toMatchObject({ posted: 0 });
    expect(await balance(ann, 20)).toMatchObject({ posted: 900, pending_out: 50 });
    const of = { account: ann, unit: acorn.name };
    expect(await ledger.turnover(of, period(0, 100))).toEqual({ in: 1030, out: 120 });
    expect(await ledger.turnover(of, period(20, 40))).toEqual({ in: 30, out: 100 });
    expect(await ledger.turnover(of, period(40, 40))).toEqual({ in: 0, out: 0 });
    const lines = await ledger.lines(of, period(20, 41), { limit: 10 });
    expect(
      lines.map((one) => [one.entry, one.kind, one.amount, one.posted, one.pending_out, one.counterparty]),
    ).toEqual([
      ["t1", "transfer", -100, 900, 0, ben],
      ["h1", "hold", 0, 900, 50, undefined],
      ["t2", "transfer", 30, 930, 50, ben],
      ["p1", "post", -20, 910, 0, ben],
    ]);
    const paged = [];
    for (let after = 0; ; ) {
      const page = await ledger.lines(of, period(20, 41), { limit: 2, after });
      if (page.length === 0) break;
      paged.push(...page);
      after = page.at(-1)!.seq;
    }
    expect(paged).toEqual(lines);
    expect(await ledger.lines({ ...of, account: accounts.memberCredit("zed") }, period(0, 99), { limit: 5 })).toEqual(
      [],
    );
    expect((await ledger.balances()).map(({ account, unit, posted }) => `${account} ${unit} ${posted}`)).toEqual([
      "member:ann:credit acorn 910",
      "member:ben:credit acorn 90",
      "outside acorn -1000",
    ]);
  });

  test("a chain is booked whole, once", async () => {
    await book(issue("i1", ann, 1000), 10);
    const exchange = [transfer("x1", ann, ben, 600), transfer("x2", ben, ann, 50)];
    const outcomes = async () => (await ledger.appendChain(exchange, at(20))).map(({ outcome }) => outcome);
    expect(await outcomes()).toEqual(["created", "created"]);
    expect(await outcomes()).toEqual(["exists", "exists"]);
    expect([(await balance(ann)).posted, (await balance(ben)).posted]).toEqual([450, 550]);
    await sound();
  });

  test("a chain with one that is refused books nothing, and burns no other id", async () => {
    await book(issue("i1", ann, 1000), 10);
    await book(hold("h1", ann, ben, 100, 5), 10);
    const chain = [transfer("x1", ann, ben, 600), transfer("x2", ben, ann, 601), transfer("x3", ann, ben, 1)];
    const codes = (await ledger.appendChain(chain, at(20))).map((one) => one.outcome === "refused" && one.refusal.code);
    expect(codes).toEqual(["CHAIN_BROKEN", "LIMIT_EXCEEDED", "CHAIN_BROKEN"]);
    expect([(await balance(ann)).posted, (await balance(ben)).posted]).toEqual([1000, 0]);
    expect(await ledger.movement("x1")).toBeUndefined();
    expect(await ledger.refusal("x2")).toMatchObject({ code: "LIMIT_EXCEEDED", refused_ms: 20 });
    await sound();
    const again = [chain[0]!, transfer("x2-b", ben, ann, 600), chain[2]!];
    expect((await ledger.appendChain(again, at(30))).map(({ outcome }) => outcome)).toEqual(Array(3).fill("created"));
    // What no other moment could change burns nothing at all.
    const other = await ledger.appendChain([transfer("x4", ann, ben, 1), transfer("x5", ann, ann, 1)], at(40));
    expect(other.map((one) => one.outcome === "refused" && one.refusal.code)).toEqual([
      "CHAIN_BROKEN",
      "ENTRY_INVALID",
    ]);
    expect(await ledger.refusal("x5")).toBeUndefined();
    await sound();
  });

  test("the books' time never runs backwards", async () => {
    await book(issue("i1", ann, 1000), 1000);
    await book(transfer("t1", ann, ben, 100), 500);
    expect((await ledger.movement("t1"))?.booked_ms).toBe(1000);
    expect(await balance(ann, 999)).toMatchObject({ posted: 0 });
    expect(await balance(ann, 1000)).toMatchObject({ posted: 900 });
    await sound();
  });
});
