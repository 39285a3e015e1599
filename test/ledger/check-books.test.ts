import { copyFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { accounts } from "../../hub/ledger/account.ts";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteEntryStore } from "../../hub/store/sqlite/entry-store.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import { acorn, ann, ben, correction, hold, issue, post, steward, transfer } from "./movements.ts";
import { settledEntry } from "./settled-entry.ts";

/** Books with an entry of every kind, a burnt id and a unit. */
async function makeBooks(path: string): Promise<void> {
  const db = openBooks(path);
  const ledger = sqliteLedger(db);
  await ledger.declareUnit(acorn, { by: steward, at: EpochMs(1) });
  await ledger.append(
    [
      issue("i1", ann, 1000),
      transfer("t1", ann, ben, 100),
      hold("h1", ann, ben, 50, 100),
      hold("h2", ann, ben, 60, 100),
      post("p1", "h2", 20),
      correction("c1", "t1", []),
      transfer("x1", ann, ben, 100_000),
    ],
    { now: EpochMs(10), rules: { limits: [] } },
  );
  await sqliteEntryStore(db).append(settledEntry("2026-06-13.1", { [accounts.plant("a")]: -5, [accounts.grid]: 5 }));
  db.close();
}

const folder = mkdtempSync(join(tmpdir(), "millrace-tamper-"));
const untouched = join(folder, "books.db");
let copies = 0;
beforeAll(async () => makeBooks(untouched));

async function differencesAfter(tamper: (db: Database.Database) => void): Promise<string> {
  const path = join(folder, `copy-${++copies}.db`);
  copyFileSync(untouched, path);
  const db = new Database(path);
  db.pragma("foreign_keys = OFF");
  db.pragma("synchronous = OFF");
  for (const { name } of db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    .all())
    db.exec(`DROP TRIGGER ${name}`);
  tamper(db);
  db.close();
  const again = openBooks(path);
  const { differences } = await checkBooks(sqliteLedger(again));
  again.close();
  return differences.map(({ entry, what }) => `${entry}: ${what}`).join("\n");
}

test("what nobody touched agrees", async () => {
  expect(await differencesAfter(() => undefined)).toBe("");
});

/** Tables of the ledger and, for each column, another value of its type that breaks no constraint. */
const tables = ["entry", "posting", "account", "account_line", "ledger_unit", "refused_movement"];

test.each(tables)("whatever is changed in a field of %s is found", async (table) => {
  const db = openBooks(":memory:");
  const columns = db.prepare<[string], { name: string; type: string }>("SELECT name, type FROM pragma_table_info(?)");
  const all = columns.all(table);
  db.close();
  expect(all.length).toBeGreaterThan(2);
  for (const { name, type } of all) {
    const other = type === "INTEGER" ? `coalesce(${name}, 0) + 1000` : `coalesce(${name}, '') || 'x'`;
    // The row that is last by this column, so that no constraint is hit on the way.
    const last = `SELECT ${name} FROM ${table} ORDER BY ${name} DESC LIMIT 1`;
    const found = await differencesAfter((books) => {
      books.exec(`UPDATE OR IGNORE ${table} SET ${name} = ${other} WHERE ${name} IS (${last})`);
    });
    expect(found, `${table}.${name}`).not.toBe("");
  }
});

test.each([
  [
    "a transfer of another amount",
    "UPDATE entry SET document = replace(document, '100', '101') WHERE id = 't1'",
    /t1: the entry is not what was booked/,
  ],
  [
    "a running total",
    "UPDATE account_line SET posted_in = posted_in + 1 WHERE entry_seq = 3",
    /h1: the line of member:ann:credit in acorn says posted_in/,
  ],
  [
    "a hold that never ends",
    "UPDATE entry SET due_ms = NULL WHERE id = 'h1'",
    /h1: the entry is filed as something else/,
  ],
  ["a document that is no JSON", "UPDATE entry SET document = 'x' WHERE id = 'h1'", /h1: its document cannot be read/],
  [
    "an entry taken away",
    "DELETE FROM account_line WHERE entry_seq = 2; DELETE FROM entry WHERE id = 't1'",
    /h1: 1 entries before it are missing/,
  ],
  [
    "a line taken away",
    "DELETE FROM account_line WHERE entry_seq = 2",
    /t1: the line of member:ann:credit in acorn is missing/,
  ],
  [
    "a line put in",
    "INSERT INTO account_line SELECT account_no, 11, 3, 5, NULL, 9, 9, 9, 9 FROM account_line WHERE entry_seq = 1 AND amount < 0",
    /h1: a line of outside acorn was added/,
  ],
  ["a burnt id made free", "UPDATE refused_movement SET id = 'x2'", /the refusal of x2 is not what was kept/],
  ["a unit of another scale", "UPDATE ledger_unit SET decimals = 3", /the unit acorn is not what was kept/],
])("%s is named", async (_what, sql, expected) => {
  expect(await differencesAfter((db) => db.exec(sql))).toMatch(expected);
});
