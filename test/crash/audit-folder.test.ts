import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs, HOUR } from "../../hub/units.ts";
import { auditFolder } from "./audit-folder.ts";
import { createChance } from "./chance.ts";
import { composeMessage } from "./compose-message.ts";
import { createSentList, type SentList } from "./sent-list.ts";

/** The audit of a folder finds what is wrong with it; nothing is wrong with the store here, so the test breaks the files. */

const MESSAGES = 50;
const bookedMs = Date.now() - HOUR;
let folder: string;
let list: SentList;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "millrace-audit-"));
  list = createSentList();
  const stores = await openStores(folder, { windowMs: 0 });
  await stores.series.bookedBefore(EpochMs(bookedMs));
  const chance = createChance(3, "audit");
  for (let index = 0; index < MESSAGES; index += 1) {
    const message = composeMessage(list, { device: "roof-a", now: Date.now(), chance });
    list.add(message);
    await stores.series.append(
      message.readings.map(({ series, at, value }) => {
        return { series, at: EpochMs(at), stampedBy: "device", outcome: "value", value };
      }),
    );
    list.acknowledge(message.id, process.hrtime.bigint());
  }
  await stores.close();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a whole folder is found whole", async () => {
  const report = await auditFolder(list, { folder, bookedMs });
  const readings = list.messages.reduce((sum, message) => sum + message.readings.length, 0);
  expect(report).toMatchObject({ findings: [], owed: MESSAGES, readings });
  expect(report.openMs).toBeGreaterThan(0);
  expect(report.marks).toBeGreaterThan(0);
});

test("a commit that is gone is missed, before and after sealing", async () => {
  const db = new Database(join(folder, "readings.db"));
  db.exec("DELETE FROM head WHERE seq = (SELECT max(seq) FROM head)");
  db.close();
  const { findings } = await auditFolder(list, { folder, bookedMs });
  expect(findings).toEqual([
    expect.stringMatching(/^missing: message 50 of roof-a: 0 of \d readings$/),
    expect.stringMatching(/^after sealing: missing: message 50 of roof-a/),
  ]);
});

test("a late reading whose mark is gone is found, before and after sealing", async () => {
  const db = new Database(join(folder, "readings.db"));
  db.exec("DELETE FROM late_mark WHERE id = (SELECT max(id) FROM late_mark)");
  db.close();
  const { findings } = await auditFolder(list, { folder, bookedMs });
  expect(findings[0]).toMatch(/^unmarked: roof-a\/.* at \d+, before the booked moment/);
  expect(findings.at(-1)).toMatch(/^after sealing: unmarked: roof-a/);
});

test("a file that is no database is told, not thrown", async () => {
  writeFileSync(join(folder, "readings.db"), "no database ".repeat(1_000));
  const { findings } = await auditFolder(list, { folder, bookedMs });
  expect(findings).toEqual([expect.stringMatching(/^the store does not open: .*not a database/)]);
});
