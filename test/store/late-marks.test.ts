import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { DAY, EpochMs, HOUR } from "../../hub/units.ts";

/** What only the file can show: marks outlive the process, stand or fall with their commit, and old files have none. */

const W = Date.UTC(2026, 5, 14);
const ENERGY = SeriesKey("roof-a/active_energy_export");
const reading = (at: number): Reading => {
  return { series: ENERGY, at: EpochMs(W + at), stampedBy: "device", outcome: "value", value: 1 };
};
type Store = Awaited<ReturnType<typeof openSqliteSeriesStore>>;
const marksOf = async (store: Store) => (await store.lateMarks()).map(({ from_ms, to_ms }) => [from_ms - W, to_ms - W]);

let path: string;
let store: Store;
const reopen = async () => {
  await store.close();
  store = await openSqliteSeriesStore(path, { windowMs: 0 });
};
/** Through a connection of one's own, as another program would. */
const execute = (sql: string) => {
  const db = new Database(path);
  db.exec(sql);
  db.close();
};

beforeEach(async () => {
  path = join(mkdtempSync(join(tmpdir(), "millrace-marks-")), "readings.db");
  store = await openSqliteSeriesStore(path, { windowMs: 0 });
});
afterEach(() => store.close());

test("marks and the booked moment are there after the file is opened again, and ids go on", async () => {
  await store.append([reading(-3 * HOUR)]);
  await store.bookedBefore(EpochMs(W));
  await store.append([reading(5 * HOUR)]);
  const before = await store.lateMarks();
  expect(await marksOf(store)).toEqual([[-3 * HOUR, 5 * HOUR]]);
  await reopen();
  expect(await store.lateMarks()).toEqual(before);
  await store.forgetMarks(before.map(({ id }) => id));
  await reopen();
  expect(await store.lateMarks()).toEqual([]);
  await store.append([reading(6 * HOUR), reading(3 * HOUR), reading(-DAY)]);
  expect(await marksOf(store)).toEqual([
    [-DAY, -DAY],
    [-3 * HOUR, 3 * HOUR],
  ]);
  expect((await store.lateMarks()).map(({ id }) => id)).not.toContain(before[0]?.id);
});

test("a commit that fails leaves no mark and no reading, and the next one marks as if it had never been", async () => {
  await store.append([reading(-3 * HOUR)]);
  await store.bookedBefore(EpochMs(W));
  execute("CREATE TRIGGER no_room AFTER INSERT ON late_mark BEGIN SELECT RAISE(ABORT, 'no room'); END");
  await expect(store.append([reading(5 * HOUR)])).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(await store.lateMarks()).toEqual([]);
  expect(await store.counts()).toMatchObject({ readings: 1 });
  execute("DROP TRIGGER no_room");
  await store.append([reading(6 * HOUR)]);
  expect(await marksOf(store)).toEqual([[-3 * HOUR, 6 * HOUR]]);
});

test("a file of before there were marks opens and takes them", async () => {
  await store.append([reading(HOUR)]);
  await store.close();
  execute("DROP TABLE late_mark; DROP TABLE booked");
  store = await openSqliteSeriesStore(path, { windowMs: 0 });
  await store.append([reading(-DAY)]);
  expect(await store.lateMarks()).toEqual([]);
  await store.bookedBefore(EpochMs(W));
  await store.append([reading(-DAY + 1)]);
  expect(await marksOf(store)).toEqual([[-DAY + 1, -DAY + 1]]);
});

test("a store for reading only shows the marks, books nothing and forgets nothing", async () => {
  const beside = await openSqliteSeriesStore(path, { windowMs: null });
  await store.append([reading(HOUR)]);
  await beside.bookedBefore(EpochMs(W));
  await store.append([reading(-2 * DAY)]);
  expect(await beside.lateMarks()).toEqual([]);
  await store.bookedBefore(EpochMs(W));
  await store.append([reading(-DAY)]);
  expect(await beside.lateMarks()).toEqual(await store.lateMarks());
  expect(await marksOf(store)).toEqual([[-DAY, -DAY]]);
  await expect(beside.forgetMarks([1])).rejects.toMatchObject({ code: "STORE_FAILED" });
  await beside.close();
});

test("once old readings are dropped, a late one before the booked moment is joined with the next value after it anew", async () => {
  await store.bookedBefore(EpochMs(W));
  await store.append([reading(5 * HOUR), reading(9 * HOUR)]);
  await store.dropBefore(ENERGY, EpochMs(W + 6 * HOUR));
  await store.append([reading(-3 * HOUR)]);
  await store.forgetMarks((await store.lateMarks()).map(({ id }) => id));
  await store.append([reading(8 * HOUR)]);
  expect(await marksOf(store)).toEqual([[-3 * HOUR, 8 * HOUR]]);
});
