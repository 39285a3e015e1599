import fc from "fast-check";
import { expect, test } from "vitest";
import { registersAt } from "../../hub/energy/register-at.ts";
import { trackRegister } from "../../hub/energy/register-track.ts";
import { EpochMs, MilliWattHours } from "../../hub/units.ts";
import { clock, readingsOf } from "./register-readings.ts";

test("the register at both ends of an interval can be shown", () => {
  const track = trackRegister(readingsOf("12:00 998, 12:10 1000, 12:20 1001, 12:30 3, 12:40 4, 12:50 5"));
  const moments = ["11:59", "12:00", "12:15", "12:15", "12:25", "12:45", "12:51"].map(clock);
  expect(registersAt(track, moments)).toEqual([
    { at: moments[0], value: null, quality: "missing", reason: "no_readings", segment: null },
    { at: moments[1], value: 998_000_000, quality: "measured", segment: 0 },
    { at: moments[2], value: 1_000_500_000, quality: "interpolated", segment: 0 },
    { at: moments[3], value: 1_000_500_000, quality: "interpolated", segment: 0 },
    { at: moments[4], value: null, quality: "missing", reason: "register_fell", segment: null },
    { at: moments[5], value: 4_500_000, quality: "interpolated", segment: 1 },
    { at: moments[6], value: null, quality: "missing", reason: "no_readings", segment: null },
  ]);
  expect(() => registersAt(track, [EpochMs(2), EpochMs(1)])).toThrow("not sorted");
});

test("a line between two registers is exact, rounded half up, however large", () => {
  const register = fc.integer({ min: -4e15, max: 4e15 });
  const time = fc.integer({ min: 1, max: 7_199_999 });
  fc.assert(
    fc.property(fc.tuple(register, register), time, time, ([one, other], span, part) => {
      fc.pre(part < span);
      const before = { at: EpochMs(0), register: MilliWattHours(Math.min(one, other)) };
      const after = { at: EpochMs(span), register: MilliWattHours(Math.max(one, other)) };
      const track = { segments: [{ brokenBy: null, points: [before, after] }], outliers: [], unconfirmed: null };
      const value = registersAt(track, [EpochMs(part)])[0]?.value ?? Number.NaN;
      // |value - exact| <= 1/2, and exactly half goes up: -span < 2 x (exact - value) x span <= span, all in integers.
      const twiceOff =
        2n * (BigInt(before.register - value) * BigInt(span) + BigInt(after.register - before.register) * BigInt(part));
      expect(twiceOff < BigInt(span) && twiceOff >= -BigInt(span)).toBe(true);
    }),
  );
});
