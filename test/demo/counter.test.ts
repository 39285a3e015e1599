import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CountedEnergy, startCounter } from "../../hub/demo/counter.ts";
import { chanceAt } from "../../hub/demo/noise.ts";
import { EpochMs, MINUTE, MilliWattHours } from "../../hub/units.ts";

const START = Date.parse("2026-06-21T10:00:00Z");
const at = (ms: number) => EpochMs(START + ms);
const counts = (step: number, energyOfMinute: (minute: EpochMs) => number): CountedEnergy => ({
  step: MilliWattHours(step),
  energyOfMinute: (minute) => MilliWattHours(energyOfMinute(minute)),
});
/** 12 kW of a roof under clouds, in whole counts. */
const clouds = (step: number) =>
  counts(step, (minute) => Math.round((200_000 * chanceAt(7, minute / MINUTE)) / step) * step);

describe("a register that can be read at any moment", () => {
  test.each([
    [0, 1_000],
    [15_000, 1_025],
    [30_000, 1_050],
    [59_999, 1_090],
    [60_000, 1_100],
    [90_000, 1_150],
    [3_600_000, 7_000],
  ])("100 mWh a minute in counts of 5 and 10: after %d ms it shows %d", (ms, register) => {
    const energy = counts(ms === 59_999 ? 10 : 5, () => 100);
    expect(startCounter(energy, { at: at(0), register: MilliWattHours(1_000) }).readAt(at(ms))).toBe(register);
  });

  test("stands at whole minutes where the minutes' energies stand, however it was read on the way", () => {
    const moments = fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(moments, fc.constantFrom(1, 10), (those, step) => {
        const energy = clouds(step);
        const counter = startCounter(energy, { at: at(0), register: MilliWattHours(40 * step) });
        for (const ms of those.toSorted((one, other) => one - other)) counter.readAt(at(ms));
        let expected = 40 * step;
        for (let minute = 0; minute < 10; minute++) expected += energy.energyOfMinute(at(minute * MINUTE));
        expect(counter.readAt(at(600_000))).toBe(expected);
      }),
    );
  });

  test("never falls, shows whole counts, and is never ahead of what was counted by one count or more", () => {
    const counter = startCounter(clouds(10), { at: at(0), register: MilliWattHours(0) });
    const exact = startCounter(clouds(1), { at: at(0), register: MilliWattHours(0) });
    let last = 0;
    for (let ms = 0; ms < 300_000; ms += 777) {
      const register = counter.readAt(at(ms));
      expect(register).toBeGreaterThanOrEqual(last);
      expect(register % 10).toBe(0);
      // Minutes of both round apart by up to half a count each.
      expect(Math.abs(register - exact.readAt(at(ms)))).toBeLessThan(10 + 5 * 5);
      last = register;
    }
  });

  test("goes on from any moment; what it showed stays, one between two counts rises to the next", () => {
    const energy = clouds(10);
    const whole = startCounter(energy, { at: at(0), register: MilliWattHours(0) });
    const shown = whole.readAt(at(100_123));
    const resumed = startCounter(energy, { at: at(100_123), register: shown });
    expect(resumed.readAt(at(100_123))).toBe(shown);
    const later = resumed.readAt(at(500_000));
    const lost = whole.readAt(at(500_000)) - later;
    expect([0, 10]).toContain(lost);
    expect(startCounter(energy, { at: at(0), register: MilliWattHours(1_001) }).readAt(at(0))).toBe(1_010);
  });

  test("a moment before the last one reads as that one", () => {
    const counter = startCounter(clouds(10), { at: at(0), register: MilliWattHours(0) });
    const shown = counter.readAt(at(90_000));
    expect(counter.readAt(at(30_000))).toBe(shown);
  });
});
