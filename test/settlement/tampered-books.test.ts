import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { publishCheckpoint } from "../../hub/ledger/publish-checkpoint.ts";
import { verifyFolder } from "../../hub/settlement/verify-folder.ts";
import { openSigningKey } from "../../hub/store/signing-key.ts";
import { openSettlement, registerReadings, wholeDay } from "./sunny-day.ts";

const hours = (wh: number) => Array.from({ length: 24 }, () => wh);

/** Settle a day and sign the books; let somebody change a file from outside; verify all there is. */
async function findingsAfter(file: string, tamper: string): Promise<readonly string[]> {
  const before = await openSettlement();
  await before.stores.series.append([
    ...registerReadings("roof/active_energy_export", hours(900)),
    ...registerReadings("ann/active_energy_import", hours(400)),
    ...registerReadings("ben/active_energy_import", hours(700)),
  ]);
  await before.settlement.settle(wholeDay);
  const key = openSigningKey(before.folder, "Test street");
  await publishCheckpoint(before.stores.log, key);
  await before[Symbol.asyncDispose]();
  const db = new Database(join(before.folder, file));
  for (const { name } of db
    .prepare<[], { name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
    .all()) {
    db.exec(`DROP TRIGGER ${name}`);
  }
  db.exec(tamper);
  db.close();
  await using open = await openSettlement(undefined, before.folder);
  const found = await verifyFolder({ ...open.stores, settlement: open.settlement }, key.verifierKey);
  return found.differences.map(({ what }) => what);
}

test("books that nobody touched agree, log and checkpoint included", async () => {
  expect(await findingsAfter("books.db", "SELECT 1")).toEqual([]);
});

test.each([
  ["an entry's root over the columns", "books.db", "UPDATE entry SET columns_root = replace(columns_root, 'a', 'b')"],
  ["an entry's engine", "books.db", "UPDATE entry SET engine = 'other'"],
  ["an entry's range", "books.db", "UPDATE entry SET to_ms = to_ms + 1"],
  ["when an entry was booked", "books.db", "UPDATE entry SET booked_ms = booked_ms + 1"],
  ["a posting", "books.db", "UPDATE posting SET amount_mwh = amount_mwh + 1 WHERE account = 'member:ann:used'"],
  ["an account line", "books.db", "UPDATE account_line SET posted_in = posted_in + 1"],
  ["the log", "books.db", "UPDATE log_leaf SET hashes = zeroblob(length(hashes))"],
  ["a checkpoint", "books.db", "UPDATE log_checkpoint SET note = replace(note, '1', '2')"],
  ["a lost leaf", "books.db", "DELETE FROM log_leaf"],
  ["the community's document", "books.db", "UPDATE community SET document = replace(document, 'ann', 'eve')"],
  ["the cells", "settlement.db", "UPDATE cells SET body = zeroblob(10)"],
  ["a column's salt", "settlement.db", "UPDATE column_salt SET salt = randomblob(32) WHERE member = 'ann'"],
  ["the columns' leaves", "settlement.db", "UPDATE column_leaves SET hashes = zeroblob(length(hashes))"],
])("tampering with %s is named", async (_name, file, tamper) => {
  expect((await findingsAfter(file, tamper)).length).toBeGreaterThan(0);
});
