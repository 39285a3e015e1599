import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { verify } from "../../hub/settlement/verify.ts";
import { decodeHeadRow, encodeHeadRow } from "../../hub/store/sqlite/head-row.ts";
import { openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const hours = (energy: (hour: number) => number) => Array.from({ length: 24 }, (_, hour) => energy(hour));
const readings = [
  ...registerReadings(
    "roof/active_energy_export",
    hours((hour) => (hour >= 6 && hour < 20 ? 900 : 0)),
  ),
  ...registerReadings(
    "ann/active_energy_import",
    hours(() => 400),
  ),
  ...registerReadings(
    "ben/active_energy_import",
    hours(() => 700),
  ),
];

/** Settle a day, let somebody tamper with a file from outside, and verify. */
async function verifyAfter(
  file: string,
  tamper: string | ((db: Database.Database) => void),
): Promise<readonly string[]> {
  const before = await openSettlement();
  // One late reading makes a second entry, so that a correction is verified too.
  await before.stores.series.append(readings.slice(0, -1));
  await before.settlement.settle(wholeDay);
  await before.stores.series.append(readings.slice(-1));
  await before.settlement.settle(wholeDay);
  await before[Symbol.asyncDispose]();
  const db = new Database(join(before.folder, file));
  if (typeof tamper === "string") db.exec(tamper);
  else tamper(db);
  db.close();
  await using open = await openSettlement(undefined, before.folder);
  const found = await verify({ ...open.stores, settlement: open.settlement });
  expect(found).toMatchObject({ days: 1 });
  return found.differences.map(({ entry, what }) => `${entry}: ${what}`);
}

/** One Wh more in one reading of the roof, written as the hub itself would have written it. */
function changeReading(db: Database.Database): void {
  const { body } = db.prepare<[], { body: Buffer }>("SELECT body FROM head WHERE seq = 1").get()!;
  const row = decodeHeadRow(body);
  const value = Array.from(row.value, (one, index) => (index === 8 ? one + 1 : one));
  db.prepare("UPDATE head SET body = ? WHERE seq = 1").run(encodeHeadRow({ ...row, value }));
}

const freely = (table: string, sql: string) =>
  `DROP TRIGGER IF EXISTS ${table}_keeps_update; DROP TRIGGER IF EXISTS ${table}_keeps_delete; ${sql}`;

test("what nobody touched agrees", async () => {
  expect(await verifyAfter("books.db", "SELECT 1")).toEqual([]);
});

test.each([
  ["a reading", "readings.db", changeReading, /2026-06-13\.2: by the readings energy of/],
  ["a lost reading", "readings.db", "DELETE FROM head WHERE seq = 1", /2026-06-13\.2: by the readings/],
  [
    "two postings",
    "books.db",
    freely(
      "posting",
      "UPDATE posting SET amount_mwh = amount_mwh + CASE account WHEN 'plant:roof' THEN 5 ELSE -5 END WHERE entry_seq = 1 AND account IN ('plant:roof', 'member:ann:used')",
    ),
    /2026-06-13\.1: (the entry is not what was booked|posting to)/,
  ],
  [
    "one posting",
    "books.db",
    freely("posting", "UPDATE posting SET amount_mwh = 1 WHERE entry_seq = 1 AND account = 'plant:roof'"),
    /sum to/,
  ],
  [
    "a lost posting",
    "books.db",
    freely("posting", "DELETE FROM posting WHERE entry_seq = 1 AND account = 'plant:roof'"),
    /2026-06-13\.1: posting to plant:roof is missing|sum to/,
  ],
  [
    "the entry's day",
    "books.db",
    freely("entry", "UPDATE entry SET from_ms = from_ms + 1 WHERE seq = 2"),
    /2026-06-13\.2: the entry is not what was booked/,
  ],
  [
    "a lost first entry",
    "books.db",
    freely(
      "entry",
      `PRAGMA foreign_keys = OFF; ${freely("posting", "DELETE FROM posting WHERE entry_seq = 1")}; DELETE FROM entry WHERE seq = 1`,
    ),
    /before it is missing|posting to/,
  ],
  ["lost cells", "settlement.db", "DELETE FROM cells", /cells are missing/],
  ["spoilt cells", "settlement.db", "UPDATE cells SET body = x'00'", /cells are missing/],
  [
    "the community document",
    "books.db",
    freely("community", "UPDATE community SET document = replace(document, 'consumption', 'equal')"),
    /community document it was settled by is missing/,
  ],
])("tampering with %s is named", async (_what, file, tamper, expected) => {
  const differences = await verifyAfter(file, tamper);
  expect(differences.join("\n")).toMatch(expected);
});
