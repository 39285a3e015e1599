import { expect, test } from "vitest";
import { type RegisterTrack, trackRegister } from "../../hub/energy/register-track.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { clock, faultAt, minutesOf, readingsOf, valueAt } from "./register-readings.ts";

const NO_RATING = undefined;
const ROOF = 10_000; // W

/** Segments as "100 101 | fell 0 0.5", in kWh, an unconfirmed end as "| fell ?". */
function picture({ segments, unconfirmed }: RegisterTrack): string {
  const words = segments.flatMap(({ brokenBy, points }) => [
    ...(brokenBy === null ? [] : ["|", brokenBy.replace("register_", "")]),
    ...points.map(({ register }) => String(register / 1e6)),
  ]);
  if (unconfirmed !== null) words.push("|", unconfirmed.replace("register_", ""), "?");
  return words.join(" ");
}

test.each([
  // what happened, rated W, kWh minute by minute, segments, outliers
  ["nothing at all", NO_RATING, "", "", []],
  ["one reading", NO_RATING, "100", "100", []],
  ["a register that rises and stands", NO_RATING, "100 100 100.5 101", "100 100 100.5 101", []],
  ["not available is nothing, not 0", NO_RATING, "100 ? 101 ? ?", "100 101", []],
  ["0 after a restart, then back above", NO_RATING, "100 101 0 101.2", "100 101 101.2", [0]],
  ["0 after a restart, then back at the same", NO_RATING, "100 101 0 101", "100 101 101", [0]],
  ["0 for a whole sleep, then back", NO_RATING, "100 0 0 0 0 0 0 0 100.1", "100 100.1", [0, 0, 0, 0, 0, 0, 0]],
  ["a dip that is not 0", NO_RATING, "100 101 57 102", "100 101 102", [57]],
  ["a dip as second reading", NO_RATING, "100 0 100 101", "100 100 101", [0]],
  ["215 kWh too high once", NO_RATING, "100 315 100.1 100.2 100.3", "100 100.1 100.2 100.3", [315]],
  ["215 kWh too high once, rated", ROOF, "100 315 100.1", "100 100.1", [315]],
  [
    "215 kWh too high, then standing at night",
    NO_RATING,
    "100 315 100 100 100 100 100.1",
    "100 100 100 100 100 100.1",
    [315],
  ],
  [
    "too high on one level for long",
    NO_RATING,
    "100 165 165 165 165 100 100 100.1",
    "100 100 100 100.1",
    [165, 165, 165, 165],
  ],
  ["0xFFFFFFFF Wh once", NO_RATING, "100 4294967.295 101", "100 101", [4294967.295]],
  [
    "0xFFFFFFFF Wh all night",
    ROOF,
    "100 4294967.295 4294967.295 4294967.295 4294967.295 100.1",
    "100 100.1",
    [4294967.295, 4294967.295, 4294967.295, 4294967.295],
  ],
  [
    "0xFFFFFFFF Wh all night, unrated",
    NO_RATING,
    "100 4294967.295 4294967.295 4294967.295 4294967.295 100.1",
    "100 100.1",
    [4294967.295, 4294967.295, 4294967.295, 4294967.295],
  ],
  [
    "0xFFFFFFFF Wh and 0 in turn",
    ROOF,
    "100 4294967.295 0 4294967.295 0 100.1",
    "100 100.1",
    [4294967.295, 0, 4294967.295, 0],
  ],
  ["a reset that counts on", NO_RATING, "100 101 0 0.1 0.2 0.3", "100 101 | fell 0 0.1 0.2 0.3", []],
  ["a reset in the night counts on at dawn", NO_RATING, "100 0 0 0 0 0.1 0.2", "100 | fell 0 0 0 0 0.1 0.2", []],
  [
    "a swap to a meter that is not new",
    NO_RATING,
    "100 100.1 100.2 57 57.1 57.2",
    "100 100.1 100.2 | fell 57 57.1 57.2",
    [],
  ],
  [
    "a swap to a register this one had before",
    NO_RATING,
    "10 11 12 13 14 15 12.5 12.6 12.7",
    "10 11 12 13 14 15 | fell 12.5 12.6 12.7",
    [],
  ],
  ["two swaps", NO_RATING, "100 101 7 8 9 2 3 4", "100 101 | fell 7 8 9 | fell 2 3 4", []],
  ["a swap to a higher register, rated", ROOF, "100 100.1 500 500.1 500.2", "100 100.1 | jumped 500 500.1 500.2", []],
  ["a sentinel before a reset", NO_RATING, "100 9e6 0.1 0.2 0.3", "100 | fell 0.1 0.2 0.3", [9e6]],
  ["a dip inside a reset", NO_RATING, "100 101 1 0 1.1 1.2 1.3", "100 101 | fell 0 1.1 1.2 1.3", [1]],
  ["the first reading was far too high", NO_RATING, "900 100 100.1 100.2", "900 | fell 100 100.1 100.2", []],
  ["the first reading was 0, rated", ROOF, "0 100 100.1 100.2", "0 | jumped 100 100.1 100.2", []],
  [
    "several values high, then back: nobody knows",
    NO_RATING,
    "100 315 315.1 315.2 101 101.1 101.2",
    "100 | jumped 315 315.1 315.2 | fell 101 101.1 101.2",
    [],
  ],
  [
    "low and counting, then back above: nobody knows",
    NO_RATING,
    "100 101 1 1.1 102 103",
    "100 101 | fell 1 1.1 | fell 102 103",
    [],
  ],
  ["a fall at the very end", NO_RATING, "100 101 0", "100 101 | fell ?", []],
  ["a fall that stands at the end", NO_RATING, "100 101 0 0 0 0 0", "100 101 | fell ?", []],
  ["a fall at the end, two on the new level", NO_RATING, "100 101 1 1.1", "100 101 | fell ?", []],
  ["a rise at the end that was perhaps a spike", NO_RATING, "100 101 315 102", "100 101 | fell ?", []],
  ["a jump at the end, rated", ROOF, "100 100.1 500", "100 100.1 | jumped ?", []],
  ["0xFFFFFFFF to the end", ROOF, "100 4294967.295 4294967.295 4294967.295", "100 | jumped ?", []],
])("%s", (_what, ratedW, kwh, segments, outliers) => {
  const track = trackRegister(minutesOf("12:00", kwh), ratedW);
  expect(picture(track)).toBe(segments);
  expect(track.outliers.map(({ register }) => register / 1e6)).toEqual(outliers);
});

test("a register that the device brings up to date only once an hour loses nothing", () => {
  const hour = [...Array(59).fill(100), ...Array(60).fill(107), 114, 114].join(" ");
  const track = trackRegister(minutesOf("12:00", hour), ROOF);
  expect(track.segments.length).toBe(1);
  const [segment] = track.segments;
  expect([segment?.points[0]?.register, segment?.points.at(-1)?.register]).toEqual([100e6, 107e6]);
  expect(track.unconfirmed).toBe("register_jumped");
});

test.each([
  // 1.5 x 10 kW x 1 h = 15 kWh, and one step of a 1 kWh register
  ["as fast as an inverter at its peak", "12:00 100, 13:00 116", "100 116"],
  ["1 Wh faster than possible", "12:00 100, 13:00 116.001", "100 | jumped ?"],
  ["a 1 kWh register steps within a second", "12:00:00 100, 12:00:01 101", "100 101"],
])("rated power: %s", (_what, text, segments) => {
  expect(picture(trackRegister(readingsOf(text), ROOF))).toBe(segments);
});

test.each([
  [
    "asleep when the readings begin",
    "2:00 0, 2:15 0, 6:00 0, 6:15 900, 6:30 900.1, 6:45 900.2",
    "0 0 0 | jumped 900 900.1 900.2",
  ],
  ["a register that starts at 0 with a large building", "0:00 0, 1:00 370, 2:00 800", "0 370 800"],
  ["later steps may be large", "0:00 1, 1:00 3000, 2:00 9000", "1 3000 9000"],
  ["but not beyond any community", "0:00 1, 1:00 50003, 2:00 50004, 3:00 50005", "1 | jumped 50003 50004 50005"],
])("nobody stated the rated power: %s", (_what, text, segments) => {
  expect(picture(trackRegister(readingsOf(text)))).toBe(segments);
});

test("a value no register can hold is not available, and does not stop the rest", () => {
  const huge = [2 ** 64, 2 ** 53, 4294967295000, -(2 ** 63), Number.NaN, Number.POSITIVE_INFINITY];
  const readings = huge.map((value, n) => valueAt(clock("12:01") + n, value));
  const track = trackRegister([valueAt(clock("12:00"), 1000), ...readings, valueAt(clock("12:02"), 1001)]);
  expect(track).toMatchObject({ outliers: [], unconfirmed: null, segments: [{ points: [{}, {}] }] });
});

test("each reading is rounded once, half away from zero, to mWh", () => {
  const [segment] = trackRegister([valueAt(1, 1.0005), valueAt(2, 1.0015), valueAt(3, 1.00249)]).segments;
  expect(segment?.points.map(({ register }) => register)).toEqual([1001, 1002, 1002]);
});

test("at equal stamps the first value stands", () => {
  expect(picture(trackRegister([faultAt(1), valueAt(1, 5000), valueAt(1, 7000), valueAt(2, 6000)]))).toBe("5 6");
});

test("a night of zeros is as long as it wants", () => {
  const night = Array.from({ length: 300_000 }, (_, n) => valueAt(n + 1, 0));
  const track = trackRegister([valueAt(0, 1000), ...night, valueAt(400_000, 1001)]);
  expect(track.outliers.length).toBe(300_000);
  expect(picture(track)).toBe("1 1.001");
});

test("misuse is refused", () => {
  expect(() => trackRegister([valueAt(2, 1), valueAt(1, 1)])).toThrow("not sorted by time");
  const other = { ...valueAt(2, 1), series: SeriesKey("barn/active_energy_export") };
  expect(() => trackRegister([valueAt(1, 1), other])).toThrow("two series");
  expect(() => trackRegister([], 0)).toThrow("not positive");
  expect(() => trackRegister([], Number.NaN)).toThrow("not positive");
});
