import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { silentLog } from "../../hub/log.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import {
  type ClockEvidence,
  describeLength,
  JUMP_MS,
  newestOf,
  noticeJump,
  stampOf,
  startReckoning,
  weighEvidence,
} from "../../hub/series/clock-trust.ts";
import { withCorrections } from "../../hub/series/corrected-store.ts";
import type { CorrectionLog, KeptCorrection } from "../../hub/series/corrections.ts";
import { EVIDENCE_EVERY_MS, watchClock } from "../../hub/series/watch-clock.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../hub/units.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const BUILT = Date.UTC(2026, 5, 1);
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
  buildTime: EpochMs(BUILT),
};
const at = (wall: number, monotonic = 0) => ({ wall: EpochMs(wall), monotonic });

describe("at the start", () => {
  test.each<[string, number, Partial<ClockEvidence>, string, RegExp]>([
    ["nothing vouches", NOW, {}, "unknown", /neither NTP/],
    ["NTP keeps it now", NOW, { ntp: "now" }, "known_good", /NTP keeps/],
    ["NTP has set it", NOW, { ntp: "since_boot" }, "known_good", /since the machine started/],
    ["a hardware clock", NOW, { hasRtc: true }, "known_good", /hardware clock/],
    ["a host", NOW, { hostKeepsClock: true }, "known_good", /host/],
    ["the steward", NOW, { stewardsWord: true }, "known_good", /steward/],
    ["later than the newest reading proves nothing", NOW, { newestReadingAt: EpochMs(NOW - 1) }, "unknown", /neither/],
    ["as early as the newest reading proves nothing", NOW, { newestReadingAt: EpochMs(NOW) }, "unknown", /neither/],
    [
      "earlier than the newest reading",
      NOW,
      { newestReadingAt: EpochMs(NOW + 1) },
      "known_bad",
      /newest stored reading/,
    ],
    [
      "earlier, whatever a host says",
      NOW,
      { newestReadingAt: EpochMs(NOW + 1), hostKeepsClock: true, hasRtc: true, stewardsWord: true, ntp: "since_boot" },
      "known_bad",
      /newest/,
    ],
    [
      "earlier, but NTP keeps it: that reading is wrong",
      NOW,
      { newestReadingAt: EpochMs(NOW + DAY), ntp: "now" },
      "known_good",
      /NTP/,
    ],
    [
      "1970, whatever anybody says",
      60_000,
      { ntp: "now", stewardsWord: true },
      "known_bad",
      /before this software was made/,
    ],
    ["just before the release", BUILT - 1, { ntp: "now" }, "known_bad", /before this software/],
  ])("%s", (_name, wall, evidence, trust, reason) => {
    const { state } = startReckoning(at(wall), { ...noEvidence, ...evidence });
    expect(state).toEqual({ trust, reason: expect.stringMatching(reason), since_ms: wall });
  });

  test("a clock that was proven behind stays so when it has gone on past the newest reading", () => {
    const evidence = { ...noEvidence, newestReadingAt: EpochMs(NOW), hostKeepsClock: true };
    const late = startReckoning(at(NOW - HOUR), evidence);
    const afterADay = at(NOW - HOUR + DAY, DAY);
    const later = weighEvidence(noticeJump(late, afterADay), afterADay, evidence);
    expect(later.state.trust).toBe("known_bad");
    expect(stampOf(later, afterADay)).toBe(NOW + DAY);
  });

  test.each([
    ["after the newest reading", { newestReadingAt: EpochMs(NOW) }, NOW],
    ["after the release", {}, BUILT],
    ["after a doubted stamp of an earlier run", { newestStampAt: EpochMs(NOW + 5) }, NOW + 6],
  ])("stamps of a wrong clock begin %s", (_name, evidence, from) => {
    const reckoning = startReckoning(at(1_000), { ...noEvidence, ...evidence });
    expect([stampOf(reckoning, at(1_000)), stampOf(reckoning, at(8_000, 7_000))]).toEqual([from, from + 7_000]);
  });
});

describe("jumps", () => {
  const good = startReckoning(at(NOW), { ...noEvidence, ntp: "now" });
  const ntp = { ...noEvidence, ntp: "now" } as const;

  test.each([0, 1, -1, JUMP_MS, -JUMP_MS])("%i ms is none: NTP at work, and the wall clock is followed", (byMs) => {
    const sample = at(NOW + 1_000 + byMs, 1_000);
    const next = noticeJump(good, sample);
    expect(next.state.trust).toBe("known_good");
    expect([next.jumps, stampOf(next, sample)]).toEqual([0, NOW + 1_000 + byMs]);
  });

  test.each([JUMP_MS + 1, -JUMP_MS - 1, DAY, -DAY])(
    "%i ms is one: stamps go on along the old line until NTP confirms",
    (byMs) => {
      const sample = at(NOW + 1_000 + byMs, 1_000);
      const doubted = noticeJump(good, sample);
      expect(doubted).toMatchObject({ state: { trust: "unknown" }, jump: { byMs, expected: NOW + 1_000 }, jumps: 1 });
      expect(stampOf(doubted, sample)).toBe(NOW + 1_000);
      const trusted = weighEvidence(doubted, sample, ntp);
      expect(trusted.state.trust).toBe("known_good");
      expect(stampOf(trusted, sample)).toBe(sample.wall);
    },
  );

  test.each<[string, number, Partial<ClockEvidence>, string]>([
    ["ahead, and the host still keeps it", HOUR, { hostKeepsClock: true }, "known_good"],
    ["ahead, and the hardware clock agrees", HOUR, { hasRtc: true }, "known_good"],
    ["ahead, and NTP had set it some time before", HOUR, { ntp: "since_boot" }, "unknown"],
    ["ahead, and nobody says anything", HOUR, {}, "unknown"],
    ["back, and the host still keeps it", -HOUR, { hostKeepsClock: true, stewardsWord: true, hasRtc: true }, "unknown"],
  ])("%s", (_name, byMs, evidence, trust) => {
    const sample = at(NOW + 1_000 + byMs, 1_000);
    expect(weighEvidence(noticeJump(good, sample), sample, { ...noEvidence, ...evidence }).state.trust).toBe(trust);
  });

  test("set back under a host: trusted again when the clock has passed where it was", () => {
    const evidence = { ...noEvidence, hostKeepsClock: true };
    const back = noticeJump(good, at(NOW - 60_000, 0));
    const almost = at(NOW - 1, 59_999);
    const past = at(NOW, 60_000);
    expect(weighEvidence(noticeJump(back, almost), almost, evidence).state.trust).toBe("unknown");
    expect(weighEvidence(noticeJump(back, past), past, evidence).state.trust).toBe("known_good");
  });

  test("local clocks that change are no jump: the hub's clock is UTC", () => {
    const before = Date.UTC(2026, 9, 25, 0, 59, 59, 500);
    const reckoning = startReckoning(at(before), ntp);
    expect(noticeJump(reckoning, at(before + 1_000, 1_000)).jumps).toBe(0);
  });
});

test("what the stored readings prove: devices may be a little ahead, doubted readings prove nothing", () => {
  const reading = (stampedBy: Reading["stampedBy"], when: number, doubted?: "doubted"): Reading => {
    const mark = doubted === undefined ? {} : { isClockUnsure: true as const };
    return { series: SERIES, at: EpochMs(when), stampedBy, outcome: "value", value: 1, ...mark };
  };
  expect(newestOf([], [])).toEqual({ newestReadingAt: null, newestStampAt: null });
  const some = [reading("device", NOW + 200_000), reading("arrival", NOW), reading("arrival", NOW + DAY, "doubted")];
  expect(newestOf(some, some)).toEqual({ newestReadingAt: NOW, newestStampAt: NOW + DAY });
});

test.each([
  [-1_500, "1.5 s"],
  [90_000, "1 min 30 s"],
  [-(2 * DAY + 5 * HOUR + 1), "2 d 5 h"],
])("%i ms is said as %s", (ms, words) => {
  expect(describeLength(ms)).toBe(words);
});

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
