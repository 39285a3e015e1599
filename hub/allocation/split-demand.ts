import { apportion } from "./largest-remainder.ts";

/**
 * Divide what each member can use among several pools that serve side by side, in proportion to what each has to give,
 * exactly: no pool is asked first, so no plant sells before another because of its name.
 * @param amounts what to divide, whole mWh, one a member
 * @param budgets what each pool has to give, whole mWh
 * @param canServe whether a pool gives anything to a member at all
 * @param turn rotates ties, as in `Apportionment`
 * @returns for each pool one amount a member; each member's amounts sum to theirs, or to 0 if no pool serves them
 */
export function splitDemand(
  amounts: readonly number[],
  budgets: readonly number[],
  canServe: (pool: number, member: number) => boolean,
  turn: number,
): number[][] {
  const parts = budgets.map(() => new Array<number>(amounts.length).fill(0));
  for (let member = 0; member < amounts.length; member += 1) {
    const amount = amounts[member] as number;
    if (amount === 0) continue;
    const weights = budgets.map((budget, pool) => (canServe(pool, member) ? budget : 0));
    for (const [pool, part] of splitAmount(amount, weights, turn).entries()) {
      (parts[pool] as number[])[member] = part;
    }
  }
  return parts;
}

/** One amount in proportion to weights, whole mWh by largest remainder; all 0 when no weight is above 0. */
export function splitAmount(amount: number, weights: readonly number[], turn: number): readonly number[] {
  const caps = new Array<number>(weights.length).fill(amount);
  let total = 0;
  for (const weight of weights) total += weight;
  if (total <= Number.MAX_SAFE_INTEGER) return apportion({ pool: amount, key: { weights, total }, caps, turn });
  const large = weights.map(BigInt);
  return apportion({
    pool: amount,
    key: { weights: large, total: large.reduce((sum, weight) => sum + weight, 0n) },
    caps,
    turn,
  });
}
