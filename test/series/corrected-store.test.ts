import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import type { Change, Correction, CorrectionLog } from "../../hub/series/corrections.ts";
import { memoryCorrectionLog } from "../../hub/store/memory/correction-log.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteCorrectionLog } from "../../hub/store/sqlite/correction-log.ts";
import { DAY, EpochMs, HOUR } from "../../hub/units.ts";

const POWER = SeriesKey("roof-a/active_power");
const OTHER = SeriesKey("roof-b/active_power");
const reading = (hour: number, series = POWER, more: Partial<Reading> = {}): Reading => {
  return { series, at: EpochMs(hour * HOUR), stampedBy: "arrival", outcome: "value", value: hour, ...more };
};
const correction = (change: Change, from: number, to: number): Correction => ({
  series: POWER,
  range: { from: EpochMs(from * HOUR), to: EpochMs(to * HOUR) },
  change,
  author: "steward-1",
  reason: "the meter was wired through the neighbour's",
  made_ms: EpochMs(9 * DAY),
});
const all = { from: EpochMs(0), to: EpochMs(99 * DAY) };

const logs: Readonly<Record<string, () => CorrectionLog>> = {
  memory: memoryCorrectionLog,
  sqlite: () => sqliteCorrectionLog(openBooks(join(mkdtempSync(join(tmpdir(), "millrace-log-")), "books.db"))),
};

describe.each(Object.entries(logs))("corrections read over a store: %s", (_name, openLog) => {
  const open = async (corrections: readonly Correction[]) => {
    const raw = memorySeriesStore();
    // The two in the middle were stamped by a clock in doubt, so that a clock repair has something to move.
    const unsure = (hour: number): Partial<Reading> => (hour === 2 || hour === 3 ? { isClockUnsure: true } : {});
    await raw.append([0, 1, 2, 3, 4, 5].flatMap((hour) => [reading(hour, POWER, unsure(hour)), reading(hour, OTHER)]));
    const log = openLog();
    await log.add(corrections);
    return { raw, ...(await withCorrections(raw, log)) };
  };
  const values = async (store: { range: Awaited<ReturnType<typeof open>>["store"]["range"] }, series = POWER) =>
    (await store.range(series, all)).map(({ at, value }) => [at / HOUR, value]);

  test.each<[Change["kind"], Change, (number | null)[][]]>([
    [
      "value_offset",
      { kind: "value_offset", by: 10 },
      [
        [0, 0],
        [1, 1],
        [2, 12],
        [3, 13],
        [4, 4],
        [5, 5],
      ],
    ],
    [
      "substitute",
      { kind: "substitute", value: 7.5 },
      [
        [0, 0],
        [1, 1],
        [2, 7.5],
        [3, 7.5],
        [4, 4],
        [5, 5],
      ],
    ],
    [
      "not_available",
      { kind: "not_available" },
      [
        [0, 0],
        [1, 1],
        [2, null],
        [3, null],
        [4, 4],
        [5, 5],
      ],
    ],
    [
      "clock_offset",
      { kind: "clock_offset", by_ms: 24 * HOUR },
      [
        [0, 0],
        [1, 1],
        [4, 4],
        [5, 5],
        [26, 2],
        [27, 3],
      ],
    ],
  ])("%s changes its range alone, and no stored reading", async (_kind, change, expected) => {
    const { raw, store } = await open([correction(change, 2, 4)]);
    expect(await values(store)).toEqual(expected);
    expect(await values(raw)).toEqual([0, 1, 2, 3, 4, 5].map((hour) => [hour, hour]));
    expect(await values(store, OTHER)).toEqual(await values(raw, OTHER));
    const changed = (await store.range(POWER, all)).filter((one) => one.correction === 1);
    expect(changed).toHaveLength(2);
  });

  test("a moved reading is found where it belongs and not where it was stored; buckets and gaps follow", async () => {
    const { store } = await open([correction({ kind: "clock_offset", by_ms: -DAY }, 2, 4)]);
    const before = { from: EpochMs(-DAY), to: EpochMs(0) };
    expect((await store.range(POWER, before)).map(({ value }) => value)).toEqual([2, 3]);
    expect((await store.range(POWER, { from: EpochMs(2 * HOUR), to: EpochMs(4 * HOUR) })).length).toBe(0);
    expect((await store.buckets(POWER, before, HOUR)).map(({ from_ms }) => from_ms / HOUR)).toEqual([-22, -21]);
    const gaps = await store.gaps(POWER, { from: EpochMs(0), to: EpochMs(6 * HOUR) }, HOUR);
    expect(gaps).toEqual([{ from_ms: HOUR, to_ms: 4 * HOUR }]);
  });

  test("a later correction is read over an earlier one, and one that is added counts at once", async () => {
    const { store, corrections } = await open([correction({ kind: "substitute", value: 100 }, 0, 6)]);
    await corrections.add([correction({ kind: "value_offset", by: 1 }, 5, 6)]);
    expect((await values(store)).map(([, value]) => value)).toEqual([100, 100, 100, 100, 100, 101]);
    expect((await store.latest([POWER]))[0]).toMatchObject({ value: 101, correction: 2 });
    expect((await corrections.list()).map(({ version, author }) => [version, author])).toEqual([
      [1, "steward-1"],
      [2, "steward-1"],
    ]);
  });

  test("a clock repair takes the doubt away", async () => {
    const { raw, store } = await open([correction({ kind: "clock_offset", by_ms: 5 }, 6, 8)]);
    await raw.append([reading(7, POWER, { isClockUnsure: true })]);
    const [last] = (await store.range(POWER, all)).slice(-1);
    expect(last).toEqual({ ...reading(7), at: 7 * HOUR + 5, correction: 1 });
  });

  test("a clock repair moves no reading whose time was never in doubt", async () => {
    const { store } = await open([correction({ kind: "clock_offset", by_ms: 24 * HOUR }, 0, 6)]);
    expect((await values(store)).map(([hour]) => hour)).toEqual([0, 1, 4, 5, 26, 27]);
  });

  test("where the clock had run ahead, the newest reading is not the one that was stored last", async () => {
    const { raw, store } = await open([correction({ kind: "clock_offset", by_ms: -24 * HOUR }, 20, 40)]);
    await raw.append([reading(30, POWER, { isClockUnsure: true }), reading(8)]);
    expect((await store.latest([POWER])).map(({ at }) => at / HOUR)).toEqual([8]);
  });
});
