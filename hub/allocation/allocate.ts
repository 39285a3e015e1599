import { MilliWattHours } from "../units.ts";
import { fixedKey } from "./fixed-key.ts";
import { apportion, type Key } from "./largest-remainder.ts";
import type { Policy, Weight } from "./policy.ts";

/** What one member used in one interval; not negative. */
export interface Demand {
  readonly member: string;
  readonly consumption: MilliWattHours;
}

/** What one member gets of the pool in one interval. */
export interface Allotment {
  readonly member: string;
  readonly allotted: MilliWattHours;
}

export interface AllocatedInterval {
  readonly pool: MilliWattHours;
  /** One for each demand, in code-unit order of the member ids. */
  readonly allotments: readonly Allotment[];
  /** What nobody was given; it goes to the grid. */
  readonly surplus: MilliWattHours;
}

/** One interval to allocate. The order of the demands changes nothing; in id order they are not sorted again. */
export interface AllocationInput {
  /** Not changed in place by anybody once it was allocated by. */
  readonly policy: Policy;
  /** What the community generated in the interval; not negative. */
  readonly pool: MilliWattHours;
  readonly demands: readonly Demand[];
  /** Intervals since any fixed moment, a whole number: it rotates who wins a tie. */
  readonly intervalIndex: number;
}

/**
 * Share one interval's pool out among the members, tier after tier, exact to the mWh: allotments + surplus = pool, and
 * nobody is given more than they used. Pure: the same input gives the same result, whatever the order of the demands.
 * @throws RangeError for a negative or fractional pool or consumption, a member named twice, or shares above 1
 */
export function allocate(input: AllocationInput): AllocatedInterval {
  const demands = inMemberOrder(input.demands);
  const { allotted, surplus } = runTiers({ ...input, demands });
  let sum = surplus;
  const allotments = new Array<Allotment>(demands.length);
  for (let index = 0; index < demands.length; index += 1) {
    const amount = allotted[index] as number;
    sum += amount;
    allotments[index] = { member: (demands[index] as Demand).member, allotted: MilliWattHours(amount) };
  }
  if (sum !== input.pool) throw new Error(`allotments and surplus are ${sum} mWh, but the pool is ${input.pool} mWh`);
  return { pool: input.pool, allotments, surplus: MilliWattHours(surplus) };
}

/** One tier as it was run, for whoever wants to explain it; the lists run in member-id order, in mWh. */
export interface TierRun {
  readonly weight: Weight;
  /** What earlier tiers left. */
  readonly pool: number;
  readonly key: Key;
  /** Demand that earlier tiers left open; only valid during the call. */
  readonly caps: readonly number[];
  readonly given: readonly number[];
}

/** In mWh; the list runs in member-id order. */
interface RunResult {
  readonly allotted: readonly number[];
  readonly surplus: number;
}

/**
 * Run the tiers in order, each on what the earlier ones left of pool and demand.
 * @param input its demands in member order, as `inMemberOrder` gives them
 * @param observe told of each tier after it was rounded; settling does without
 * @throws RangeError as `allocate`
 */
export function runTiers(input: AllocationInput, observe?: (run: TierRun) => void): RunResult {
  const { policy, demands, intervalIndex: turn } = input;
  if (!Number.isSafeInteger(turn)) throw new RangeError(`not an interval index: ${turn}`);
  let rest: number = notNegative(input.pool, "pool");
  const caps = demands.map(({ member, consumption }) => notNegative(consumption, member));
  const allotted = new Array<number>(demands.length).fill(0);
  for (const { weight } of policy.tiers) {
    const key = keyOf(weight, demands, caps);
    const given = meetsAll(weight, rest, key) ? caps.slice() : apportion({ pool: rest, key, caps, turn });
    observe?.({ weight, pool: rest, key, caps, given });
    for (let index = 0; index < given.length; index += 1) {
      const amount = given[index] as number;
      allotted[index] = (allotted[index] as number) + amount;
      caps[index] = (caps[index] as number) - amount;
      rest -= amount;
    }
  }
  return { allotted, surplus: rest };
}

/**
 * Demands by member id in code-unit order, which is the same on every machine, unlike a locale's.
 * @throws RangeError when a member is named twice
 */
export function inMemberOrder(demands: readonly Demand[]): readonly Demand[] {
  if (firstOutOfOrder(demands) === undefined) return demands;
  const sorted = demands.toSorted((a, b) => (a.member < b.member ? -1 : a.member > b.member ? 1 : 0));
  const twice = firstOutOfOrder(sorted);
  if (twice !== undefined) throw new RangeError(`member ${twice} is named twice in one interval`);
  return sorted;
}

/** The first member that does not come after the one before it, or `undefined` when all do. */
function firstOutOfOrder(demands: readonly Demand[]): string | undefined {
  for (let index = 1; index < demands.length; index += 1) {
    const { member } = demands[index] as Demand;
    if (member <= (demands[index - 1] as Demand).member) return member;
  }
  return undefined;
}

/** Settlement counts a negative measurement as 0 and flags it before; here it is a bug. */
function notNegative(energy: number, what: string): number {
  if (!Number.isSafeInteger(energy) || energy < 0)
    throw new RangeError(`${what}: not a whole mWh from 0 up: ${energy}`);
  return energy;
}

/** Everybody weighs what they still need, so a pool that is large enough meets every demand. */
function meetsAll(weight: Weight, pool: number, key: Key): boolean {
  return weight.kind === "consumption" && pool >= key.total;
}

function keyOf(weight: Weight, demands: readonly Demand[], caps: readonly number[]): Key {
  switch (weight.kind) {
    case "consumption":
      return consumptionKey(caps);
    case "equal":
      return { weights: new Float64Array(caps.length).fill(1), total: caps.length };
    case "fixed":
      return fixedKey(weight.shares, demands);
  }
}

function consumptionKey(caps: readonly number[]): Key {
  let total = 0;
  for (const cap of caps) total += cap;
  // No copy: the caps shrink only after the tier was rounded and observed.
  if (total <= Number.MAX_SAFE_INTEGER) return { weights: caps, total };
  const weights = caps.map(BigInt);
  return { weights, total: weights.reduce((sum, weight) => sum + weight, 0n) };
}
