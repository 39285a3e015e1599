import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { verifyBooks } from "../../hub/ledger/verify-books.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { openDatabase } from "../../hub/store/sqlite/open-database.ts";
import { community, DAY_START, openSettlement, registerReadings } from "../settlement/sunny-day.ts";
import { chooseSeed, createChance } from "./chance.ts";

const LAUNCHER = join(import.meta.dirname, "../../hub/launch.mjs");
const DAYS = 150;
const KILLS = 6;
/** Days booked from one kill to the next, at most: all of them together stay far from the end. */
const MOST_BETWEEN = 8;
const PATIENCE_MS = 20_000;
const hours = (wh: number) => Array.from({ length: DAYS * 24 }, (_, hour) => wh + (hour % 7) * 10);

/** Resolves within a few ms of the moment when so many days are booked. */
async function untilBooked(folder: string, count: number): Promise<void> {
  const db = openDatabase(join(folder, "books.db"), { readonly: true });
  const booked = db.prepare<[], number>("SELECT count(*) FROM entry").pluck();
  for (const limit = performance.now() + PATIENCE_MS; (booked.get() ?? 0) < count; await delay(1)) {
    if (performance.now() > limit) throw new Error(`${count} days were not booked within ${PATIENCE_MS} ms`);
  }
  db.close();
}

/** A folder of days that nobody has settled yet. */
async function makeFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-settle-kills-"));
  const from = DAY_START - DAYS * 86_400_000;
  await using open = await openSettlement(undefined, folder);
  await open.stores.communities.adopt(community, 1);
  for (const [series, wh] of [
    ["roof/active_energy_export", 900],
    ["ann/active_energy_import", 400],
    ["ben/active_energy_import", 700],
  ] as const) {
    await open.stores.series.append(registerReadings(series, hours(wh), from));
  }
  return folder;
}

const settle = (folder: string) => spawn(process.execPath, [LAUNCHER, "settle", "--data", folder], { stdio: "ignore" });

async function booked(folder: string) {
  await using open = await openSettlement(undefined, folder);
  const { differences } = await verifyBooks({ ...open.stores }, undefined);
  const days = await open.stores.entries.days();
  const entries = await Promise.all(
    days.map(async (day) => (await open.stores.entries.ofDay(day)).map(({ entry }) => entry)),
  );
  return {
    differences,
    /** What does not hang on the moment and on random salts. */
    said: entries.flat().map(({ booked_ms: _when, columns_root: _root, ...entry }) => entry),
    findings: (await verify({ ...open.stores, settlement: open.settlement })).differences,
    runs: (await Promise.all(days.map((day) => open.stores.runs.ofDay(day)))).flat().length,
  };
}

test(`settling that is killed ${KILLS} times books what it would have booked in one go`, async () => {
  const folder = await makeFolder();
  const whole = mkdtempSync(join(tmpdir(), "millrace-settle-whole-"));
  cpSync(folder, whole, { recursive: true });
  expect((await once(settle(whole), "exit"))[0]).toBe(0);
  const expected = await booked(whole);
  expect(expected.findings).toEqual([]);

  const seed = chooseSeed(process.env.SETTLE_KILLS_SEED);
  const draw = createChance(seed, "settle-kills");
  const counts: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const child = settle(folder);
    const gone = once(child, "exit");
    const wanted = (counts.at(-1) ?? 0) + 1 + draw.below(MOST_BETWEEN);
    await untilBooked(folder, wanted);
    child.kill("SIGKILL");
    await gone;
    const { differences, findings, said } = await booked(folder);
    expect(differences, `seed ${seed}`).toEqual([]);
    // The day that was being booked may lack what the next run adds.
    expect(
      findings.filter(({ what }) => what !== "the leaves of its members' columns are missing"),
      `seed ${seed}`,
    ).toEqual([]);
    counts.push(said.length);
  }
  expect(counts, "a day was taken back").toEqual([...new Set(counts)].toSorted((a, b) => a - b));
  expect(counts.at(-1)).toBeLessThan(expected.said.length);
  expect((await once(settle(folder), "exit"))[0]).toBe(0);
  const { said, findings, differences, runs } = await booked(folder);
  expect(said, `seed ${seed}; days after each kill: ${counts}`).toEqual(expected.said);
  console.log(counts);
  expect([findings, differences]).toEqual([[], []]);
  expect(runs).toBe(expected.runs);
}, 120_000);
