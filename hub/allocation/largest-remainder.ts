/**
 * Rounding exact quotas to whole units by largest remainder. Every quota is a fraction over one common total, so the
 * fractional parts compare as plain integers (their cross-multiplication with equal denominators).
 */

/** Weights that are safe integers: member i's quota of a pool is pool x weights[i] / total. */
export interface SmallKey {
  readonly weights: ArrayLike<number>;
  readonly total: number;
}

/** The same for weights or totals that do not fit 2^53. */
export interface LargeKey {
  readonly weights: ArrayLike<bigint>;
  readonly total: bigint;
}

export type Key = SmallKey | LargeKey;

/** What is to be shared out; lists run in member-id order and are equally long. */
export interface Apportionment {
  /** Whole units to share out; not negative. */
  readonly pool: number;
  readonly key: Key;
  /** The most each member can be given, whole units; not negative. */
  readonly caps: ArrayLike<number>;
  /** Whose turn it is to win a tie: a whole number that grows by one each interval. */
  readonly turn: number;
}

/**
 * Round each min(pool x weight / total, cap) down, then hand the units that are missing to the floor of the exact sum
 * of these quotas to the largest fractional parts. Of members with equal parts the one on turn comes first, the others
 * follow in id order, round the tied group: over many intervals each of them wins equally often.
 * A cap is a whole number, so a quota with a fractional part lies below its cap and rounding cannot break it.
 * @returns whole units for each member, each less than one unit from its quota; all 0 when the total is 0
 * @throws RangeError when the lists differ in length
 */
export function apportion(task: Apportionment): number[] {
  const { pool, key, caps } = task;
  if (key.weights.length !== caps.length) {
    throw new RangeError(`${key.weights.length} weights for ${caps.length} caps`);
  }
  if (pool === 0 || key.total < 1) return new Array<number>(caps.length).fill(0);
  return isSmall(key) && fitsSafeIntegers(pool, key) ? apportionSmall(task, key) : apportionLarge(task);
}

/**
 * True when no intermediate of the fast path can reach 2^53: the largest pool x weight, and the sum of all remainders,
 * each of which is below the total. A float product rounds monotonically, so comparing it is a proof.
 */
export function fitsSafeIntegers(pool: number, { weights, total }: SmallKey): boolean {
  let largest = 0;
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index] as number;
    if (weight > largest) largest = weight;
  }
  return pool * largest <= Number.MAX_SAFE_INTEGER && weights.length * total <= Number.MAX_SAFE_INTEGER;
}

function isSmall(key: Key): key is SmallKey {
  return typeof key.total === "number";
}

/** The fast path; the floor of a float quotient of two safe integers is exact. */
function apportionSmall({ pool, caps, turn }: Apportionment, { weights, total }: SmallKey): number[] {
  const given = new Array<number>(caps.length);
  const remainders = new Float64Array(caps.length);
  let remainderSum = 0;
  for (let index = 0; index < caps.length; index += 1) {
    const product = pool * (weights[index] as number);
    const floor = Math.floor(product / total);
    const cap = caps[index] as number;
    const isCapped = floor >= cap;
    const remainder = isCapped ? 0 : product - floor * total;
    given[index] = isCapped ? cap : floor;
    remainders[index] = remainder;
    remainderSum += remainder;
  }
  const units = Math.floor(remainderSum / total);
  if (units > 0) handOut({ given, remainders, last: findLargest(remainders.slice(), units), units, turn });
  return given;
}

/** The same steps in BigInt, for any key; exported so that a test can hold the fast path against it. */
export function apportionLarge({ pool, key, caps, turn }: Apportionment): number[] {
  const given = new Array<number>(caps.length);
  const remainders = new Array<bigint>(caps.length);
  const largePool = BigInt(pool);
  const total = BigInt(key.total);
  let remainderSum = 0n;
  for (let index = 0; index < caps.length; index += 1) {
    const product = largePool * BigInt(key.weights[index] as number | bigint);
    const floor = product / total;
    const cap = caps[index] as number;
    const isCapped = floor >= cap;
    const remainder = isCapped ? 0n : product - floor * total;
    given[index] = isCapped ? cap : Number(floor);
    remainders[index] = remainder;
    remainderSum += remainder;
  }
  const units = Number(remainderSum / total);
  if (units > 0) handOut({ given, remainders, last: findLargest(remainders.slice(), units), units, turn });
  return given;
}

/**
 * The value that stands at a place of a list from the largest on, by Hoare's selection: a list of a thousand is not
 * sorted to know one of its values.
 * @param values reordered in place
 * @param place from 1 to the length
 */
function findLargest<R extends number | bigint>(
  values: { [index: number]: R; readonly length: number },
  place: number,
): R {
  const target = values.length - place;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >>> 1] as R;
    let left = low;
    let right = high;
    while (left <= right) {
      while ((values[left] as R) < pivot) left += 1;
      while ((values[right] as R) > pivot) right -= 1;
      if (left > right) break;
      const swapped = values[left] as R;
      values[left] = values[right] as R;
      values[right] = swapped;
      left += 1;
      right -= 1;
    }
    if (target <= right) high = right;
    else if (target >= left) low = left;
    else break;
  }
  return values[target] as R;
}

interface HandOut<Remainder extends number | bigint> {
  /** Changed in place. */
  readonly given: number[];
  readonly remainders: ArrayLike<Remainder>;
  /** The smallest remainder that still gets a unit. */
  readonly last: Remainder;
  /** At least one, and fewer than there are members with a remainder above 0: each remainder is below one unit. */
  readonly units: number;
  readonly turn: number;
}

/** One unit to each remainder above the last that still gets one, and the rest in turn to those equal to it. */
function handOut<R extends number | bigint>({ given, remainders, last, units, turn }: HandOut<R>): void {
  let left = units;
  let tied = 0;
  for (let index = 0; index < given.length; index += 1) {
    const remainder = remainders[index] as R;
    if (remainder > last) {
      given[index] = (given[index] as number) + 1;
      left -= 1;
    } else if (remainder === last) tied += 1;
  }
  const first = ((turn % tied) + tied) % tied;
  let place = 0;
  for (let index = 0; index < given.length; index += 1) {
    if (remainders[index] !== last) continue;
    if ((place - first + tied) % tied < left) given[index] = (given[index] as number) + 1;
    place += 1;
  }
}
