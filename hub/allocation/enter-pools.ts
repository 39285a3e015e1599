import { MilliWattHours } from "../units.ts";
import { partThatEnters } from "./membership.ts";
import { normaliseEnergy } from "./normalise.ts";
import type { PointPlan, SharingPlan } from "./plan-sharing.ts";
import { splitAmount } from "./split-demand.ts";

/** What becomes of measured energies before anything is shared, whole mWh; by member, or by plant of the plan. */
export interface Entered {
  /** Normalised consumption. */
  readonly consumption: number[];
  /** Own generation used behind the own meter. */
  readonly ownByMember: number[];
  /** What takes part. */
  readonly demands: number[];
  readonly generation: number[];
  readonly ownByPlant: number[];
  readonly pooled: readonly number[];
  /** Measured less normalised, by load or plant together. */
  readonly lossOfLoads: number;
  readonly lossOfPlants: number[];
  /** Metering points whose energy was below 0 and counts as 0. */
  readonly negative: string[];
}

/**
 * Stages before the pools: loss factors, own use, and how much of each metering point takes part.
 * @param loads measured energy by position in the layout, whole mWh
 * @param plants the same of plants
 * @throws RangeError when an energy is no whole number, NaN and undefined included
 */
export function enterPools(plan: SharingPlan, loads: ArrayLike<number>, plants: ArrayLike<number>): Entered {
  const negative: string[] = [];
  const lossOfPlants = new Array<number>(plan.plants.length).fill(0);
  const lossOfEachLoad = new Array<number>(plan.loads.length).fill(0);
  const restOfLoads = measure(plan.loads, loads, { losses: lossOfEachLoad, negative });
  const restOfPlants = measure(plan.plants, plants, { losses: lossOfPlants, negative });
  const consumption = sumByMember(plan, restOfLoads);
  const generation = restOfPlants.slice();
  const ownByMember = new Array<number>(plan.members.length).fill(0);
  const ownByPlant = new Array<number>(plan.plants.length).fill(0);
  for (const site of plan.sites) {
    const generated = site.plants.reduce((sum, plant) => sum + (generation[plant] ?? 0), 0);
    const own = Math.min(generated, consumption[site.member] as number);
    if (own === 0) continue;
    ownByMember[site.member] = own;
    takeFrom(restOfLoads, site.loads, own);
    takeFrom(restOfPlants, site.plants, own);
    for (const plant of site.plants) ownByPlant[plant] = (generation[plant] ?? 0) - (restOfPlants[plant] ?? 0);
  }
  return {
    consumption,
    ownByMember,
    demands: sumByMember(plan, entering(plan.loads, restOfLoads)),
    generation,
    ownByPlant,
    pooled: entering(plan.plants, restOfPlants),
    lossOfLoads: lossOfEachLoad.reduce((sum, loss) => sum + loss, 0),
    lossOfPlants,
    negative,
  };
}

/** Normalised energies of the points; what was lost and what was negative go into the given lists. */
function measure(
  points: readonly PointPlan[],
  energies: ArrayLike<number>,
  { losses, negative }: { readonly losses: number[]; readonly negative: string[] },
): number[] {
  const measured = new Array<number>(points.length);
  for (let index = 0; index < points.length; index += 1) {
    const { point, at, lossFactor } = points[index] as PointPlan;
    const plain = energies[at] as number;
    // Nearly every point of every interval; the same as below without an object for each.
    if (lossFactor === undefined && plain >= 0 && Number.isSafeInteger(plain)) {
      measured[index] = plain;
      continue;
    }
    const { energy, loss, isNegative } = normaliseEnergy(plain, lossFactor, point);
    measured[index] = energy;
    losses[index] = loss;
    if (isNegative) negative.push(point);
  }
  return measured;
}

/** What takes part; the list itself where everything does. */
function entering(points: readonly PointPlan[], energies: readonly number[]): readonly number[] {
  if (points.every(({ percent }) => percent === 100)) return energies;
  return energies.map((energy, index) => partThatEnters(energy, points[index]?.percent ?? 100));
}

/** @throws RangeError when a member's loads together have no whole mWh within 2^53 */
function sumByMember({ members, loads }: SharingPlan, energies: readonly number[]): number[] {
  const sums = new Array<number>(members.length).fill(0);
  for (let index = 0; index < loads.length; index += 1) {
    const { member } = loads[index] as PointPlan;
    sums[member] = MilliWattHours((sums[member] as number) + (energies[index] as number));
  }
  return sums;
}

/**
 * Take an amount from some points, each in proportion to what it has; changes `rests` in place. Behind one meter nobody
 * can measure whose mWh it was, so there is no turn: the first of equals gives the odd one.
 */
function takeFrom(rests: number[], points: readonly number[], amount: number): void {
  const weights = points.map((index) => rests[index] as number);
  for (const [place, part] of splitAmount(amount, weights, 0).entries()) {
    const index = points[place] as number;
    rests[index] = (rests[index] as number) - part;
  }
}
