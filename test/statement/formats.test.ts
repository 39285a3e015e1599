import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../hub/canonical-json.ts";
import type { Entry } from "../../hub/ledger/entry.ts";
import { builtInUnits } from "../../hub/ledger/ledger-unit.ts";
import { kwhDecimals } from "../../hub/statement/energy-decimals.ts";
import { formatCsv } from "../../hub/statement/format-csv.ts";
import { formatJson } from "../../hub/statement/format-json.ts";
import { formatPdf } from "../../hub/statement/format-pdf.ts";
import { memberIntervals } from "../../hub/statement/member-intervals.ts";
import { countedOn, daysOf, monthEnds, type Period, parsePeriod, periodName } from "../../hub/statement/period.ts";
import { printable } from "../../hub/statement/printable.ts";
import { type MemberEntry, makeStatement } from "../../hub/statement/statement.ts";
import { EpochMs } from "../../hub/units.ts";
import { community, ZONE } from "./october.ts";

test.each<[string, Period, readonly string[]]>([
  ["2026-02", { first: "2026-02-01", last: "2026-02-28" }, ["2026-02-28"]],
  ["2028-02", { first: "2028-02-01", last: "2028-02-29" }, ["2028-02-29"]],
  ["2026-12", { first: "2026-12-01", last: "2026-12-31" }, ["2026-12-31"]],
  ["2026-06-13", { first: "2026-06-13", last: "2026-06-13" }, ["2026-06-13"]],
  ["2026-01-31..2026-03-02", { first: "2026-01-31", last: "2026-03-02" }, ["2026-01-31", "2026-02-28", "2026-03-02"]],
])("the period %s", (text, period, ends) => {
  expect(parsePeriod(text)).toEqual(period);
  expect(periodName(period)).toBe(text);
  expect(monthEnds(period)).toEqual(ends);
});

test("a leap year has 366 days and 12 month ends", () => {
  expect(daysOf(parsePeriod("2028"))).toHaveLength(366);
  expect(monthEnds(parsePeriod("2028"))).toHaveLength(12);
  expect(periodName(parsePeriod("2028-01-01..2028-12-31"))).toBe("2028");
});

test.each([
  "",
  "26",
  "2026-13",
  "2026-02-30",
  "2026-6",
  "2026-06-02..2026-06-01",
  "2026..2027",
  "2026-01-01..2027-01-02",
  "2026-06-01..",
  "June",
])("%j is no period", (text) => expect(() => parsePeriod(text)).toThrow(/period/));

test("a settlement counts on its own day, a correction on the local day it was booked", () => {
  const entry = { day: "2026-10-10", booked_ms: EpochMs(Date.UTC(2026, 9, 31, 23, 30)) } as Entry;
  expect(countedOn(ZONE, { ...entry, kind: "settlement" })).toBe("2026-10-10");
  expect(countedOn(ZONE, { ...entry, kind: "correction" })).toBe("2026-11-01");
  expect(countedOn(ZONE, { ...entry, kind: "correction", booked_ms: EpochMs(0) })).toBe("2026-10-10");
});

test.each([
  [0, "0.000000"],
  [1, "0.000001"],
  [-1, "-0.000001"],
  [999_999, "0.999999"],
  [-1_000_000, "-1.000000"],
  [1_234_567_890, "1234.567890"],
  [Number.MAX_SAFE_INTEGER, "9007199254.740991"],
])("%i mWh are %s kWh", (energy, text) => expect(kwhDecimals(energy)).toBe(text));

test.each([
  ["é ñ ü ß € “ü” – ç À Ø ¿¡", "é ñ ü ß € “ü” – ç À Ø ¿¡"],
  ["e\u0301", "é"],
  ["Łódź őű ğ", "Lódz ou g"],
  ["東京 −5 1\u202f000", "?? -5 1\u00a0000"],
])("%s is printed as %s", (text, shown) => expect(printable(text)).toBe(shown));

/** One day of which own generation and credit are a part, with a reason that a table must quote. */
function ownGeneration(reason: string) {
  const day = "2026-06-13";
  const from = Date.UTC(2026, 5, 12, 22);
  const cells = (allotted: number) => ({
    format: 1 as const,
    day,
    from_ms: from,
    to_ms: from + 3_600_000,
    interval_ms: 1_800_000,
    community_version: "v",
    engine: "e",
    state: ["shared", "held"] as const,
    points: [],
    pool_mwh: [9_000_000, null],
    surplus_mwh: [0, null],
    members: [
      {
        member: "ann",
        consumption_mwh: [5_000_000, 1],
        allotted_mwh: [allotted, null],
        own_mwh: [1_500_000, null],
        beyond_mwh: [250_000, null],
      },
    ],
  });
  const [before, after] = [memberIntervals(cells(2_000_000), "ann"), memberIntervals(cells(2_000_001), "ann")];
  const said = {
    day,
    community_version: "v",
    cells_sha256: "c",
    engine: "e",
    from_ms: EpochMs(from),
    to_ms: EpochMs(from + 3_600_000),
  };
  const postings = [
    { account: "member:ann:credit", amount_mwh: 250_000 },
    { account: "member:ann:own", amount_mwh: 1_500_000 },
    { account: "member:ann:used", amount_mwh: 2_000_000 },
  ] as unknown as Entry["postings"];
  const settled: Entry = {
    ...said,
    id: `${day}.1`,
    kind: "settlement",
    corrects: null,
    booked_ms: EpochMs(from),
    postings,
  };
  const correction = [{ account: "member:ann:used", amount_mwh: 1 }] as unknown as Entry["postings"];
  const corrected: Entry = {
    ...settled,
    id: `${day}.2`,
    kind: "correction",
    corrects: settled.id,
    postings: correction,
  };
  const run = { by: "dora", reason, state: "corrected" } as unknown as MemberEntry["run"];
  return makeStatement({
    member: "ann",
    period: { first: day, last: day },
    current: { version: "v", adopted_ms: 0, community },
    adopted: [{ version: "v", adopted_ms: 0, community }],
    opening: new Map(),
    movements: [],
    units: builtInUnits,
    entries: [
      { entry: settled, digest: "d1", intervals: before, before: undefined, run: undefined },
      { entry: corrected, digest: "d2", intervals: after, before, run },
    ],
    detail: "days",
  });
}

test("own generation, credit and the grid make up what was used, and every account has its balance", () => {
  const statement = ownGeneration("because");
  expect(statement.totals.all).toEqual({
    consumption_mwh: 5_000_000,
    from_community_mwh: 2_000_001,
    from_grid_mwh: 1_499_999,
    own_use_mwh: 1_500_000,
    beyond_mwh: 250_000,
    pool_mwh: 9_000_000,
  });
  expect(statement.balances.map(({ kind, closing }) => [kind, closing])).toEqual([
    ["memberUsed", 2_000_001],
    ["memberOwn", 1_500_000],
    ["memberCredit", 250_000],
  ]);
});

test("a statement with own generation is printed, and equal statements are equal bytes", async () => {
  const [one, two] = await Promise.all([formatPdf(ownGeneration("x"), "de"), formatPdf(ownGeneration("x"), "de")]);
  expect(Buffer.from(one).equals(Buffer.from(two))).toBe(true);
  expect(Buffer.from(await formatPdf(ownGeneration("y"), "de")).equals(Buffer.from(one))).toBe(false);
});

test("canonical JSON reads back as it was, and says its form", () => {
  const text = formatJson(ownGeneration("é"));
  expect(JSON.parse(text)).toEqual(ownGeneration("é"));
  expect(text).toBe(`${canonicalJson(JSON.parse(text))}\n`);
  expect(JSON.parse(text)).toMatchObject({ format: "millrace-statement", version: 1 });
});

test("for any reason, a reader of RFC 4180 finds every row whole, and no cell begins like a formula", () => {
  const reason = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("=1+1", '@a,"b"', "+\r\n", "-x"));
  fc.assert(
    fc.property(reason, (text) => {
      const rows: string[][] = parse(formatCsv(ownGeneration(text)));
      expect(rows).toHaveLength(3);
      expect(new Set(rows.map((row) => row.length)).size).toBe(1);
      const shown = rows[2]?.at(-1) ?? "";
      expect([text, `'${text}`]).toContain(shown);
      expect(/^[=+@\t\r]/.test(shown)).toBe(false);
      expect(rows[2]?.slice(9, 15)).toEqual(["0.000000", "0.000001", "-0.000001", "0.000000", "0.000000", "0.000000"]);
    }),
    { numRuns: 100 },
  );
});
