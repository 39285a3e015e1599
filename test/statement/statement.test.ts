import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describePolicy } from "../../hub/allocation/describe-policy.ts";
import { qualities } from "../../hub/energy/interval.ts";
import { accounts } from "../../hub/ledger/account.ts";
import { digestOfEntry, netOfEntries } from "../../hub/ledger/entry.ts";
import { builtInUnits, communityUnit, MWH } from "../../hub/ledger/ledger-unit.ts";
import type { DayCells } from "../../hub/settlement/day-cells.ts";
import { entryOfDay } from "../../hub/settlement/entry-of-day.ts";
import { formatHledger } from "../../hub/statement/format-hledger.ts";
import { formatPdf } from "../../hub/statement/format-pdf.ts";
import {
  addAmounts,
  differenceOfIntervals,
  memberIntervals,
  sumIntervals,
} from "../../hub/statement/member-intervals.ts";
import { countedOn } from "../../hub/statement/period.ts";
import { type MemberEntry, makeStatement } from "../../hub/statement/statement.ts";
import { createStatements } from "../../hub/statement/statements.ts";
import { addDays, rangeOfLocalDay } from "../../hub/time-zone.ts";
import { EpochMs, MINUTE, MilliWattHours } from "../../hub/units.ts";
import { CHECKPOINT, community, DAY_OF_RESET, OCTOBER, openOctober, ZONE } from "./october.ts";

const adopted = { version: "v1", adopted_ms: 0, community };
const MEMBER = "ben";

let october: Awaited<ReturnType<typeof openOctober>>;
beforeAll(async () => {
  october = await openOctober();
}, 60_000);
afterAll(() => october[Symbol.asyncDispose]());

test("a month: a line a day, what was held, the correction of the 10th on the 12th and why, and what proves them", async () => {
  const statement = await october.statements.ofMember(MEMBER, OCTOBER);
  expect(statement.days).toHaveLength(31);
  expect(statement.unsettled_days).toEqual([]);
  expect(statement.days.map(({ intervals }) => intervals?.expected)).toEqual(
    Array.from({ length: 31 }, (_, index) => (index === 24 ? 100 : 96)),
  );
  expect(statement.days.find(({ day }) => day === DAY_OF_RESET)?.intervals).toMatchObject({ measured: 95, held: 1 });
  expect(statement.totals.intervals).toMatchObject({ expected: 2_980, recovered: 24, held: 1, estimated: 0 });
  expect(statement.corrections).toHaveLength(1);
  const [correction] = statement.corrections;
  expect(correction).toMatchObject({
    day: "2026-10-12",
    corrected_day: "2026-10-10",
    entry: "2026-10-10.2",
    corrects: "2026-10-10.1",
    by: "dora",
    reason: "ben's meter was read out by hand; “gap” closed",
    state: "preliminary",
    consumption_mwh: 0,
    intervals: { measured: 96 },
  });
  expect(correction?.booked).toEqual([
    { account: "member:ben:used", unit: "mWh", amount: correction?.from_community_mwh },
  ]);
  expect(statement.checkpoint).toBe(CHECKPOINT);
  expect(statement.policies).toHaveLength(1);
  expect(statement.policies[0]).toMatchObject({ text: describePolicy(community.policy), steps: ["consumption"] });
  expect(statement.entries).toHaveLength(32);
  for (const { id, digest } of statement.entries) {
    const booked = await october.stores.entries.byId(id);
    expect(booked && digestOfEntry(booked.entry)).toBe(digest);
  }
});

test("opening and closing balances are the ledger's, and the correction of October that came in November is November's", async () => {
  const month = await october.statements.ofMember(MEMBER, OCTOBER);
  const later = await october.statements.ofMember(MEMBER, { first: "2026-11-01", last: "2026-11-30" });
  expect(later.days).toEqual([]);
  expect(later.corrections).toMatchObject([{ day: "2026-11-02", corrected_day: "2026-10-30", reason: "by schedule" }]);
  expect(later.unsettled_days).toHaveLength(30);
  expect(later.balances[0]?.opening).toBe(month.balances[0]?.closing);
  const ledger = await october.stores.entries.balances();
  const used = ledger.find(({ account }) => account === accounts.memberUsed(MEMBER));
  expect(later.balances).toEqual([
    {
      account: "member:ben:used",
      kind: "memberUsed",
      unit: "mWh",
      opening: expect.any(Number),
      closing: used?.balance_mwh,
    },
  ]);
  const [balance] = month.balances;
  expect(Number(balance?.closing) - Number(balance?.opening)).toBe(month.totals.all.from_community_mwh);
});

test("intervals sum to the days, and days and corrections to the total", async () => {
  const statement = await october.statements.ofMember(MEMBER, OCTOBER, "intervals");
  const shown = statement.intervals?.filter(({ from_grid_mwh }) => from_grid_mwh !== null) ?? [];
  expect(statement.intervals).toHaveLength(2_980 + shown.filter(({ entry }) => entry.endsWith(".2")).length);
  expect(addAmounts(shown)).toEqual(statement.totals.all);
});

test("nobody else is in a member's statement", async () => {
  const text = JSON.stringify(await october.statements.ofMember(MEMBER, OCTOBER, "intervals"));
  expect(text).not.toMatch(/"(ann|cem)"|member:(ann|cem)/);
});

test("whoever is in no book is refused; a member of whom nothing is booked has an empty statement", async () => {
  await expect(october.statements.ofMember("eve", OCTOBER)).rejects.toMatchObject({ code: "NOT_FOUND" });
  const early = await october.statements.ofMember("ann", { first: "2026-01-01", last: "2026-01-31" });
  expect(early).toMatchObject({ days: [], entries: [], as_of_ms: rangeOfLocalDay(ZONE, "2026-01-01").from });
  expect(early.totals.all).toEqual({
    consumption_mwh: 0,
    from_community_mwh: 0,
    from_grid_mwh: 0,
    own_use_mwh: 0,
    beyond_mwh: 0,
    pool_mwh: 0,
  });
  const nobody = createStatements({
    ...october.stores,
    settlement: october.settlement,
    communities: { ...october.stores.communities, current: async () => undefined },
  });
  await expect(nobody.ofMember("ann", OCTOBER)).rejects.toMatchObject({ code: "COMMUNITY_MISSING" });
});

test("a member who joined during the period has lines from that day on; without cells the books still say what was used", async () => {
  const withoutCem = {
    ...october.settlement,
    cellsOf: async (...[entry]: Parameters<typeof october.settlement.cellsOf>) => {
      const cells = await october.settlement.cellsOf(entry);
      if (cells === undefined || entry.day === "2026-10-20") return undefined;
      return entry.day < "2026-10-15"
        ? { ...cells, members: cells.members.filter(({ member }) => member !== "cem") }
        : cells;
    },
  };
  const statements = createStatements({ ...october.stores, settlement: withoutCem });
  const statement = await statements.ofMember("cem", OCTOBER);
  expect(statement.days[0]?.day).toBe("2026-10-15");
  expect(statement.unsettled_days).toHaveLength(14);
  const [unread] = statement.days.filter(({ intervals }) => intervals === null);
  expect(unread).toMatchObject({ day: "2026-10-20", consumption_mwh: null, from_grid_mwh: null });
  expect(unread?.from_community_mwh).toBe(unread?.booked[0]?.amount);
  expect(statement.totals.all.consumption_mwh).toBeNull();
});

/** Cells of one day with any numbers, quarter by quarter of an hour. */
const anyCells = (day: string): fc.Arbitrary<DayCells> => {
  const { from, to } = rangeOfLocalDay(ZONE, day);
  const quarter = fc.record({
    state: fc.constantFrom("shared", "shared", "shared", "held", "unmeasured"),
    quality: fc.constantFrom(...qualities.slice(0, 4)),
    pool: fc.nat(9_000_000),
    consumption: fc.nat(9_000_000),
    part: fc.nat(1_000),
  });
  const count = (to - from) / (15 * MINUTE);
  return fc.array(quarter, { minLength: count, maxLength: count }).map((quarters): DayCells => {
    const shared = <T>(pick: (one: (typeof quarters)[number]) => T) =>
      quarters.map((one) => (one.state === "shared" ? pick(one) : null));
    const allotted = shared(({ pool, consumption, part }) => Math.floor((Math.min(pool, consumption) * part) / 1_000));
    const point = { series: "ben/active_energy_import", reason: quarters.map(() => null) };
    return {
      format: 1,
      day,
      from_ms: from,
      to_ms: to,
      interval_ms: 15 * MINUTE,
      community_version: "v1",
      engine: "any",
      state: quarters.map(({ state }) => state as DayCells["state"][number]),
      points: [
        {
          ...point,
          point: "roof",
          role: "generation",
          member: null,
          energy_mwh: shared(({ pool }) => pool),
          quality: quarters.map(() => "measured"),
        },
        {
          ...point,
          point: "ben",
          role: "consumption",
          member: MEMBER,
          energy_mwh: shared(({ consumption }) => consumption),
          quality: quarters.map(({ quality }) => quality),
        },
      ],
      pool_mwh: shared(({ pool }) => pool),
      surplus_mwh: shared(({ pool }) => pool).map((pool, index) =>
        pool === null ? null : pool - (allotted[index] ?? 0),
      ),
      members: [{ member: MEMBER, consumption_mwh: shared(({ consumption }) => consumption), allotted_mwh: allotted }],
    };
  });
};

const days = ["2026-03-28", "2026-03-29", "2026-03-30", "2026-10-25"];
/** Each of the days settled once, and corrected by other cells some days later. */
const anyBooks = fc.tuple(...days.map((day) => fc.tuple(anyCells(day), anyCells(day), fc.nat(400))));

function entriesOf(books: readonly (readonly [DayCells, DayCells, number])[]): readonly MemberEntry[] {
  const entries = books.flatMap(([first, second, delay]): MemberEntry[] => {
    const booked_ms = EpochMs(first.to_ms + 15 * MINUTE);
    const settled = entryOfDay({ cells: first, cells_sha256: "a", booked: [], now: booked_ms });
    const later = EpochMs(booked_ms + delay * 3_600_000);
    const corrected = entryOfDay({ cells: second, cells_sha256: "b", booked: [settled], now: later });
    const [before, after] = [memberIntervals(first, MEMBER), memberIntervals(second, MEMBER)];
    const rest = { digest: "d", run: undefined };
    return [
      { entry: settled, intervals: before, before: undefined, ...rest },
      { entry: corrected, intervals: after, before, ...rest },
    ];
  });
  return entries.toSorted((a, b) => (countedOn(ZONE, a.entry) < countedOn(ZONE, b.entry) ? -1 : 1));
}

function statementOf(entries: readonly MemberEntry[], first: string, last: string) {
  const on = (each: MemberEntry) => countedOn(ZONE, each.entry);
  const before = netOfEntries(entries.filter((each) => on(each) < first).map(({ entry }) => entry));
  const opening = new Map([...before].map(([account, amount]) => [account, new Map([[MWH.name, amount]])] as const));
  const within = entries.filter((each) => on(each) >= first && on(each) <= last);
  const ports = { current: adopted, adopted: [adopted], opening, entries: within, movements: [], units: builtInUnits };
  return makeStatement({ member: MEMBER, period: { first, last }, detail: "intervals", ...ports });
}

test("a period is the sum of its intervals, whichever way it is cut, with no second rounding", () => {
  fc.assert(
    fc.property(anyBooks, fc.integer({ min: 0, max: 360 }), (books, cut) => {
      const entries = entriesOf(books);
      const whole = statementOf(entries, "2026-01-01", "2026-12-31");
      const shown = whole.intervals?.filter(({ pool_mwh }) => pool_mwh !== null) ?? [];
      expect(addAmounts(shown)).toEqual(whole.totals.all);

      const day = addDays("2026-01-01", cut);
      const [left, right] = [
        statementOf(entries, "2026-01-01", day),
        statementOf(entries, addDays(day, 1), "2026-12-31"),
      ];
      expect(addAmounts([left.totals.all, right.totals.all])).toEqual(whole.totals.all);
      expect(left.balances[0]?.closing).toBe(right.balances[0]?.opening);
      expect(right.balances[0]?.closing).toBe(whole.balances[0]?.closing);
      expect(Number(whole.balances[0]?.closing)).toBe(whole.totals.all.from_community_mwh);

      const standing = addAmounts(books.map(([, second]) => sumIntervals(memberIntervals(second, MEMBER) ?? [])));
      expect(whole.totals.all).toEqual(standing);
      for (const line of whole.days) {
        const { expected = 0, ...kinds } = line.intervals ?? {};
        expect(Object.values(kinds).reduce((sum, count) => sum + count, 0)).toBe(expected);
        expect(Number(line.from_community_mwh) + Number(line.from_grid_mwh)).toBe(line.consumption_mwh);
      }
    }),
    { numRuns: 40 },
  );
});

test("the difference of equal intervals is nothing, and an interval that is held again counts back to 0", () => {
  const one = { from_ms: EpochMs(0), to_ms: EpochMs(1), state: "shared", quality: "measured" } as const;
  const energies = {
    consumption_mwh: 5,
    from_community_mwh: 3,
    from_grid_mwh: 2,
    own_use_mwh: 0,
    beyond_mwh: 0,
    pool_mwh: 9,
  };
  const shared = { ...one, ...(energies as Record<keyof typeof energies, MilliWattHours>) };
  const nothing = {
    consumption_mwh: null,
    from_community_mwh: null,
    from_grid_mwh: null,
    own_use_mwh: null,
    beyond_mwh: null,
    pool_mwh: null,
  };
  const held = { ...one, ...nothing, state: "held" as const, quality: "missing" as const };
  expect(differenceOfIntervals([shared], [shared])).toEqual([]);
  expect(differenceOfIntervals([held], [shared])).toEqual([
    {
      ...held,
      consumption_mwh: -5,
      from_community_mwh: -3,
      from_grid_mwh: -2,
      own_use_mwh: 0,
      beyond_mwh: 0,
      pool_mwh: -9,
    },
  ]);
  expect(differenceOfIntervals([shared], [held])).toEqual([shared]);
  expect(MilliWattHours(0)).toBe(0);
});

test("transfers between members stand in both statements, holds only when they are paid, and balances stay the ledger's", async () => {
  await using own = await openOctober();
  const { ledger } = own.stores;
  const acorn = communityUnit("acorn", 2);
  const noon = (day: string) => EpochMs(rangeOfLocalDay(ZONE, day).from + 12 * 60 * MINUTE);
  const moment = (day: string) => ({ now: noon(day), rules: { limits: [] } });
  const steward = { name: "dora", role: "steward" as const };
  const said = { by: steward, unit: acorn.name };
  const credit = accounts.memberCredit;
  await ledger.declareUnit(acorn, { by: steward, at: noon("2026-11-03") });
  const issued = [
    { account: accounts.outside, unit: acorn.name, amount: -2_000 },
    { account: credit("ben"), unit: acorn.name, amount: 2_000 },
  ];
  const give = { kind: "booking", by: steward, id: "issue-ben", reason: "issue", postings: issued } as const;
  const rent = {
    kind: "hold",
    ...said,
    id: "rent",
    reason: "session",
    from: credit("ben"),
    to: credit("ann"),
  } as const;
  const outcomes = [
    ...(await ledger.append([give], moment("2026-11-03"))),
    ...(await ledger.append([{ ...rent, amount: 500, timeout_ms: null }], moment("2026-11-04"))),
    ...(await ledger.append(
      [{ kind: "post", id: "rent-paid", by: steward, reason: "session", hold: "rent", amount: 350 }],
      moment("2026-11-05"),
    )),
  ];
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["created", "created", "created"]);

  const november = { first: "2026-11-04", last: "2026-11-30" };
  const statement = await own.statements.ofMember("ben", november);
  expect(statement.movements).toMatchObject([
    {
      day: "2026-11-05",
      entry: "rent-paid",
      kind: "post",
      by: "dora",
      counterparty: "member:ann:credit",
      booked: [{ unit: "acorn", amount: -350 }],
    },
  ]);
  expect(statement.as_of_ms).toBe(noon("2026-11-05"));
  const unit = acorn.name;
  const { posted } = await ledger.balance({ account: credit("ben"), unit });
  expect(statement.balances.at(-1)).toEqual({
    account: "member:ben:credit",
    kind: "memberCredit",
    unit,
    opening: 2_000,
    closing: posted,
  });
  const anns = await own.statements.ofMember("ann", november);
  expect(anns.movements).toMatchObject([{ counterparty: "member:ben:credit", booked: [{ amount: 350 }] }]);
  expect((await own.statements.ofMember("cem", november)).movements).toEqual([]);
  expect(
    Buffer.from(await formatPdf(statement, "fr"))
      .subarray(0, 5)
      .toString(),
  ).toBe("%PDF-");
  const journal = formatHledger(await own.statements.journal({ kind: "community" }, november));
  expect(journal).toMatch(
    /2026-11-05 \* \(rent-paid\) post: session\n.*\n.*\n {4}member:ann:credit {3}3\.50 acorn\n {4}member:ben:credit +-3\.50 acorn/,
  );
  expect(journal).toContain("commodity 1000.00 acorn");
}, 60_000);
