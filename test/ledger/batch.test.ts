import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import { MOST_IN_BATCH } from "../../hub/ledger/ledger.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";
import { BATCH, batchOf, REFUSED_EVERY } from "./killed-batches.ts";
import { acorn, ann, ben, issue, steward, transfer } from "./movements.ts";

const newBooks = () => join(mkdtempSync(join(tmpdir(), "millrace-batch-")), "books.db");
const moment = { now: EpochMs(10), rules: { limits: [] } };

test("a batch that cannot be kept leaves nothing, neither entries nor burnt ids", async () => {
  const path = newBooks();
  const db = openBooks(path);
  const ledger = sqliteLedger(db);
  await ledger.declareUnit(acorn, { by: steward, at: EpochMs(1) });
  db.exec(`CREATE TEMP TRIGGER full_disk BEFORE INSERT ON entry WHEN NEW.id = 't2'
    BEGIN SELECT RAISE(ABORT, 'no space left'); END`);
  const batch = [issue("i1", ann, 100), transfer("t1", ann, ben, 1000), transfer("t2", ann, ben, 10)];
  await expect(ledger.append(batch, moment)).rejects.toThrow("no space left");
  db.close();
  const again = openBooks(path);
  const reopened = sqliteLedger(again);
  expect(await reopened.records({ after: 0, limit: 10 })).toEqual([]);
  expect(await reopened.refusal("t1")).toBeUndefined();
  expect(await reopened.balances()).toEqual([]);
  // The same ids can be sent again.
  const outcomes = await reopened.append(batch, moment);
  expect(outcomes.map(({ outcome }) => outcome)).toEqual(["created", "refused", "created"]);
  again.close();
});

test("two programs cannot spend the same credit", async () => {
  const path = newBooks();
  const [one, other] = [openBooks(path), openBooks(path)];
  const [first, second] = [sqliteLedger(one), sqliteLedger(other)];
  await first.declareUnit(acorn, { by: steward, at: EpochMs(1) });
  await first.append([issue("i1", ann, 100)], moment);
  expect((await second.append([transfer("t1", ann, ben, 70)], moment))[0]?.outcome).toBe("created");
  expect((await first.append([transfer("t2", ann, ben, 70)], moment))[0]).toMatchObject({
    refusal: { code: "LIMIT_EXCEEDED", projected: -40 },
  });
  expect((await second.append([transfer("t2", ann, ben, 1)], moment))[0]).toMatchObject({
    refusal: { code: "ENTRY_ID_FAILED" },
  });
  expect((await checkBooks(second)).differences).toEqual([]);
  one.close();
  other.close();
});

test("a batch is bounded", async () => {
  const batch = Array.from({ length: MOST_IN_BATCH + 1 }, (_, index) => issue(`i${index}`, ann, 1));
  await expect(sqliteLedger(openBooks(newBooks())).append(batch, moment)).rejects.toThrow(RangeError);
});

test("what was acknowledged before a kill is in the books, and every batch is there whole or not at all", async () => {
  const path = newBooks();
  const child = spawn(process.execPath, [join(import.meta.dirname, "append-until-killed.ts"), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let acknowledged = -1;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged === 30) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(acknowledged).toBeGreaterThanOrEqual(30);
  const db = openBooks(path);
  const ledger = sqliteLedger(db);
  for (let batch = 0; batch <= acknowledged + 2; batch += 1) {
    const found = await Promise.all(batchOf(batch).map(async ({ id }) => ledger.movement(id)));
    const burnt = await Promise.all(batchOf(batch).map(async ({ id }) => ledger.refusal(id)));
    const booked = found.filter((one) => one !== undefined).length;
    const refused = burnt.filter((one) => one !== undefined).length;
    const whole = [BATCH - BATCH / REFUSED_EVERY, BATCH / REFUSED_EVERY];
    expect([[0, 0], whole]).toContainEqual([booked, refused]);
    if (batch <= acknowledged) expect([booked, refused]).toEqual(whole);
  }
  expect((await checkBooks(ledger)).differences).toEqual([]);
  db.close();
}, 30_000);
