import type { Apportionment, Key } from "./largest-remainder.ts";

/**
 * Offering again what members could not use. After every round all members who could still use more hold the same
 * multiple of their weight, the level, so k rounds, however many, are one level: what is left for the open members over
 * the sum of their weights. The quotas that come of it have one denominator and are rounded like those of one round.
 */

/** What is shared out at the level: member i's quota is min(pool x weights[i] / total, caps[i]). */
export interface Level {
  readonly pool: number;
  readonly key: Key;
}

/** Passes before the level is looked for by sorting; members of ordinary communities are done in fewer. */
const PLAIN_PASSES = 8;

/**
 * The level after so many rounds, exactly. A round closes every member whose cap is at most the level x weight; each
 * closes at least one or is the last, so there are at most as many passes as members, and one more.
 * @param rounds from 1 up, or infinity to go on until the pool is exhausted or all with a weight have enough
 */
export function findLevel({ pool, key, caps }: Omit<Apportionment, "turn">, rounds: number): Level {
  if (rounds === 1 || pool === 0 || key.total < 1) return { pool, key };
  return typeof key.total === "number" && fitsFast(pool, key.weights as ArrayLike<number>)
    ? findLevelSmall(pool, key as { weights: ArrayLike<number>; total: number }, caps, rounds)
    : findLevelLarge(pool, key, caps, rounds);
}

/** No product pool x weight and no sum of weights may reach 2^53. */
function fitsFast(pool: number, weights: ArrayLike<number>): boolean {
  let largest = 0;
  let sum = 0;
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index] as number;
    if (weight > largest) largest = weight;
    sum += weight;
  }
  return pool * largest <= Number.MAX_SAFE_INTEGER && sum <= Number.MAX_SAFE_INTEGER;
}

function findLevelSmall(
  whole: number,
  { weights, total }: { readonly weights: ArrayLike<number>; readonly total: number },
  caps: ArrayLike<number>,
  rounds: number,
): Level {
  const open = new Int32Array(caps.length);
  let openCount = 0;
  let openWeight = 0;
  for (let index = 0; index < caps.length; index += 1) {
    const weight = weights[index] as number;
    if (weight === 0) continue;
    open[openCount] = index;
    openCount += 1;
    openWeight += weight;
  }
  let pool = whole;
  let divisor = total;
  for (let round = 1; round <= rounds; round += 1) {
    if (round === PLAIN_PASSES + 1 && rounds === Number.POSITIVE_INFINITY) {
      const skipped = skipAhead({ pool, openWeight, open: open.subarray(0, openCount), weights, caps });
      if (skipped !== undefined) ({ pool, openWeight, openCount } = skipped);
      divisor = openWeight;
    }
    let left = 0;
    let taken = 0;
    let closedWeight = 0;
    for (let place = 0; place < openCount; place += 1) {
      const index = open[place] as number;
      const weight = weights[index] as number;
      const cap = caps[index] as number;
      // A whole cap is at most a fraction exactly when it is at most its floor.
      if (cap <= Math.floor((pool * weight) / divisor)) {
        taken += cap;
        closedWeight += weight;
      } else {
        open[left] = index;
        left += 1;
      }
    }
    const isSettled = closedWeight === 0 && divisor === openWeight;
    if (round === rounds || isSettled || left === 0) break;
    openCount = left;
    openWeight -= closedWeight;
    pool -= taken;
    divisor = openWeight;
  }
  return { pool, key: { weights, total: divisor } };
}

interface OpenMembers {
  readonly pool: number;
  readonly openWeight: number;
  /** Indexes of members that are not closed; reordered in place. */
  readonly open: Int32Array;
  readonly weights: ArrayLike<number>;
  readonly caps: ArrayLike<number>;
}

/**
 * Close at once all members that later passes would close one by one. Floats find the place where to cut; it counts
 * only when, exactly, each closed member's cap is at most its part of the level, which proves that the level lies at or
 * above it and that no member was closed who should have stayed open.
 * @returns undefined when nothing can be closed that way; the plain passes then go on
 */
function skipAhead({
  pool,
  openWeight,
  open,
  weights,
  caps,
}: OpenMembers): { pool: number; openWeight: number; openCount: number } | undefined {
  const ratio = (index: number) => (caps[index] as number) / (weights[index] as number);
  // Largest first, so that closing means to forget the end of the list.
  const sorted = Array.from(open).sort((a, b) => ratio(b) - ratio(a));
  let count = sorted.length;
  let rest = pool;
  let weightLeft = openWeight;
  while (count > 1) {
    const index = sorted[count - 1] as number;
    const cap = caps[index] as number;
    if (cap * weightLeft > rest * (weights[index] as number)) break;
    rest -= cap;
    weightLeft -= weights[index] as number;
    count -= 1;
  }
  if (count === sorted.length || rest < 0) return undefined;
  for (let place = count; place < sorted.length; place += 1) {
    const index = sorted[place] as number;
    if ((caps[index] as number) > Math.floor((rest * (weights[index] as number)) / weightLeft)) return undefined;
  }
  open.set(sorted.slice(0, count));
  return { pool: rest, openWeight: weightLeft, openCount: count };
}

/** Two products of doubles that lie further apart than this part of their sum compare as the exact ones do. */
const SURE_PART = 1e-12;

/**
 * The same passes for any key: doubles tell most members apart, BigInt those that lie too near. Exported so that a test
 * can hold the fast path against it.
 */
export function findLevelLarge(whole: number, key: Key, caps: ArrayLike<number>, rounds: number): Level {
  const weights = Array.from(key.weights as ArrayLike<number | bigint>, BigInt);
  const doubles = Float64Array.from(weights, Number);
  let open = [...weights.keys()].filter((index) => weights[index] !== 0n);
  let openWeight = open.reduce((sum, index) => sum + (weights[index] as bigint), 0n);
  let pool = whole;
  let divisor = BigInt(key.total);
  for (let round = 1; round <= rounds; round += 1) {
    const divisorDouble = Number(divisor);
    const exactPool = BigInt(pool);
    const stillOpen: number[] = [];
    let taken = 0;
    let closedWeight = 0n;
    for (const index of open) {
      const cap = caps[index] as number;
      const needed = cap * divisorDouble;
      const offered = pool * (doubles[index] as number);
      const isSure = Math.abs(needed - offered) > SURE_PART * (needed + offered);
      const isEnough = isSure ? needed < offered : BigInt(cap) * divisor <= exactPool * (weights[index] as bigint);
      if (isEnough) {
        taken += cap;
        closedWeight += weights[index] as bigint;
      } else stillOpen.push(index);
    }
    const isSettled = closedWeight === 0n && divisor === openWeight;
    if (round === rounds || isSettled || stillOpen.length === 0) break;
    open = stillOpen;
    openWeight -= closedWeight;
    pool -= taken;
    divisor = openWeight;
  }
  return { pool, key: { weights, total: divisor } };
}
