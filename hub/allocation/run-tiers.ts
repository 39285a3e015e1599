import type { CompleteTier } from "./complete-policy.ts";
import { fixedKey } from "./fixed-key.ts";
import type { Rounding } from "./policy.ts";
import { type Board, type Observe, runStep } from "./run-step.ts";
import { parseShare } from "./share.ts";
import { splitAmount } from "./split-demand.ts";
import type { StepWeight } from "./tier-key.ts";
import type { PoolPlan, StepPlan, TierPlan } from "./tier-plan.ts";

/** Shares that somebody outside names for one interval, as exact texts by member: by name of the key, then of the pool. */
export type Coefficients = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** What the tiers of one interval run on; lists run in member-id order, energies in whole mWh. */
export interface TierInput {
  readonly members: readonly string[];
  readonly tiers: readonly TierPlan[];
  readonly pools: readonly PoolPlan[];
  /** What each pool has to give. */
  readonly energies: readonly number[];
  /** What each member used and takes part with. */
  readonly demands: readonly number[];
  /** Pools side by side, or one after the other in their order. */
  readonly inOrder: boolean;
  /** What is beyond a member's demand stays theirs even when a cap holds. */
  readonly keepsShares: boolean;
  readonly rounding: Rounding;
  readonly turn: number;
  readonly coefficients?: Coefficients | undefined;
  /** For each tier with a quota over a day or month: what each member used of it before this interval. */
  readonly quotaUsed?: readonly (ArrayLike<number> | undefined)[] | undefined;
}

/** What came of it, in whole mWh. */
export interface TierOutcome {
  /** Consumed by each member, all pools together. */
  readonly allotted: number[];
  /** Given to each member beyond what they used; all 0 unless shares are kept or a tier has no cap. */
  readonly beyond: number[];
  /** For each tier with a quota: what each member took of it in this interval. */
  readonly quotaTaken: readonly (number[] | undefined)[];
  readonly pools: readonly PoolOutcome[];
}

export interface PoolOutcome {
  readonly allotted: readonly number[];
  readonly beyond: number;
  readonly rest: number;
  /** See `Rounded`. */
  readonly leak: number;
}

/**
 * Run the tiers in order, each on what the earlier ones left of pools and demand. Pure.
 * @param observe told of each step on each pool after it was rounded; settling does without
 * @throws RangeError when coefficients for the interval are missing or no shares, or shares sum to more than 1
 */
export function runTiers(input: TierInput, observe?: Observe): TierOutcome {
  const { demands, energies, tiers } = input;
  const allotted = new Array<number>(demands.length).fill(0);
  const isOnePool = energies.length === 1;
  const board: Board = {
    open: demands.slice(),
    allotted,
    beyond: new Array<number>(demands.length).fill(0),
    pools: energies.map((energy) => ({
      allotted: isOnePool ? allotted : new Array<number>(demands.length).fill(0),
      beyond: 0,
      rest: energy,
      leak: 0,
    })),
  };
  const quotaTaken = tiers.map(({ tier }) =>
    tier.cap.kind === "demand_and_quota" ? new Array<number>(demands.length).fill(0) : undefined,
  );
  tiers.forEach(({ tier, steps }, index) => {
    const budgets = budgetsOf(tier, input, board);
    const run = { input, board, tier, index, budgets, taken: quotaTaken[index], observe };
    for (const step of steps) runStep({ ...run, step, weights: weightsOf(step, tier, input) });
  });
  return { allotted: board.allotted, beyond: board.beyond, quotaTaken, pools: board.pools };
}

/** What each pool may give in this tier. */
function budgetsOf({ budget }: CompleteTier, { energies, turn, inOrder }: TierInput, { pools }: Board): number[] {
  const rests = pools.map(({ rest }) => rest);
  if (budget.kind === "all") return rests;
  if (budget.kind === "share_of_pool") {
    const { numerator, denominator } = parseShare(budget.share);
    return rests.map((rest, pool) => {
      const share = Number((BigInt(energies[pool] as number) * numerator) / denominator);
      return Math.min(rest, share);
    });
  }
  let left = budget.amount_mwh;
  if (inOrder || rests.length === 1) {
    return rests.map((rest) => {
      const part = Math.min(rest, left);
      left -= part;
      return part;
    });
  }
  const all = rests.reduce((sum, rest) => sum + BigInt(rest), 0n);
  if (all <= BigInt(left)) return rests;
  return [...splitAmount(left, rests, turn)];
}

/** How a step weighs members in each pool; with coefficients from outside, each pool its own way. */
function weightsOf(step: StepPlan, { weight }: CompleteTier, input: TierInput): readonly StepWeight[] {
  const { pools, members, coefficients } = input;
  return pools.map((pool): StepWeight => {
    if (step.weight !== undefined) return step.weight;
    const name = weight.kind === "external" ? weight.coefficients : "";
    const shares = coefficients?.[name]?.[pool.name];
    if (shares === undefined) throw new RangeError(`no coefficients ${name} of pool ${pool.name} for this interval`);
    const key = fixedKey(shares, members);
    return { kind: "shares", key };
  });
}
