import type { EpochMs, MilliWattHours } from "../units.ts";

/**
 * How an interval's energy is known, best first. `measured`: a reading within 60 s of both ends. `interpolated`: linear
 * between readings less than 2 h apart. `recovered`: inside a longer gap whose register is known at both ends, so that the
 * gap's total is exact and only its shape is that of comparable days. `estimated`: the mean of comparable days, with
 * nothing to hold it to. `missing`: no energy at all, never 0.
 */
export const qualities = ["measured", "interpolated", "recovered", "estimated", "missing"] as const;
export type Quality = (typeof qualities)[number];

/** Why an interval is missing: nothing there, or a register that fell or jumped and is now a question for the steward. */
export type MissingReason = "no_readings" | "gap" | "register_fell" | "register_jumped";

/** Energy of one metering point in one half-open interval [from, to). */
export interface IntervalEnergy {
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** Null exactly when `quality` is "missing"; never negative. */
  readonly energy: MilliWattHours | null;
  readonly quality: Quality;
  readonly reason?: MissingReason;
}

/** The worst of several qualities. */
export function worstQuality(those: readonly Quality[]): Quality {
  let worst: Quality = "measured";
  for (const quality of those) worst = worseQuality(worst, quality);
  return worst;
}

/** The worse of two. */
export function worseQuality(a: Quality, b: Quality): Quality {
  return a === b || ranks[a] > ranks[b] ? a : b;
}

const ranks: Readonly<Record<Quality, number>> = {
  measured: 0,
  interpolated: 1,
  recovered: 2,
  estimated: 3,
  missing: 4,
};
