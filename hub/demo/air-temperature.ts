import { DAY, type EpochMs } from "../units.ts";

/** Climate of the simulated town, after Vienna's long-term means: 0.5 degC in late January, 21.5 degC in late July. */
const YEAR_MEAN_DEGC = 11;
const YEAR_SWING_DEGC = 10.5;
const COLDEST_DAY_OF_YEAR = 22;
const DAYS_IN_YEAR = 365.2425;
/** Between night and afternoon; the warmest hour is about 14 UTC at 16 degrees east. */
const DAY_SWING_DEGC = 4.5;
const WARMEST_DAY_PART = 14 / 24;

/** Outdoor temperature in degC: the year's and the day's wave, without weather. */
export function airTemperature(at: EpochMs): number {
  const days = at / DAY;
  const year = Math.cos((2 * Math.PI * (days - COLDEST_DAY_OF_YEAR)) / DAYS_IN_YEAR);
  const day = Math.cos(2 * Math.PI * (days - WARMEST_DAY_PART));
  return YEAR_MEAN_DEGC - YEAR_SWING_DEGC * year + DAY_SWING_DEGC * day;
}
