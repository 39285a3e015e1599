import fc from "fast-check";
import { expect, test } from "vitest";
import { type IntervalOfEnergy, intervalRegister } from "../../../hub/decode/csv/register-of-intervals.ts";
import { intervalEnergies } from "../../../hub/energy/interval-energy.ts";
import { type Reading, SeriesKey } from "../../../hub/reading.ts";
import { EpochMs, Ms } from "../../../hub/units.ts";

const START = Date.UTC(2020, 0, 1);
const ONE_MWH = 3_600n * 10n ** 40n;
const series = SeriesKey("home-1/active_energy_import");

const countAll = (intervals: readonly IntervalOfEnergy[], start = 0n): readonly Reading[] => {
  const register = intervalRegister(start);
  return intervals
    .flatMap((interval) => register.count(interval))
    .map(({ at, wattHours }) => ({ series, at, stampedBy: "device", outcome: "value", value: wattHours }));
};

const intervalsOf = (energies: readonly (number | null)[], length: number): readonly IntervalOfEnergy[] =>
  energies.flatMap((mwh, index) => {
    const from = EpochMs(START + index * length);
    return mwh === null ? [] : [{ from, to: EpochMs(from + length), energy: BigInt(mwh) * ONE_MWH }];
  });

test("a register begins with 0, or its start, at the first interval's start", () => {
  const two = intervalsOf([1_500, 250], 3_600_000);
  expect(countAll(two).map(({ at, value }) => [at - START, value])).toEqual([
    [0, 0],
    [3_600_000, 1.5],
    [7_200_000, 1.75],
  ]);
  expect(countAll(two, 1_000n * ONE_MWH).map(({ value }) => value)).toEqual([1, 2.5, 2.75]);
});

test("after a gap it begins anew below everything before", () => {
  const readings = countAll(intervalsOf([1_000, null, 2_000], 3_600_000));
  expect(readings.map(({ at, value }) => [at - START, value])).toEqual([
    [0, 0],
    [3_600_000, 1],
    [7_199_999, -100_000_000.001],
    [7_200_000, -100_000_000],
    [10_800_000, -99_999_998],
  ]);
});

test("intervals must not overlap", () => {
  const register = intervalRegister(0n);
  register.count({ from: EpochMs(0), to: EpochMs(1000), energy: 0n });
  expect(() => register.count({ from: EpochMs(999), to: EpochMs(1999), energy: 0n })).toThrow(RangeError);
});

test.each([
  [1, undefined],
  [5, undefined],
  [15, 50_000],
  [30, undefined],
  [60, 50_000],
])("intervals of %i minutes come back exactly, and every gap as missing (rated %s W)", (minutes, ratedW) => {
  const length = minutes * 60_000;
  // Mostly zeros too: nights, dead plants and lone intervals between two gaps must survive.
  const energy = fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 1_000_000 }) },
    { weight: 2, arbitrary: fc.constant(null) },
  );
  fc.assert(
    fc.property(fc.array(energy, { minLength: 1, maxLength: 120 }), (energies) => {
      const counted = intervalEnergies({
        readings: countAll(intervalsOf(energies, length)),
        from: EpochMs(START),
        to: EpochMs(START + energies.length * length),
        interval: Ms(length),
        ...(ratedW !== undefined && { ratedW }),
      });
      expect(counted.map((one) => one.energy)).toEqual(energies);
    }),
  );
});

test("a longer file of the same meter continues a shorter one reading by reading", () => {
  const energies = [1_000, null, 0, 2_000, null, null, 3_000];
  const whole = countAll(intervalsOf(energies, 900_000));
  for (let count = 0; count < energies.length; count += 1) {
    const part = countAll(intervalsOf(energies.slice(0, count), 900_000));
    expect(whole.slice(0, part.length)).toEqual(part);
  }
});
