import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addDays,
  isLocalDay,
  isTimeZone,
  localDayOf,
  momentsOfLocal,
  rangeOfLocalDay,
  zoneOffset,
} from "../hub/time-zone.ts";
import { DAY, EpochMs, HOUR, MINUTE } from "../hub/units.ts";

test.each([
  // zone, day, quarter-hours
  ["Europe/Vienna", "2023-03-26", 92],
  ["Europe/Berlin", "2026-10-25", 100],
  ["UTC", "2024-02-29", 96],
  ["-08:00", "2016-11-06", 96],
  ["America/Los_Angeles", "2016-11-06", 100],
  ["Asia/Kathmandu", "2026-01-01", 96],
  ["America/Asuncion", "2023-10-01", 92],
  ["Africa/Cairo", "2024-04-26", 92],
])("%s %s has %i quarter-hours", (zone, day, quarters) => {
  const { from, to } = rangeOfLocalDay(zone, day);
  expect((to - from) / (15 * MINUTE)).toBe(quarters);
  expect(localDayOf(zone, from)).toBe(day);
  expect(localDayOf(zone, EpochMs(to - 1))).toBe(day);
});

test("a local time that is left out has no moment, a repeated one has two", () => {
  const local = (text: string) => Date.parse(`${text}Z`);
  const utc = (text: string) => momentsOfLocal("Europe/Vienna", local(text)).map((at) => new Date(at).toISOString());
  expect(utc("2026-03-29T02:30:00")).toEqual([]);
  expect(utc("2026-10-25T02:30:00")).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
  expect(utc("2026-06-21T12:00:00")).toEqual(["2026-06-21T10:00:00.000Z"]);
});

test("fixed offsets and names are told from nonsense", () => {
  expect(["UTC", "Europe/Vienna", "-08:00", "+0530"].map(isTimeZone)).toEqual([true, true, true, true]);
  expect(["Mars/Olympus", "", "+25:00", "8"].map(isTimeZone)).toEqual([false, false, false, false]);
  expect(zoneOffset("-08:00", EpochMs(0))).toBe(-8 * HOUR);
});

test("days", () => {
  expect(addDays("2024-02-28", 1)).toBe("2024-02-29");
  expect(["2024-02-29", "2023-02-29", "24-2-9", "2024-13-01"].map(isLocalDay)).toEqual([true, false, false, false]);
});

test("local days follow each other without gap or overlap in any zone", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(
        "Europe/Vienna",
        "America/St_Johns",
        "Pacific/Apia",
        "Asia/Tehran",
        "Australia/Lord_Howe",
        "+05:45",
      ),
      fc.integer({ min: Date.UTC(2015, 0, 1), max: Date.UTC(2030, 0, 1) }),
      (zone, at) => {
        const day = localDayOf(zone, EpochMs(at));
        const { from, to } = rangeOfLocalDay(zone, day);
        expect(from <= at && at < to).toBe(true);
        expect(to - from).toBeGreaterThan(DAY / 2);
        expect(rangeOfLocalDay(zone, addDays(day, 1)).from).toBe(to);
      },
    ),
  );
});
