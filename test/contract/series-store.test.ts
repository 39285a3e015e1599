import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import {
  type Delivery,
  QUARANTINE_BYTES,
  QUARANTINE_ROWS,
  QUARANTINE_TOTAL_BYTES,
  type SeriesStore,
} from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { EpochMs, HOUR, MINUTE, type Ms } from "../../hub/units.ts";
import { sqliteSeriesStores } from "./sqlite-series-stores.ts";

const T0 = 1_780_000_000_000;
const POWER = SeriesKey("roof-a/active_power");
const ENERGY = SeriesKey("roof-a/active_energy_export");

const reading = (at: number, value: number | null = 1, more: Partial<Reading> = {}): Reading => ({
  series: POWER,
  at: EpochMs(T0 + at),
  stampedBy: "device",
  outcome: value === null ? "not_available" : "value",
  value,
  ...more,
});
const all = { from: EpochMs(0), to: EpochMs(T0 * 2) };

const adapters: Readonly<Record<string, (folder: string) => Promise<SeriesStore>>> = {
  memory: async () => memorySeriesStore(),
  ...sqliteSeriesStores,
};

describe.each(Object.entries(adapters))("series store: %s", (_name, open) => {
  let store: SeriesStore;
  beforeEach(async () => {
    store = await open(mkdtempSync(join(tmpdir(), "millrace-contract-")));
  });
  afterEach(() => store.close());

  test("a reading comes back as it went in, to the last bit", async () => {
    const given = [
      reading(0, 0.1 + 0.2),
      reading(1, -5e-324),
      reading(2, null),
      reading(3, null, { outcome: "read_failed" }),
    ];
    expect(await store.append(given)).toEqual({ stored: 4, repeated: 0, conflicting: 0 });
    expect(await store.range(POWER, all)).toEqual(given);
  });

  test("a resend changes nothing; another value at the same stamp is counted, kept aside, and the first stands", async () => {
    await store.append([reading(0, 7)]);
    expect(await store.append([reading(0, 7), reading(1, 8)])).toEqual({ stored: 1, repeated: 1, conflicting: 0 });
    expect(await store.append([reading(0, 9)])).toEqual({ stored: 0, repeated: 0, conflicting: 1 });
    expect(await store.append([reading(0, 9)])).toEqual({ stored: 0, repeated: 1, conflicting: 0 });
    expect(await store.append([reading(0, null)])).toEqual({ stored: 0, repeated: 0, conflicting: 1 });
    expect((await store.range(POWER, all)).map(({ value }) => value)).toEqual([7, 8]);
    expect(await store.counts()).toMatchObject({ series: 1, readings: 2, conflicts: 2 });
  });

  test("two readings of one stamp in one append: the first stands", async () => {
    expect(await store.append([reading(0, 1), reading(0, 2), reading(0, 1)])).toEqual({
      stored: 1,
      repeated: 1,
      conflicting: 1,
    });
  });

  test("an arrival-stamped reading takes the next free ms", async () => {
    const arrival = { stampedBy: "arrival" } as const;
    await store.append([reading(0, 1, arrival), reading(0, 1, arrival), reading(1, 5)]);
    await store.append([reading(0, 2, arrival)]);
    expect((await store.range(POWER, all)).map(({ at, value }) => [at - T0, value])).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
    ]);
  });

  test("late and unordered readings come back in order; the range is half-open and limited", async () => {
    await store.append([reading(30), reading(10)]);
    await store.append([reading(20), reading(0)]);
    const stamps = async (from: number, to: number, limit?: number) =>
      (await store.range(POWER, { from: EpochMs(T0 + from), to: EpochMs(T0 + to) }, limit)).map(({ at }) => at - T0);
    expect(await stamps(0, 30)).toEqual([0, 10, 20]);
    expect(await stamps(10, 31)).toEqual([10, 20, 30]);
    expect(await stamps(0, 31, 2)).toEqual([0, 10]);
    expect(await store.range(ENERGY, all)).toEqual([]);
  });

  test("latest and catalogue know each series, sorted", async () => {
    await store.append([reading(5, 1), reading(0, 2), reading(3, 9, { series: ENERGY })]);
    expect((await store.latest()).map(({ series, value }) => [series, value])).toEqual([
      [ENERGY, 9],
      [POWER, 1],
    ]);
    expect((await store.latest([POWER, POWER, SeriesKey("other/voltage")])).map(({ series }) => series)).toEqual([
      POWER,
    ]);
    expect(await store.catalogue()).toEqual([
      { series: ENERGY, first_ms: T0 + 3, last_ms: T0 + 3, readings: 1, conflicts: 0 },
      { series: POWER, first_ms: T0, last_ms: T0 + 5, readings: 2, conflicts: 0 },
    ]);
  });

  test("buckets: min, mean, max, first, last; what is not available is not a value, and an empty bucket is left out", async () => {
    const start = Math.ceil(T0 / HOUR) * HOUR - T0;
    await store.append([
      reading(start, 1),
      reading(start + MINUTE, 4),
      reading(start + 2 * MINUTE, null),
      reading(start + 3 * MINUTE, 1),
      reading(start + 2 * HOUR, 10),
    ]);
    expect(await store.buckets(POWER, all, HOUR)).toEqual([
      { from_ms: T0 + start, count: 3, min: 1, mean: 2, max: 4, first: 1, last: 1 },
      { from_ms: T0 + start + 2 * HOUR, count: 1, min: 10, mean: 10, max: 10, first: 10, last: 10 },
    ]);
  });

  test("wider buckets are put together from quarter-hours, at any ends of the range", async () => {
    const start = Math.ceil(T0 / (24 * HOUR)) * 24 * HOUR - T0;
    const readings = Array.from({ length: 3 * 24 * 12 }, (_, index) =>
      reading(start + index * 5 * MINUTE, index * 0.1),
    );
    await store.append(readings);
    const range = { from: EpochMs(T0 + start + 7 * MINUTE), to: EpochMs(T0 + start + 50 * HOUR + MINUTE) };
    const hourly = await store.buckets(POWER, range, HOUR);
    expect(hourly).toHaveLength(51);
    expect(hourly.reduce((sum, { count }) => sum + count, 0)).toBe(50 * 12 + 1 - 2);
    const quarters = await store.buckets(POWER, range, (15 * MINUTE) as Ms);
    const inSecond = quarters.filter(({ from_ms }) => Math.floor(from_ms / HOUR) * HOUR === hourly[1]!.from_ms);
    expect(inSecond).toHaveLength(4);
    expect(hourly[1]).toMatchObject({
      first: inSecond[0]!.first,
      last: inSecond[3]!.last,
      min: Math.min(...inSecond.map(({ min }) => min)),
      mean: inSecond.reduce((sum, { mean, count }) => sum + mean * count, 0) / 12,
    });
  });

  test("an unstamped delivery that is repeated changes nothing; the same payload sent anew is a new reading", async () => {
    const arrival = { stampedBy: "arrival" } as const;
    const sent = { client: "roof-a", packet: 7, payload: Buffer.from("x"), isRepeat: false };
    const send = (delivery: Delivery) =>
      store.append([reading(0, 1, arrival), reading(0, 2, { ...arrival, series: ENERGY })], delivery);
    expect(await send(sent)).toMatchObject({ stored: 2 });
    expect(await send({ ...sent, isRepeat: true })).toMatchObject({ stored: 0, repeated: 2 });
    expect(await send(sent)).toMatchObject({ stored: 2 });
    for (const other of [{ packet: 8 }, { client: "roof-b" }, { payload: Buffer.from("y") }]) {
      expect(await send({ ...sent, ...other, isRepeat: true })).toMatchObject({ stored: 2 });
    }
  });

  test("gaps: between readings and at the range's ends, longer than asked for", async () => {
    await store.append([reading(10 * MINUTE), reading(15 * MINUTE), reading(40 * MINUTE)]);
    const range = { from: EpochMs(T0), to: EpochMs(T0 + HOUR) };
    const gaps = await store.gaps(POWER, range, MINUTE);
    expect(gaps.map(({ from_ms, to_ms }) => [(from_ms - T0) / MINUTE, (to_ms - T0) / MINUTE])).toEqual([
      [0, 10],
      [10, 15],
      [15, 40],
      [40, 60],
    ]);
    expect(await store.gaps(POWER, range, HOUR)).toEqual([]);
  });

  test("drop before a moment", async () => {
    await store.append([reading(0), reading(1), reading(2)]);
    expect(await store.dropBefore(POWER, EpochMs(T0 + 2))).toBe(2);
    expect((await store.range(POWER, all)).map(({ at }) => at - T0)).toEqual([2]);
    expect((await store.catalogue()).map(({ readings, first_ms }) => [readings, first_ms - T0])).toEqual([[1, 2]]);
  });

  test("the quarantine keeps the newest, newest first, and counts them all", async () => {
    const refuse = (reason: string) =>
      store.quarantine({ at: EpochMs(T0), source: "readings/x", device: null, reason, payload: Buffer.from("oops") });
    await Promise.all(Array.from({ length: QUARANTINE_ROWS + 5 }, (_, index) => refuse(`reason ${index}`)));
    const [first] = await store.quarantined(2);
    expect(first).toMatchObject({
      reason: `reason ${QUARANTINE_ROWS + 4}`,
      device: null,
      source: "readings/x",
      at: T0,
    });
    expect(Buffer.from(first!.payload).toString()).toBe("oops");
    expect(await store.quarantined(QUARANTINE_ROWS * 2)).toHaveLength(QUARANTINE_ROWS);
    expect((await store.counts()).quarantined).toBe(QUARANTINE_ROWS + 5);
  });

  test("a large payload is kept by its first bytes and says so; a row can be released once; all bytes are bounded", async () => {
    const refuse = (payload: Uint8Array) =>
      store.quarantine({ at: EpochMs(T0), source: "readings/x", device: "x", reason: "not JSON", payload });
    await refuse(Buffer.alloc(QUARANTINE_BYTES + 1, 65));
    const [row] = await store.quarantined(1);
    expect([row?.payload.length, row?.payload_bytes]).toEqual([QUARANTINE_BYTES, QUARANTINE_BYTES + 1]);
    expect([await store.releaseQuarantined(row!.id), await store.releaseQuarantined(row!.id)]).toEqual([true, false]);
    const many = QUARANTINE_TOTAL_BYTES / QUARANTINE_BYTES + 3;
    await Promise.all(Array.from({ length: many }, () => refuse(Buffer.alloc(QUARANTINE_BYTES))));
    expect(await store.quarantined(many)).toHaveLength(many - 3);
    expect((await store.counts()).quarantined).toBe(many + 1);
  });

  test("any appends in any order leave what a plain map would", async () => {
    const one = fc.record({ at: fc.nat(20), value: fc.integer({ min: 0, max: 3 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(one, { maxLength: 8 }), { maxLength: 8 }), fc.nat(), async (batches, salt) => {
        const series = SeriesKey(`d${salt}-${Math.trunc(performance.now() * 1000)}/voltage`);
        const expected = new Map<number, number>();
        let stored = 0;
        for (const batch of batches) {
          const receipt = await store.append(batch.map(({ at, value }) => reading(at, value, { series })));
          expect(receipt.stored + receipt.repeated + receipt.conflicting).toBe(batch.length);
          stored += receipt.stored;
          for (const { at, value } of batch) if (!expected.has(at)) expected.set(at, value);
        }
        const found = await store.range(series, all);
        expect(found.map(({ at, value }) => [at - T0, value])).toEqual([...expected].sort(([a], [b]) => a - b));
        expect(stored).toBe(expected.size);
      }),
      { numRuns: 50 },
    );
  });
});

test("sqlite: what was acknowledged is there after the file is opened again", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-reopen-")), "readings.db");
  const first = await openSqliteSeriesStore(path, { windowMs: 0 });
  await Promise.all(Array.from({ length: 500 }, (_, index) => first.append([reading(index, index)])));
  await first.close();
  await expect(first.append([reading(501)])).rejects.toMatchObject({ code: "STORE_FAILED" });
  const second = await openSqliteSeriesStore(path, { windowMs: 0 });
  expect(await second.counts()).toMatchObject({ readings: 500 });
  expect(await second.append([reading(0, 0)])).toMatchObject({ repeated: 1 });
  await second.close();
});

test("sqlite: a window gathers many appends into one commit", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-window-")), "readings.db");
  const store = await openSqliteSeriesStore(path, { windowMs: 200 });
  await store.append([reading(0)]);
  const began = performance.now();
  const acknowledged = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      await store.append([reading(index + 1)]);
      return performance.now() - began;
    }),
  );
  expect(Math.min(...acknowledged)).toBeGreaterThan(100);
  expect(Math.max(...acknowledged) - Math.min(...acknowledged)).toBeLessThan(50);
  await store.close();
});

test("sqlite: enough readings with nothing after them do not wait for a long window", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-quiet-")), "readings.db");
  const store = await openSqliteSeriesStore(path, { windowMs: 10_000 });
  await store.append([reading(0)]);
  const began = performance.now();
  // Turn after turn a hundred in flight, as a device that empties its store sends them.
  for (let turn = 0; turn < 5; turn += 1) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.append([reading(turn * 100 + index + 1)])));
  }
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(store.figures().commits).toBe(6);
  await store.close();
});
