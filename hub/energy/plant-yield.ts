import { type MilliWattHours, shiftDecimal } from "../units.ts";

/** One plant of the community over some period. */
export interface PlantOutput {
  /** Metering point of its generation. */
  readonly point: string;
  /** Rated (nominal) power in kW; a plant without it is shown but neither compared nor counted. */
  readonly ratedKw?: number;
  readonly energy: MilliWattHours;
}

/** A question for the steward about a plant, never an answer: the flag changes no number anywhere. */
export type YieldFlag = "dead" | "weak" | "high";

export interface PlantYield {
  readonly point: string;
  /** Null without rated power. */
  readonly yieldKwhPerKw: number | null;
  /** Median over the community's rated plants; null when they are too few to compare. */
  readonly medianKwhPerKw: number | null;
  /** Yield over median; null when either is null or the median is 0, as at night. */
  readonly ratio: number | null;
  readonly flag: YieldFlag | null;
}

/** Below this part of the median a plant is off or cut off: dirt, shade and a bad roof still leave more. */
export const DEAD_BELOW = 0.1;
/** Below this part of the median something is broken: a string, a fuse, half of the meter. Facing north still leaves more. */
export const WEAK_BELOW = 0.6;
/** Above this multiple of the median the rated power or the meter's factor is wrong: no roof is so much sunnier than its neighbours. */
export const HIGH_ABOVE = 1.6;
/** With fewer rated plants the median is just one of two neighbours, and nobody can tell which of them is odd. */
export const COMPARED_FROM = 3;

/**
 * Yield per kW of each plant against the community's median, in the order given. All plants must cover the same period.
 * @returns yields in kWh per kW rated; display figures, not inputs of any settlement
 * @throws RangeError for a rated power that is not positive
 */
export function comparePlantYields(plants: readonly PlantOutput[]): readonly PlantYield[] {
  const yields = plants.map(yieldOf);
  const known = yields.filter((each) => each !== null);
  const median = known.length < COMPARED_FROM ? null : medianOf(known);
  return plants.map(({ point }, index) => {
    const own = yields[index] ?? null;
    const ratio = own === null || median === null || median === 0 ? null : own / median;
    return { point, yieldKwhPerKw: own, medianKwhPerKw: median, ratio, flag: flagOf(ratio) };
  });
}

function yieldOf({ point, ratedKw, energy }: PlantOutput): number | null {
  if (ratedKw === undefined) return null;
  if (!(ratedKw > 0)) throw new RangeError(`rated power of ${point} is not positive: ${ratedKw} kW`);
  return shiftDecimal(energy, -6) / ratedKw;
}

/** Of an even number, the mean of the two in the middle. */
function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

function flagOf(ratio: number | null): YieldFlag | null {
  if (ratio === null) return null;
  if (ratio < DEAD_BELOW) return "dead";
  if (ratio < WEAK_BELOW) return "weak";
  return ratio > HIGH_ABOVE ? "high" : null;
}
