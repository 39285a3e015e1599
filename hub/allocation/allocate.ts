import { MilliWattHours } from "../units.ts";
import { type JointOutcome, prepareJointPool, shareJointly } from "./joint-pool.ts";
import type { Policy } from "./policy.ts";
import type { TierRun } from "./run-step.ts";
import type { Coefficients } from "./run-tiers.ts";

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
  /** What nobody consumed, whoever it belongs to. */
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
  /** Shares that somebody outside names for this interval, for a policy with external weights. */
  readonly coefficients?: Coefficients;
  /** For each tier with a quota over a day or month: what each member used of it before this interval, by member, mWh. */
  readonly quotaUsed?: readonly (Readonly<Record<string, number>> | undefined)[];
}

/**
 * Share one interval's pool out among the members, tier after tier, exact to the mWh: allotments + surplus = pool, and
 * nobody is given more than they used. Pure: the same input gives the same result, whatever the order of the demands.
 * For policies over one joint pool, its energy already known; `prepareSharing` takes every policy and starts from
 * metering points. A rounding that leaves a leak adds it to the surplus here.
 * @throws RangeError for a negative or fractional pool or consumption, a member named twice, shares above 1, missing
 *         coefficients, or a policy that speaks of metering points
 */
export function allocate(input: AllocationInput): AllocatedInterval {
  const demands = inMemberOrder(input.demands);
  const { allotted, rest, beyond, leak } = shareJointPool({ ...input, demands });
  const allotments = demands.map(({ member }, index) => {
    return { member, allotted: MilliWattHours(allotted[index] as number) };
  });
  return { pool: input.pool, allotments, surplus: MilliWattHours(rest + beyond + leak) };
}

/**
 * As `allocate`, before anything is named.
 * @param input its demands in member order, as `inMemberOrder` gives them
 * @param observe told of each step after it was rounded
 */
export function shareJointPool(input: AllocationInput, observe?: (run: TierRun) => void): JointOutcome {
  const { policy, demands, intervalIndex, coefficients, quotaUsed, pool } = input;
  const members = demands.map(({ member }) => member);
  return shareJointly(
    prepareJointPool(policy, members),
    {
      pool,
      demands: demands.map(({ consumption }) => consumption),
      intervalIndex,
      coefficients,
      quotaUsed: quotaUsed?.map((used) => (used === undefined ? undefined : members.map((id) => used[id] ?? 0))),
    },
    observe,
  );
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
