import { expect, test } from "vitest";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { findRegisterGaps, loadTypicalEnergy, withNeighbours } from "../../hub/settlement/typical-energy.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { rangeOfLocalDay } from "../../hub/time-zone.ts";
import { DAY, EpochMs, HOUR, MINUTE, Ms } from "../../hub/units.ts";

const ZONE = "Europe/Vienna";
const QUARTER = Ms(15 * MINUTE);
const series = SeriesKey("home/active_energy_import");
const reading = (at: number, value: number): Reading => {
  return { series, at: EpochMs(at), stampedBy: "device", outcome: "value", value };
};
/** Wednesday noon in Vienna, 2026-03-11. */
const GAP = Date.UTC(2026, 2, 11, 11);

/** Eight weeks of quarter-hours before the gap: 100 Wh each, and 300 Wh from 13:00 to 14:00 on Wednesdays. */
async function openWeeks() {
  const store = memorySeriesStore();
  const readings: Reading[] = [];
  let register = 1_000;
  for (let at = GAP - 8 * 7 * DAY; at <= GAP; at += QUARTER) {
    readings.push(reading(at, register));
    const local = new Date(at + HOUR);
    register += local.getUTCDay() === 3 && local.getUTCHours() === 13 ? 300 : 100;
  }
  await store.append(readings);
  return { store, register };
}

test("gaps are stretches of two hours and more between usable readings, and what is open at the end", () => {
  const at = (hours: number) => GAP + hours * HOUR;
  const fault: Reading = { ...reading(at(3), 0), outcome: "read_failed", value: null };
  const readings = [reading(at(0), 1), reading(at(1.9), 2), fault, reading(at(5), 3), reading(at(6), 4)];
  const range = { from: EpochMs(at(-1)), to: EpochMs(at(8)) };
  expect(findRegisterGaps(readings, range)).toEqual([
    { from: at(1.9), to: at(5) },
    { from: at(6), to: null },
  ]);
  expect(findRegisterGaps(readings, { from: EpochMs(at(5)), to: EpochMs(at(6)) })).toEqual([]);
  expect(findRegisterGaps([], range)).toEqual([]);
});

test("what is usual is the mean of the same weekday and time in the eight weeks before", async () => {
  const { store } = await openWeeks();
  const asked = { from: EpochMs(GAP), to: EpochMs(GAP + DAY) };
  const options = { asked, zone: ZONE, interval: QUARTER, until: EpochMs(GAP + DAY) };
  const typical = await loadTypicalEnergy(store, series, [{ from: EpochMs(GAP), to: null }], options);
  expect(typical?.(EpochMs(GAP))).toBe(100_000);
  expect(typical?.(EpochMs(GAP + HOUR))).toBe(300_000);
  expect(typical?.(EpochMs(GAP + 2 * HOUR))).toBe(100_000);
  expect(typical?.(EpochMs(GAP + 3 * HOUR))).toBe(100_000);
  expect(typical?.(EpochMs(GAP - HOUR))).toBeUndefined();
  expect(await loadTypicalEnergy(store, series, [], options)).toBeUndefined();
});

test("of a gap that is open for weeks only the weekday that is asked about is looked up", async () => {
  const { store } = await openWeeks();
  let looked = 0;
  const counting = {
    buckets(...of: Parameters<typeof store.buckets>) {
      looked += 1;
      return store.buckets(...of);
    },
  };
  const until = EpochMs(GAP + 30 * DAY);
  const options = { zone: ZONE, interval: QUARTER, until };
  const whole = await loadTypicalEnergy(counting, series, [{ from: EpochMs(GAP), to: null }], {
    ...options,
    asked: { from: EpochMs(GAP), to: until },
  });
  expect(looked).toBe(56);
  for (const day of [0, 9, 20, 29]) {
    looked = 0;
    const asked = { from: EpochMs(GAP + day * DAY), to: EpochMs(GAP + (day + 1) * DAY) };
    const typical = await loadTypicalEnergy(counting, series, [{ from: EpochMs(GAP), to: null }], {
      ...options,
      asked,
    });
    expect(looked).toBeLessThanOrEqual(16);
    for (let at = asked.from as number; at < asked.to; at += QUARTER)
      expect(typical?.(EpochMs(at))).toBe(whole?.(EpochMs(at)));
  }
});

test("in a gap over the change to summer time, the local clock counts", async () => {
  const store = memorySeriesStore();
  const readings: Reading[] = [];
  const gap = rangeOfLocalDay(ZONE, "2026-03-29").from;
  let register = 0;
  for (let at = gap - 21 * DAY; at <= gap; at += QUARTER) {
    readings.push(reading(at, register));
    register += new Date(at + HOUR).getUTCHours() === 12 ? 400 : 40;
  }
  await store.append(readings);
  const typical = await loadTypicalEnergy(store, series, [{ from: gap, to: null }], {
    ...{ zone: ZONE, interval: QUARTER, until: EpochMs(gap + DAY) },
    asked: { from: EpochMs(gap), to: EpochMs(gap + DAY) },
  });
  // Noon is 10:00 UTC from this day on.
  expect(typical?.(EpochMs(Date.UTC(2026, 2, 29, 10)))).toBe(400_000);
  expect(typical?.(EpochMs(Date.UTC(2026, 2, 29, 11)))).toBe(40_000);
});

test("a day without readings of its own finds the nearest ones around it", async () => {
  const { store, register } = await openWeeks();
  const after = GAP + 3 * DAY + 123_456;
  await store.append([reading(after, register + 7_000), reading(after + 1, register + 7_001)]);
  const day = { from: EpochMs(GAP + DAY), to: EpochMs(GAP + 2 * DAY) };
  const found = await withNeighbours(store, series, [], day);
  expect(found.map(({ at }) => at)).toEqual([GAP, after]);
  const own = [reading(GAP + DAY - 5, 1), reading(GAP + 2 * DAY + 5, 2)];
  expect(await withNeighbours(store, series, own, day)).toEqual(own);
});
