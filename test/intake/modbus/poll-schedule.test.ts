import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  afterPoll,
  dueGroups,
  LEAST_WAIT_MS,
  LONGEST_WAIT_MS,
  type PolledSlots,
  slotOf,
  waitFor,
} from "../../../hub/intake/modbus/poll-schedule.ts";
import { EpochMs, MINUTE } from "../../../hub/units.ts";

const periods = { gauge: 5_000, counter: 60_000 };
/** 2026-06-01T12:00:00Z, the end of an interval. */
const noon = EpochMs(1_780_315_200_000);
const noonPlus = (ms: number) => EpochMs(noon + ms);

test.each([
  [0, 0],
  [1, 0],
  [4_999, 0],
  [5_000, 5_000],
  [-1, -5_000],
])("%i ms after noon lies in the slot that begins %i ms after noon", (at, slot) => {
  expect(slotOf(noonPlus(at), 5_000)).toBe(noon + slot);
});

describe("what is due", () => {
  test("at first everything is, then each group once in its slot", () => {
    expect(dueGroups(noonPlus(2_500), periods, {})).toEqual(["gauge", "counter"]);
    const polled = afterPoll({}, ["gauge", "counter"], noonPlus(2_500), periods);
    expect(dueGroups(noonPlus(4_999), periods, polled)).toEqual([]);
    expect(dueGroups(noonPlus(5_000), periods, polled)).toEqual(["gauge"]);
    expect(dueGroups(noonPlus(60_000), periods, polled)).toEqual(["gauge", "counter"]);
  });

  test("missed slots are skipped, not caught up", () => {
    const polled = afterPoll({}, ["gauge"], noon, periods);
    const late = noonPlus(63_000);
    expect(dueGroups(late, periods, polled)).toEqual(["gauge", "counter"]);
    expect(dueGroups(late, periods, afterPoll(polled, ["gauge", "counter"], late, periods))).toEqual([]);
  });

  test("a clock that was put back begins anew at once", () => {
    const polled = afterPoll({}, ["gauge", "counter"], noonPlus(3_600_000), periods);
    expect(dueGroups(noon, periods, polled)).toEqual(["gauge", "counter"]);
  });
});

test.each([
  [0, 1, 5_001],
  [4_000, 1, 1_001],
  [4_990, 1, LEAST_WAIT_MS],
  [0, 10, 501],
  [0, 1_000, LEAST_WAIT_MS],
])("%i ms after noon, at a clock %i times as fast, the next look is after %i ms", (at, timeSpeed, wait) => {
  expect(waitFor(noonPlus(at), periods, timeSpeed)).toBe(wait);
});

test("no wait is longer than a clock may be wrong unnoticed", () => {
  expect(waitFor(noon, { gauge: 3_600_000, counter: 3_600_000 }, 1)).toBe(LONGEST_WAIT_MS);
});

test("every interval's end has a counter reading within a period, wherever the poller began", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_600_000 }),
      fc.constantFrom(1_000, 5_000, 10_000, 30_000, 60_000),
      fc.integer({ min: 1, max: 200 }),
      (began, counter, lateMs) => {
        const own = { gauge: counter, counter };
        let polled: PolledSlots = {};
        let now = EpochMs(noon + began);
        const reads: number[] = [];
        const end = slotOf(EpochMs(now + 30 * MINUTE), 15 * MINUTE);
        while (now < end + 2 * counter) {
          const due = dueGroups(now, own, polled);
          if (due.includes("counter")) reads.push(now);
          polled = afterPoll(polled, due, now, own);
          now = EpochMs(now + waitFor(now, own, 1) + lateMs);
        }
        expect(reads.some((at) => at <= end && at > end - counter)).toBe(true);
        expect(reads.some((at) => at >= end && at < end + counter)).toBe(true);
        expect(new Set(reads.map((at) => Math.floor(at / counter))).size).toBe(reads.length);
      },
    ),
    { numRuns: 50 },
  );
});
