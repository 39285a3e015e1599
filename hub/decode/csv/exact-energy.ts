import type { Ms } from "../../units.ts";
import type { CsvProblem, CsvUnit } from "./csv-map.ts";
import type { Decimal } from "./read-decimal.ts";

/**
 * Energy as an exact whole number of 1e-40 watt-milliseconds: decimal kWh and mean power over any whole ms are both
 * whole in it, so a year of intervals adds up without one rounding.
 */
export type ExactEnergy = bigint;

/** Places kept below one watt-millisecond; a float dumped with all its digits needs about 25. */
const PLACES = 40;
const MS_PER_HOUR = 3_600_000n;
/** 1 mWh = 3,600 watt-milliseconds. */
const ENERGY_PER_MWH = 3_600n * 10n ** BigInt(PLACES);

const units: { readonly [unit in CsvUnit]: { readonly shift: number; readonly isPower: boolean } } = {
  Wh: { shift: 0, isPower: false },
  kWh: { shift: 3, isPower: false },
  MWh: { shift: 6, isPower: false },
  W: { shift: 0, isPower: true },
  kW: { shift: 3, isPower: true },
  MW: { shift: 6, isPower: true },
};

export function isPowerUnit(unit: CsvUnit): boolean {
  return units[unit].isPower;
}

/**
 * Energy of a number in its unit; mean power counts over the whole interval. Pure and exact.
 * @param interval length of the interval, used for W, kW and MW only
 */
export function exactEnergy({ coefficient, places }: Decimal, unit: CsvUnit, interval: Ms): ExactEnergy | CsvProblem {
  const { shift, isPower } = units[unit];
  const exponent = PLACES + shift - places;
  if (coefficient === 0n) return 0n;
  if (exponent < 0) {
    return { message: `a number with ${places} decimal places`, remedy: "Round the number in the file." };
  }
  return coefficient * powerOfTen(exponent) * (isPower ? BigInt(interval) : MS_PER_HOUR);
}

/** Rounded once, half away from zero, to whole mWh. @throws RangeError past 2^53 mWh, nine terawatt-hours */
export function wholeMilliWattHours(energy: ExactEnergy): number {
  const half = energy < 0n ? -ENERGY_PER_MWH / 2n : ENERGY_PER_MWH / 2n;
  const rounded = Number((energy + half) / ENERGY_PER_MWH);
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`register out of range: ${rounded} mWh`);
  return rounded === 0 ? 0 : rounded;
}

/** True when the energy is more than `limit` mWh, in either direction. */
export function isBeyond(energy: ExactEnergy, limit: number): boolean {
  return (energy < 0n ? -energy : energy) > BigInt(limit) * ENERGY_PER_MWH;
}

/** Wh as the nearest float of an exact decimal: it prints with at most three places and rounds back to the same mWh. */
export function wattHoursOf(milliWattHours: number): number {
  return Number(`${milliWattHours}e-3`);
}

const powers: bigint[] = [];
function powerOfTen(exponent: number): bigint {
  powers[exponent] ??= 10n ** BigInt(exponent);
  return powers[exponent];
}
