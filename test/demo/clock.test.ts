import { describe, expect, test } from "vitest";
import { demoClock, firstSpan, resumedSpan } from "../../hub/demo/clock.ts";
import { DAY, EpochMs, HOUR } from "../../hub/units.ts";

const at = (iso: string) => EpochMs(Date.parse(iso));

describe("the demo clock", () => {
  test("stands until it is started, then runs at its speed from there", () => {
    let real = 1_000;
    const clock = demoClock({ anchor: at("2026-06-21T05:30:00Z"), speed: 300, monotonicMs: () => real });
    real += 5_000;
    expect(clock.now()).toBe(at("2026-06-21T05:30:00Z"));
    clock.start();
    real += 200;
    expect(clock.now()).toBe(at("2026-06-21T05:31:00Z"));
    clock.start();
    real += 0.5;
    expect(clock.now()).toBe(at("2026-06-21T05:31:00.150Z"));
  });

  test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuses the speed %d", (speed) => {
    expect(() => demoClock({ anchor: EpochMs(0), speed, monotonicMs: () => 0 })).toThrow(RangeError);
  });
});

describe("where the demo begins", () => {
  test("first start: 21 June 07:30 in Vienna, history from midnight a week before", () => {
    expect(firstSpan(2026)).toEqual({
      startOfHistory: at("2026-06-14T00:00:00+02:00"),
      startOfLive: at("2026-06-21T07:30:00+02:00"),
    });
  });

  test("a later start goes on at the newest reading, even in another year", () => {
    const oldest = firstSpan(2026).startOfHistory;
    const newest = at("2027-02-03T04:05:00Z");
    expect(resumedSpan({ oldest, newest })).toEqual({ startOfHistory: oldest, startOfLive: newest });
  });

  test("history that was cut short is finished first", () => {
    const { startOfHistory, startOfLive } = firstSpan(2026);
    const newest = EpochMs(startOfHistory + 2 * DAY + HOUR);
    expect(resumedSpan({ oldest: startOfHistory, newest })).toEqual({ startOfHistory, startOfLive });
  });
});
