/**
 * Units: one checked door each. Inside the hub energy is whole mWh, time is whole ms since 1970 UTC;
 * at every untyped edge the unit is in the name (`amount_mwh`, `from_ms`).
 */
declare const unit: unique symbol;
export type Branded<T, U extends string> = T & { readonly [unit]: U };

/** Energy, whole milliwatt-hours (1e-6 kWh, the resolution of market data). May be negative in postings. */
export type MilliWattHours = Branded<number, "mWh">;
/** A moment, whole milliseconds since 1970-01-01T00:00Z. */
export type EpochMs = Branded<number, "epoch ms">;
/** A length of time, whole milliseconds. */
export type Ms = Branded<number, "ms">;

/** The only door into `MilliWattHours`. A fraction, NaN or a value past 2^53 is a bug, not a reading. @throws RangeError */
export function MilliWattHours(value: number): MilliWattHours {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole mWh: ${value}`);
  return (value === 0 ? 0 : value) as MilliWattHours;
}

/** The only door into `EpochMs`. @throws RangeError for a fraction, NaN or a value past 2^53. */
export function EpochMs(value: number): EpochMs {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole epoch ms: ${value}`);
  return value as EpochMs;
}

/** The only door into `Ms`. @throws RangeError for a fraction, NaN, a negative length or a value past 2^53. */
export function Ms(value: number): Ms {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`not a whole length in ms: ${value}`);
  return value as Ms;
}

/**
 * Wh registers are decimals; they are rounded once, here, half away from zero.
 * @param wh register value in Wh, as the device sent it
 * @throws RangeError when the value has no whole mWh within 2^53
 */
export function milliWattHoursFromWh(wh: number): MilliWattHours {
  // A float that is nearest to a decimal of at most 15 digits is nearest to no other, so this one is what was sent.
  const whole = Math.round(wh * 1_000);
  if (whole / 1_000 === wh && Math.abs(whole) < FIFTEEN_DIGITS) return MilliWattHours(whole);
  return MilliWattHours(Math.sign(wh) * Math.round(shiftDecimal(Math.abs(wh), 3)));
}

const FIFTEEN_DIGITS = 1e15;

/**
 * Multiply by a power of ten without the error of a float product: 1.001 shifted by 3 is 1001, not 1000.9999999999999.
 * @param value any finite number
 * @param places how far the decimal point moves to the right; negative moves it left
 */
export function shiftDecimal(value: number, places: number): number {
  const [digits, exponent] = String(value).split("e");
  return Number(`${digits}e${Number(exponent ?? 0) + places}`);
}

export const MINUTE = 60_000 as Ms;
export const HOUR = 3_600_000 as Ms;
export const DAY = 86_400_000 as Ms;

/** Where the time of day comes from; tests, the demo and a repaired Pi clock hand in their own. */
export type Clock = () => EpochMs;
export const systemClock: Clock = () => Date.now() as EpochMs;
