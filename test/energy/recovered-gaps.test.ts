import fc from "fast-check";
import { expect, test } from "vitest";
import { intervalEnergies } from "../../hub/energy/interval-energy.ts";
import type { TypicalEnergy } from "../../hub/energy/typical-day.ts";
import { EpochMs, MINUTE, MilliWattHours, Ms } from "../../hub/units.ts";
import { clock, readingsOf, valueAt } from "./register-readings.ts";

const QUARTER = Ms(15 * MINUTE);
/** Twice as much from 13:00 to 14:00 as at any other time. */
const busyAtOne: TypicalEnergy = (from) => (from >= clock("13:00") && from < clock("14:00") ? 2_000 : 1_000);
const energiesOf = (text: string, from: string, to: string, more: object) =>
  intervalEnergies({ readings: readingsOf(text), from: clock(from), to: clock(to), interval: QUARTER, ...more }).map(
    ({ energy, quality }) => (energy === null ? "missing" : `${energy / 1e6} ${quality}`),
  );

test("a gap whose register is known at both ends is shaped like comparable days, and its total is exact", () => {
  const text = "11:45 99, 12:00 100, 15:00 116, 15:15 117";
  expect(energiesOf(text, "11:45", "15:15", { typical: busyAtOne })).toEqual([
    "1 measured",
    ...Array(4).fill("1 recovered"),
    ...Array(4).fill("2 recovered"),
    ...Array(4).fill("1 recovered"),
    "1 measured",
  ]);
});

test("without comparable days a gap is a gap, and with days on which nothing happened it is straight", () => {
  const text = "12:00 100, 14:00 108";
  expect(energiesOf(text, "12:00", "14:00", {})).toEqual(Array(8).fill("missing"));
  expect(energiesOf(text, "12:00", "14:00", { typical: () => 0 })).toEqual(Array(8).fill("1 recovered"));
  expect(energiesOf(text, "12:00", "14:00", { typical: () => undefined })).toEqual(Array(8).fill("1 recovered"));
});

test("what nothing tells of is as usual only where that is allowed", () => {
  const text = "12:00 100, 12:15 101";
  expect(energiesOf(text, "12:00", "12:45", { typical: busyAtOne })).toEqual(["1 measured", "missing", "missing"]);
  expect(energiesOf(text, "12:00", "12:45", { typical: busyAtOne, mayEstimate: true })).toEqual([
    "1 measured",
    "0.001 estimated",
    "0.001 estimated",
  ]);
  expect(energiesOf(text, "12:00", "12:30", { typical: () => undefined, mayEstimate: true })).toEqual([
    "1 measured",
    "missing",
  ]);
});

test("an estimate never replaces what the register tells", () => {
  const measured = "12:00 100, 12:15 101, 12:30 103";
  expect(energiesOf(measured, "12:00", "12:30", { typical: busyAtOne, mayEstimate: true })).toEqual([
    "1 measured",
    "2 measured",
  ]);
});

test("whatever the shape, the intervals of a gap sum to its register difference, none is negative, and any view agrees", () => {
  const weights = fc.array(fc.option(fc.nat(10_000), { nil: undefined }), { minLength: 40, maxLength: 40 });
  fc.assert(
    fc.property(weights, fc.nat(10 ** 9), fc.integer({ min: 0, max: 899 }), (shape, rise, seconds) => {
      const typical: TypicalEnergy = (from) => shape[Math.floor((from - clock("10:00")) / QUARTER)];
      const readings = [
        valueAt(EpochMs(clock("12:00") + seconds * 1000), 5_000),
        valueAt(clock("17:00"), 5_000 + rise / 1000),
      ];
      // The ends are far from readings of their own, so only whole intervals inside are asked for.
      const whole = intervalEnergies({
        readings,
        from: clock("12:15"),
        to: clock("17:00"),
        interval: QUARTER,
        typical,
      });
      const parts = [
        ...intervalEnergies({ readings, from: clock("12:15"), to: clock("14:00"), interval: QUARTER, typical }),
        ...intervalEnergies({ readings, from: clock("14:00"), to: clock("17:00"), interval: QUARTER, typical }),
      ];
      expect(parts).toEqual(whole);
      const energies = whole.map(({ energy }) => energy ?? MilliWattHours(-1));
      expect(Math.min(...energies)).toBeGreaterThanOrEqual(0);
      const sum = energies.reduce<number>((total, energy) => total + energy, 0);
      expect(sum).toBeLessThanOrEqual(rise);
      const onTheGrid = [valueAt(clock("12:00"), 5_000), valueAt(clock("17:00"), 5_000 + rise / 1000)];
      const all = intervalEnergies({
        ...{ readings: onTheGrid, from: clock("12:00"), to: clock("17:00"), interval: QUARTER, typical },
      });
      expect(all.reduce((total, { energy }) => total + (energy ?? Number.NaN), 0)).toBe(rise);
      expect(new Set(whole.map(({ quality }) => quality))).toEqual(new Set(["recovered"]));
    }),
    { numRuns: 500 },
  );
});
