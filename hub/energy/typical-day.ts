import type { EpochMs, Ms } from "../units.ts";

/**
 * What one metering point usually does, from days like the one in question: the weight of each interval, mWh. It shapes a
 * gap whose total is known, and stands in where nothing is. Undefined where no comparable day says anything.
 */
export type TypicalEnergy = (from: EpochMs) => number | undefined;

/**
 * The weight of a stretch of time, as whole mWh x ms: each interval counts for the part of it that lies inside. Intervals
 * that nothing is known of weigh as much as the mean of the known ones, so that a hole in the memory is no hole in the gap.
 * @param stretches boundaries by time, at least two
 * @returns one weight for each stretch between two boundaries; all of one length-proportional weight when nothing is known
 */
export function weighStretches(
  boundaries: readonly EpochMs[],
  typical: TypicalEnergy,
  interval: Ms,
): readonly bigint[] {
  const parts = boundaries.slice(1).map((to, index) => partsOf(boundaries[index] ?? to, to, typical, interval));
  const known = parts.flat().flatMap(({ weight }) => (weight === undefined ? [] : [weight]));
  const mean =
    known.length === 0 ? 1 : Math.max(0, Math.round(known.reduce((sum, each) => sum + each, 0) / known.length));
  const weights = parts.map((those) =>
    those.reduce((sum, { weight, lengthMs }) => sum + BigInt(weight ?? mean) * BigInt(lengthMs), 0n),
  );
  // Comparable days on which nothing happened give no shape: then time alone does.
  if (weights.every((weight) => weight === 0n)) {
    return boundaries.slice(1).map((to, index) => BigInt(to - (boundaries[index] ?? to)));
  }
  return weights;
}

function partsOf(from: EpochMs, to: EpochMs, typical: TypicalEnergy, interval: Ms) {
  const parts: { readonly weight: number | undefined; readonly lengthMs: number }[] = [];
  for (let start = Math.floor(from / interval) * interval; start < to; start += interval) {
    const lengthMs = Math.min(to, start + interval) - Math.max(from, start);
    parts.push({ weight: typical(start as EpochMs), lengthMs });
  }
  return parts;
}
