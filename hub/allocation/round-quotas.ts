import { type Apportionment, apportion, type Key } from "./largest-remainder.ts";
import type { Rounding } from "./policy.ts";

/**
 * The last step of a tier: exact quotas become whole mWh. `exact` is the hub's own; the others do what some grid
 * operators' statements do, so that the two can be compared, and each says what it leaves.
 */

export interface Rounded {
  /** Whole mWh for each member, in the order of the weights. */
  readonly given: number[];
  /**
   * What rounding each for itself made up (negative) or lost (positive), mWh, for a rounding account:
   * the pool gave `given` and this together. 0 for every way that rounds them together.
   */
  readonly leak: number;
}

/** Grid operators write kWh with 6 decimals, which is whole mWh, and quotients likewise. */
const MILLION = 1_000_000n;
/** One Wh. */
const MWH_IN_WH = 1_000n;

/**
 * Round each min(pool x weight / total, cap).
 * - `exact`: largest remainder, one mWh at a time.
 * - `at_half_up_6dp`: each for itself, half up; the caps are whole, so none is broken.
 * - `de_cut_6dp`: the quotient weight / total is cut to 6 decimals, then what it makes of the pool is cut to mWh.
 * - `es_1_wh`: those at their cap keep it, the others' quotas are rounded to whole Wh by largest remainder.
 * @throws RangeError as `apportion`
 */
export function roundQuotas(rounding: Rounding, task: Apportionment): Rounded {
  switch (rounding) {
    case "exact":
      return { given: apportion(task), leak: 0 };
    case "at_half_up_6dp":
      return roundHalfUp(task);
    case "de_cut_6dp":
      return { given: cutQuotients(task), leak: 0 };
    case "es_1_wh":
      return { given: roundToWattHours(task), leak: 0 };
  }
}

function roundHalfUp(task: Apportionment): Rounded {
  const { caps } = task;
  const total = BigInt(task.key.total);
  const given = eachProduct(task, (product, index) =>
    total === 0n ? 0 : Math.min(caps[index] as number, Number((2n * product + total) / (2n * total))),
  );
  const together = apportion(task).reduce((sum, amount) => sum + amount, 0);
  return { given, leak: together - given.reduce((sum, amount) => sum + amount, 0) };
}

function cutQuotients({ pool, key, caps }: Apportionment): number[] {
  const total = BigInt(key.total);
  return weightsOf(key).map((weight, index) => {
    const quotient = total === 0n ? 0n : (weight * MILLION) / total;
    return Math.min(caps[index] as number, Number((BigInt(pool) * quotient) / MILLION));
  });
}

function roundToWattHours(task: Apportionment): number[] {
  const { caps, key, pool, turn } = task;
  const total = BigInt(key.total);
  if (total === 0n) return new Array<number>(caps.length).fill(0);
  const isCapped = eachProduct(task, (product, index) => product >= BigInt(caps[index] as number) * total);
  const weights = weightsOf(key).map((weight, index) => (isCapped[index] ? 0n : weight));
  const wattHours = apportion({
    pool,
    key: { weights, total: total * MWH_IN_WH },
    caps: weights.map(() => pool),
    turn,
  });
  return wattHours.map((amount, index) => {
    const cap = caps[index] as number;
    return isCapped[index] ? cap : Math.min(cap, amount * Number(MWH_IN_WH));
  });
}

/** What a mapping makes of each member's pool x weight. */
function eachProduct<T>({ pool, key }: Apportionment, map: (product: bigint, index: number) => T): T[] {
  return weightsOf(key).map((weight, index) => map(BigInt(pool) * weight, index));
}

function weightsOf(key: Key): bigint[] {
  return Array.from(key.weights as ArrayLike<number | bigint>, BigInt);
}
