import type { Rational } from "./share.ts";

/** One metering point's energy made fit for sharing, whole mWh. */
export interface Normalised {
  /** Not negative. */
  readonly energy: number;
  /** What the loss factor took away (positive) or added (negative); for a loss account. */
  readonly loss: number;
  /** True when the measurement was below 0 and counts as 0; to be flagged wherever it is shown. */
  readonly isNegative: boolean;
}

/**
 * A measured energy as it enters the sharing: below 0 counts as 0, then the loss factor, rounded down.
 * @param measured whole mWh
 * @param factor undefined for none; may be above 1, as where consumption is grossed up for losses of the grid
 * @param point named in errors
 * @throws RangeError for anything but a whole number, NaN included: what is not known must not come here
 */
export function normaliseEnergy(measured: number, factor: Rational | undefined, point: string): Normalised {
  if (!Number.isSafeInteger(measured)) throw new RangeError(`${point}: not a whole mWh: ${measured}`);
  if (measured < 0) return { energy: 0, loss: 0, isNegative: true };
  if (factor === undefined) return { energy: measured, loss: 0, isNegative: false };
  const energy = Number((BigInt(measured) * factor.numerator) / factor.denominator);
  if (!Number.isSafeInteger(energy)) throw new RangeError(`${point}: too much energy after its loss factor: ${energy}`);
  return { energy, loss: measured - energy, isNegative: false };
}
