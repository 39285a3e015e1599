import { expect, test } from "vitest";
import type { IntervalEnergy } from "../../hub/energy/interval.ts";
import { intervalEnergies } from "../../hub/energy/interval-energy.ts";
import { DAY, EpochMs, MINUTE, Ms } from "../../hub/units.ts";
import { clock, minutesOf, readingsOf, valueAt } from "./register-readings.ts";

const QUARTER = Ms(15 * MINUTE);

/** "2 measured, gap, 6 interpolated": kWh and quality, or why it is missing. */
function picture(intervals: readonly IntervalEnergy[]): string {
  return intervals
    .map(({ energy, quality, reason }) => (energy === null ? `${reason}` : `${energy / 1e6} ${quality}`))
    .join(", ");
}

test.each([
  // what, from, to, kWh, picture
  [
    "partial ends are not final",
    "12:00",
    "12:45",
    "12:07 998, 12:15 1000, 12:30 1006, 12:37 1008",
    "no_readings, 6 measured, no_readings",
  ],
  ["nothing arrived", "12:00", "12:30", "", "no_readings, no_readings"],
  ["only faults arrived", "12:00", "12:30", "12:00 ?, 12:15 !, 12:30 ?", "no_readings, no_readings"],
  ["one reading", "12:00", "12:30", "12:15 7", "no_readings, no_readings"],
  ["readings exactly on the ends", "12:00", "12:30", "12:00 1, 12:15 1, 12:30 1.5", "0 measured, 0.5 measured"],
  ["an empty range", "12:00", "12:00", "12:00 1", ""],
  ["60 s on both sides is measured", "12:00", "12:15", "11:59 1, 12:01 2, 12:14 3, 12:16 5", "2.5 measured"],
  ["61 s on one side is not", "12:00", "12:15", "11:58:59 1, 12:01 1, 12:14 3, 12:16 5", "3 interpolated"],
  [
    "the worse end gives the quality",
    "12:00",
    "12:30",
    "12:00 1, 12:10 2, 12:20 3, 12:30 4",
    "1.5 interpolated, 1.5 interpolated",
  ],
  ["a fault between changes nothing", "12:00", "12:15", "12:00 1, 12:05 ?, 12:15 2", "1 measured"],
  [
    "a gap of 1:59:59",
    "12:00",
    "14:00",
    "12:00 0, 13:59:59 7.199, 14:00 7.2",
    "0.9 interpolated, 0.9 interpolated, 0.9 interpolated, 0.9 interpolated, 0.9 interpolated, 0.9 interpolated, 0.9 interpolated, 0.9 interpolated",
  ],
  [
    "a gap of exactly 2:00",
    "12:00",
    "14:15",
    "12:00 0, 14:00 8, 14:15 9",
    "gap, gap, gap, gap, gap, gap, gap, gap, 1 measured",
  ],
  [
    "a gap of 4 h leaves both sides alone",
    "11:45",
    "16:15",
    "11:45 1, 12:00 2, 16:00 6, 16:15 8",
    `1 measured, ${"gap, ".repeat(16)}2 measured`,
  ],
  [
    "a gap of hours full of faults is a gap",
    "12:00",
    "14:00",
    "12:00 0, 13:00 ?, 13:30 !, 14:30 8",
    Array(8).fill("gap").join(", "),
  ],
  [
    "before the first and after the last reading",
    "11:45",
    "12:45",
    "12:00 1, 12:15 2, 12:30 3",
    "no_readings, 1 measured, 1 measured, no_readings",
  ],
  [
    "0 once is neither a reset nor a jump",
    "12:00",
    "12:45",
    "12:00 50, 12:15 0, 12:30 52, 12:45 53",
    "1 interpolated, 1 interpolated, 1 measured",
  ],
  [
    "a spike once is not energy",
    "12:00",
    "13:15",
    "12:00 50, 12:15 265, 12:30 51, 12:45 52, 13:00 53, 13:15 54",
    "0.5 interpolated, 0.5 interpolated, 1 measured, 1 measured, 1 measured",
  ],
  [
    "a reset loses its own interval only",
    "12:00",
    "13:15",
    "12:00 50, 12:15 51, 12:30 0, 12:45 1, 13:00 2, 13:15 3",
    "1 measured, register_fell, 1 measured, 1 measured, 1 measured",
  ],
  [
    "a reset between the ends",
    "12:00",
    "12:45",
    "12:00 50, 12:15 51, 12:20 0, 12:30 1, 12:40 2, 12:45 2.5",
    "1 measured, register_fell, 1.5 measured",
  ],
  [
    "a reset inside a long gap is a fall, not a gap",
    "12:00",
    "16:30",
    "12:00 50, 15:45 1, 16:00 2, 16:15 3, 16:30 4",
    `${"register_fell, ".repeat(15)}1 measured, 1 measured, 1 measured`,
  ],
  [
    "a fall at the end makes the rest unknown",
    "12:00",
    "13:00",
    "12:00 50, 12:15 51, 12:30 3, 12:45 4",
    "1 measured, register_fell, register_fell, register_fell",
  ],
  [
    "two resets, first reason counts",
    "12:00",
    "13:00",
    "12:00 50, 12:02 9, 12:04 10, 12:06 11, 12:07 1, 12:08 2, 12:09 3, 13:00 4",
    "register_fell, 0.294118 interpolated, 0.294117 interpolated, 0.294118 interpolated",
  ],
])("%s", (_what, from, to, kwh, expected) => {
  const intervals = intervalEnergies({
    readings: readingsOf(kwh),
    from: clock(from),
    to: clock(to),
    interval: QUARTER,
  });
  expect(picture(intervals)).toBe(expected);
});

test.each([
  ["0xFFFFFFFF all night", "100 4294967.295 4294967.295 4294967.295 4294967.295 100.1", "0.1 measured"],
  ["the jump of a reset meter", "100 100 500 500 500.1 500.2", "register_jumped"],
  ["a jump nobody confirmed", "100 100.1 100.2 500 500", "register_jumped"],
])("rated power: %s is not energy", (_what, kwh, expected) => {
  const readings = minutesOf("12:00", kwh);
  const range = { from: clock("12:00"), to: clock("12:05"), interval: Ms(5 * MINUTE) };
  expect(picture(intervalEnergies({ readings, ...range, ratedW: 10_000 }))).toBe(expected);
});

test("the first interval begins at `from`, the last ends at `to`, and hours may begin at half past", () => {
  const readings = readingsOf("11:30 1, 12:30 2, 13:30 4");
  const hours = intervalEnergies({ readings, from: clock("11:30"), to: clock("13:30"), interval: Ms(60 * MINUTE) });
  expect(hours).toEqual([
    { from: clock("11:30"), to: clock("12:30"), energy: 1e6, quality: "measured" },
    { from: clock("12:30"), to: clock("13:30"), energy: 2e6, quality: "measured" },
  ]);
});

test.each([
  ["half an interval", 0, 1.5 * QUARTER, QUARTER],
  ["backwards", QUARTER, 0, QUARTER],
  ["no width", 0, QUARTER, 0],
])("a range that is not whole intervals is refused: %s", (_what, from, to, interval) => {
  const input = { readings: [], from: EpochMs(from), to: EpochMs(to), interval: Ms(interval) };
  expect(() => intervalEnergies(input)).toThrow(RangeError);
});

test("a year of minute readings is one pass", () => {
  const year = 365 * DAY;
  const readings = Array.from({ length: year / MINUTE + 1 }, (_, n) => valueAt(n * MINUTE, n * 12.5));
  const started = performance.now();
  const intervals = intervalEnergies({ readings, from: EpochMs(0), to: EpochMs(year), interval: QUARTER });
  const took_ms = performance.now() - started;
  expect(intervals.length).toBe(365 * 96);
  expect(intervals.every(({ energy }) => energy === 187_500)).toBe(true);
  // A second walk over the readings for each interval would take minutes; the limit only has to tell the two apart.
  expect(took_ms).toBeLessThan(5_000);
});
