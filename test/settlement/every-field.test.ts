import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { beforeAll, expect, test } from "vitest";
import { accounts } from "../../hub/ledger/account.ts";
import { communityUnit } from "../../hub/ledger/ledger-unit.ts";
import type { Movement } from "../../hub/ledger/movement.ts";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import type { Actor } from "../../hub/members/actor.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { verifyFolder } from "../../hub/settlement/verify-folder.ts";
import { openSigningKey } from "../../hub/store/signing-key.ts";
import type { Stores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs } from "../../hub/units.ts";
import { DAY_START, openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

/** Whoever may publish can be issued anew: what is kept of it is a hash, and nothing rests on it. */
const UNCHECKED = new Set(["credential"]);
const at = EpochMs(DAY_START);
const by: Actor = { name: "steward", role: "steward" };
const said = { by: by.name, reason: "test", made_ms: at };
const acorn = communityUnit("acorn", 2);
const [ann, ben] = [accounts.memberCredit("ann"), accounts.memberCredit("ben")];

/** Something in every table. */
async function fillBooks(stores: Stores): Promise<void> {
  await stores.ledger.declareUnit(acorn, { by, at });
  const unit = acorn.name;
  const postings = [
    { account: ann, unit, amount: 100 },
    { account: accounts.outside, unit, amount: -100 },
  ];
  const movements: readonly Movement[] = [
    { kind: "booking", id: "i1", by, reason: "grant", postings },
    { kind: "transfer", id: "t1", by, reason: "thanks", from: ann, to: ben, unit, amount: 30 },
    { kind: "transfer", id: "t2", by, reason: "much", from: ann, to: ben, unit, amount: 3_000 },
    { kind: "hold", id: "h1", by, reason: "mill", from: ann, to: ben, unit, amount: 20, timeout_ms: null },
    { kind: "post", id: "p1", by, reason: "mill", hold: "h1", amount: 5 },
  ];
  const outcomes = await stores.ledger.append(movements, { now: at, rules: { limits: [] } });
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["created", "created", "refused", "created", "created"]);
  const later = { from: EpochMs(wholeDay.to + 1), to: EpochMs(wholeDay.to + 2) };
  await stores.corrections.add([
    {
      ...{ series: SeriesKey("ann/active_energy_import"), range: later, change: { kind: "value_offset", by: 0 } },
      ...{ author: by.name, reason: "test", made_ms: at },
    },
  ]);
  const series = SeriesKey("ann/active_energy_import");
  await stores.registerEvents.add(
    {
      ...{ point: "ann", kind: "stuck", verdict: "noted", from_ms: later.from, to_ms: later.to, answers: null },
      ...{ series_before: series, series_after: series, end_mwh: null, start_mwh: null },
    },
    said,
  );
  await stores.acceptances.add({ point: "ann", from_ms: later.from, to_ms: later.to, ...said });
  await stores.deviceDocuments.save({ id: "dryer", mqtt: { dialect: "tasmota", topic: "dryer" } }, by.name, at);
  const [day] = await stores.entries.days();
  const opened = { case: "c1", by: by.name, role: by.role, reason: "test", at_ms: at, evidence_sha256: "0".repeat(64) };
  const about = { entry: `${day}.1`, day: day ?? "", member: "ann", from_ms: at, to_ms: later.from, due_ms: later.to };
  await stores.cases.open({ step: "opened", ...opened, ...about }, "{}");
}

let untouched: string;
let verifierKey: string;

beforeAll(async () => {
  await using open = await openSettlement();
  await open.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(900)),
    ...registerReadings("ann/active_energy_import", hours(400)),
    ...registerReadings("ben/active_energy_import", hours(700)),
  ]);
  await open.settlement.settle(wholeDay);
  await fillBooks(open.stores);
  const key = openSigningKey(open.folder, "Test street");
  await publishCheckpoint(open.stores.log, key);
  untouched = open.folder;
  verifierKey = key.verifierKey;
});

test("books that nobody touched agree, whatever is in them", async () => {
  expect(await findings(await copyOf(untouched))).toEqual([]);
});

test("a change of any field of any table in books.db and settlement.db is named", { timeout: 120_000 }, async () => {
  const unnamed: string[] = [];
  let tampered = 0;
  for (const file of ["books.db", "settlement.db"]) {
    for (const { table, column, type } of fieldsOf(join(untouched, file))) {
      const folder = await copyOf(untouched);
      if (!changeField(join(folder, file), table, column, type)) continue;
      tampered += 1;
      if ((await findings(folder)).length === 0) unnamed.push(`${table}.${column}`);
    }
  }
  expect(unnamed).toEqual([]);
  expect(tampered).toBeGreaterThan(80);
});

function hours(wh: number): readonly number[] {
  return Array.from({ length: 24 }, () => wh);
}

/** Whatever was written stands in the files themselves once every connection is closed. */
async function copyOf(folder: string): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "millrace-field-"));
  cpSync(folder, copy, { recursive: true });
  return copy;
}

async function findings(folder: string): Promise<readonly string[]> {
  await using open = await openSettlement(undefined, folder);
  const found = await verifyFolder({ ...open.stores, settlement: open.settlement }, verifierKey);
  return found.differences.map(({ entry, what }) => `${entry}: ${what}`);
}

interface Field {
  readonly table: string;
  readonly column: string;
  readonly type: string;
}

/** Every field of every table; none of them is empty. */
function fieldsOf(file: string): readonly Field[] {
  const db = new Database(file, { readonly: true });
  const tables = db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all();
  const checked = tables.filter(({ name }) => !UNCHECKED.has(name));
  const empty = checked.filter(({ name }) => db.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get() === undefined);
  expect(empty).toEqual([]);
  const fields = checked.flatMap(({ name: table }) =>
    db
      .prepare<[], { name: string; type: string }>(`PRAGMA table_info(${table})`)
      .all()
      .map(({ name: column, type }) => ({ table, column, type })),
  );
  db.close();
  return fields;
}

/** Somebody with a tool changes the last row that has this field. @returns false where the table itself refuses it */
function changeField(file: string, table: string, column: string, type: string): boolean {
  const db = new Database(file);
  try {
    db.pragma("foreign_keys = OFF");
    for (const { name } of db
      .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
      .all())
      db.exec(`DROP TRIGGER ${name}`);
    const other =
      type === "INTEGER"
        ? `coalesce(${column}, 0) + 1000003`
        : type === "BLOB"
          ? `zeroblob(coalesce(length(${column}), 3))`
          : `coalesce(${column}, '') || 'x'`;
    const key = db
      .prepare<[], { name: string; pk: number }>(`PRAGMA table_info(${table})`)
      .all()
      .filter(({ pk }) => pk > 0)
      .map(({ name }) => name);
    const names = key.length === 0 ? "rowid" : key.join(", ");
    const last = `SELECT ${names} FROM ${table} ORDER BY ${names.replaceAll(",", " DESC,")} DESC LIMIT 1`;
    return db.prepare(`UPDATE ${table} SET ${column} = ${other} WHERE (${names}) = (${last})`).run().changes === 1;
  } finally {
    db.close();
  }
}
