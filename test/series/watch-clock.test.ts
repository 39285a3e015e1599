import fc from "fast-check";
import { expect, test } from "vitest";
import { silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { type ClockEvidence, JUMP_MS } from "../../hub/series/clock-trust.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import type { CorrectionLog, KeptCorrection } from "../../hub/series/corrections.ts";
import { EVIDENCE_EVERY_MS, watchClock } from "../../hub/series/watch-clock.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../hub/units.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SERIES = SeriesKey("meter/active_energy_import");

const noEvidence: ClockEvidence = {
  ntp: "no",
  hasRtc: false,
  hostKeepsClock: false,
  stewardsWord: false,
  newestReadingAt: null,
  newestStampAt: null,
  buildTime: EpochMs(Date.UTC(2026, 5, 1)),
};

/** A hub's store, corrections and clock watch in memory, in a world whose time the test moves. */
async function openWatch(world: { now: number; error: number; evidence: Partial<ClockEvidence> }) {
  const kept: KeptCorrection[] = [];
  const faults = { add: false };
  const log: CorrectionLog = {
    async add(corrections) {
      if (faults.add) throw new Error("disk full");
      for (const one of corrections) kept.push({ ...one, version: kept.length + 1 });
    },
    list: async () => [...kept],
  };
  const raw = memorySeriesStore();
  const { store, corrections } = await withCorrections(raw, log);
  const started = world.now;
  const watch = await watchClock({
    wall: () => EpochMs(world.now + world.error),
    monotonic: () => world.now - started,
    readEvidence: async () => ({ ...noEvidence, ...world.evidence }),
    store: raw,
    corrections,
    log: silentLog,
  });
  /** One arrival, the value being the true time; relative stamps are so many ms before it. */
  const take = async (series = SERIES, beforeMs = 0): Promise<void> => {
    const arrival = watch.arrive();
    const mark = arrival.doubt === undefined ? {} : { isClockUnsure: true as const };
    const reading: Reading = {
      series,
      at: EpochMs(arrival.at - beforeMs),
      stampedBy: "arrival",
      outcome: "value",
      value: world.now - beforeMs,
      ...mark,
    };
    await raw.append([reading]);
    arrival.doubt?.stored([reading]);
  };
  const all = () => store.range(SERIES, { from: EpochMs(0), to: EpochMs(4e12) });
  return { watch, raw, kept, faults, take, all };
}

const setRight = (world: { error: number; evidence: Partial<ClockEvidence> }): void => {
  world.error = 0;
  world.evidence = { ntp: "now" };
};

test("a correction moves nothing but what was doubted: stamped, buffered and repaired readings stand between", async () => {
  const world = { now: NOW, error: -NOW, evidence: { newestReadingAt: EpochMs(NOW - HOUR) } as Partial<ClockEvidence> };
  const open = await openWatch(world);
  for (let index = 0; index < 6; index += 1) {
    await open.take();
    world.now += 1_000;
  }
  // The device found its own clock for one reading, whose stamp lies among those of the doubted ones.
  const line = NOW - HOUR;
  const stamped: Reading = {
    series: SERIES,
    at: EpochMs(line + 2_500),
    stampedBy: "device",
    outcome: "value",
    value: -1,
  };
  await open.raw.append([stamped]);
  // A buffered reading of five minutes before the hub started.
  await open.take(SERIES, 300_000);
  setRight(world);
  await open.watch.look();
  const readings = await open.all();
  expect(readings).toContainEqual(stamped);
  const others = readings.filter(({ value }) => value !== -1);
  expect(others).toHaveLength(7);
  for (const { at: when, value, isClockUnsure } of others) expect([when, isClockUnsure]).toEqual([value, undefined]);
  expect(open.kept).toHaveLength(3);
});

test("a reading that the store took only after the clock was right is repaired too, and nothing is repaired twice", async () => {
  const world = { now: NOW, error: -NOW, evidence: {} };
  const open = await openWatch(world);
  await open.take();
  world.now += 500;
  const arrival = open.watch.arrive();
  const late: Reading = {
    series: SERIES,
    at: arrival.at,
    stampedBy: "arrival",
    outcome: "value",
    value: world.now,
    isClockUnsure: true,
  };
  setRight(world);
  await open.watch.look();
  expect(open.watch.waitsFor()).toBeUndefined();
  await open.raw.append([late]);
  arrival.doubt?.stored([late]);
  expect(open.watch.waitsFor()).toMatch(/repair/);
  await open.watch.look();
  await open.watch.look();
  expect((await open.all()).map(({ at: when, value }) => when === value)).toEqual([true, true]);
  expect(open.kept).toHaveLength(2);
});

test("corrections that cannot be written are tried again, and settling waits for them", async () => {
  const world = { now: NOW, error: -NOW, evidence: {} };
  const open = await openWatch(world);
  await open.take();
  setRight(world);
  open.faults.add = true;
  await open.watch.look();
  expect(open.watch.state().trust).toBe("known_good");
  expect(open.watch.waitsFor()).toMatch(/repair/);
  open.faults.add = false;
  await open.watch.look();
  expect(open.watch.waitsFor()).toBeUndefined();
  expect((await open.all()).map(({ at: when }) => when)).toEqual([NOW]);
});

test("evidence is asked for at once after a jump, and else only every so often", async () => {
  let asked = 0;
  const world = { now: NOW, error: -DAY, evidence: {} };
  const watch = await watchClock({
    wall: () => EpochMs(world.now + world.error),
    monotonic: () => world.now - NOW,
    readEvidence: async () => {
      asked += 1;
      return noEvidence;
    },
    store: memorySeriesStore(),
    corrections: { add: async () => {}, list: async () => [] },
    log: silentLog,
  });
  await watch.look();
  expect(asked).toBe(1);
  world.now += EVIDENCE_EVERY_MS;
  await watch.look();
  await watch.look();
  expect(asked).toBe(2);
  world.error = 0;
  await watch.look();
  await watch.look();
  expect(asked).toBe(3);
});

test("whatever the clock does: a repaired stamp is the true time of arrival, and the order of arrivals stays", async () => {
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("arrive" as const), afterMs: fc.integer({ min: 1, max: 600_000 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("set" as const),
        // To anywhere from years ago to years ahead, and never by so little that it is no jump.
        errorMs: fc.oneof(
          fc.integer({ min: -4e11, max: -10_000 }),
          fc.integer({ min: 10_000, max: 4e11 }),
          fc.integer({ min: -9e7, max: -10_000 }),
        ),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("ntp" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("look" as const) }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: -4e11, max: 4e11 }),
      fc.array(step, { maxLength: 60 }),
      async (firstError, steps) => {
        const world: Parameters<typeof openWatch>[0] = { now: NOW, error: firstError, evidence: {} };
        const open = await openWatch(world);
        let arrivals = 0;
        for (const one of [...steps, { kind: "ntp" as const }]) {
          if (one.kind === "arrive") {
            world.now += one.afterMs;
            await open.take();
            arrivals += 1;
          } else if (one.kind === "set") {
            // Errors of two steps in a row differ by a real jump, or by nothing.
            if (Math.abs(one.errorMs - world.error) > JUMP_MS) world.error = one.errorMs;
            world.evidence = {};
          } else if (one.kind === "ntp") {
            world.now += EVIDENCE_EVERY_MS;
            setRight(world);
            await open.watch.look();
            expect(open.watch.state().trust).toBe("known_good");
          } else {
            await open.watch.look();
          }
        }
        const readings = await open.all();
        expect(readings).toHaveLength(arrivals);
        for (const { at: when, value, isClockUnsure } of readings) {
          expect(isClockUnsure).toBeUndefined();
          expect(Math.abs(when - (value ?? 0))).toBeLessThanOrEqual(1_000);
        }
        const values = readings.map(({ value }) => value ?? 0);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
      },
    ),
    { numRuns: 300 },
  );
});
