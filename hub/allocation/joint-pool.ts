import { type CompletePolicy, completePolicy } from "./complete-policy.ts";
import type { Policy } from "./policy.ts";
import type { TierRun } from "./run-step.ts";
import { type Coefficients, runTiers } from "./run-tiers.ts";
import { planTiers, type TierPlan } from "./tier-plan.ts";

/** The name of the one pool, by which coefficients for it are known. */
export const JOINT_POOL = "joint";
const JOINT = [{ name: JOINT_POOL, members: undefined }];

/** A policy over one pool of known energy, prepared for its members; made once for many intervals. */
export interface JointPlan {
  /** In code-unit order, like everything that is listed by member. */
  readonly members: readonly string[];
  readonly tiers: readonly TierPlan[];
  readonly policy: CompletePolicy;
}

/** One interval of a joint pool, whole mWh and not negative; lists run in member-id order. */
export interface JointInterval {
  readonly pool: number;
  readonly demands: readonly number[];
  /** Intervals since any fixed moment, a whole number: it rotates who wins a tie. */
  readonly intervalIndex: number;
  readonly coefficients?: Coefficients | undefined;
  /** For each tier with a quota over a day or month: what each member used of it before this interval. */
  readonly quotaUsed?: readonly (readonly number[] | undefined)[] | undefined;
}

/** In mWh: pool = allotted + rest + beyond + leak. */
export interface JointOutcome {
  readonly allotted: readonly number[];
  readonly rest: number;
  readonly beyond: number;
  readonly leak: number;
}

/**
 * @param members in code-unit order, each once
 * @throws RangeError for a policy that speaks of metering points, or shares above 1
 */
export function prepareJointPool(policy: Policy, members: readonly string[]): JointPlan {
  const complete = completePolicy(policy);
  const metered = wordOfMeteringPoints(complete);
  if (metered !== undefined) throw new RangeError(`${metered} needs metering points: share by prepareSharing`);
  return { members, policy: complete, tiers: planTiers(complete, members, JOINT) };
}

/**
 * Share one interval's pool out, exactly. Pure: the same plan and interval give the same outcome.
 * @param observe told of each step after it was rounded
 * @throws RangeError for a negative or fractional energy, and for missing coefficients
 */
export function shareJointly(
  { members, tiers, policy }: JointPlan,
  { pool, demands, intervalIndex: turn, coefficients, quotaUsed }: JointInterval,
  observe?: (run: TierRun) => void,
): JointOutcome {
  if (!Number.isSafeInteger(turn)) throw new RangeError(`not an interval index: ${turn}`);
  refuseNegative(pool, "pool");
  for (let index = 0; index < members.length; index += 1)
    refuseNegative(demands[index] as number, members[index] as string);
  const { allotted, pools } = runTiers(
    {
      members,
      tiers,
      pools: JOINT,
      energies: [pool],
      demands,
      inOrder: true,
      keepsShares: policy.surplus === "to_share_owner",
      rounding: policy.rounding,
      turn,
      coefficients,
      quotaUsed,
    },
    observe,
  );
  const { rest, beyond, leak } = pools[0] ?? { rest: pool, beyond: 0, leak: 0 };
  let sum = rest + beyond + leak;
  for (let index = 0; index < allotted.length; index += 1) sum += allotted[index] as number;
  if (sum !== pool) throw new Error(`allotments and surplus are ${sum} mWh, but the pool is ${pool} mWh`);
  return { allotted, rest, beyond, leak };
}

/** What in a policy cannot be known from a pool and demands alone. */
function wordOfMeteringPoints(policy: CompletePolicy): string | undefined {
  if (policy.ownUse !== "none") return "own_use";
  if (Object.keys(policy.lossFactors).length > 0) return "loss_factors";
  if (Object.keys(policy.membershipPercent).length > 0) return "membership_percent";
  return policy.pools.kind === "joint" ? undefined : "pools";
}

/** Settlement counts a negative measurement as 0 and flags it before; here it is a bug. */
function refuseNegative(energy: number, what: string): void {
  if (!Number.isSafeInteger(energy) || energy < 0)
    throw new RangeError(`${what}: not a whole mWh from 0 up: ${energy}`);
}
