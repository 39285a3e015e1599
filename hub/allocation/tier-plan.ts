import type { CompletePolicy, CompleteTier } from "./complete-policy.ts";
import { fixedKey } from "./fixed-key.ts";
import type { StepWeight } from "./tier-key.ts";

/** A pool as its tiers see it. */
export interface PoolPlan {
  readonly name: string;
  /** 1 for each member that may be served from it, in id order; undefined for all. */
  readonly members: Uint8Array | undefined;
}

/** One step of a tier: all of it, or the members of one rank. */
export interface StepPlan {
  /** Undefined where the tier has no ranks. */
  readonly rank: number | undefined;
  /** Undefined where somebody outside names the shares of each interval. */
  readonly weight: StepWeight | undefined;
  /** For each pool, 1 for each member that is served from it; undefined for all. */
  readonly masks: readonly (Uint8Array | undefined)[];
}

export interface TierPlan {
  readonly tier: CompleteTier;
  readonly steps: readonly StepPlan[];
}

/**
 * Turn member names into positions once, for all intervals that have the same members.
 * @param members in code-unit order
 * @throws RangeError as `fixedKey`
 */
export function planTiers(
  policy: CompletePolicy,
  members: readonly string[],
  pools: readonly PoolPlan[],
): readonly TierPlan[] {
  return policy.tiers.map((tier) => {
    const served = tier.members === undefined ? undefined : maskOf(members, new Set(tier.members));
    return { tier, steps: weighSteps(tier, members).map((step) => planStep(step, served, pools)) };
  });
}

interface UnplacedStep {
  readonly rank?: number;
  readonly weight: StepWeight | undefined;
  readonly mask?: Uint8Array;
}

function weighSteps({ weight }: CompleteTier, members: readonly string[]): readonly UnplacedStep[] {
  switch (weight.kind) {
    case "consumption":
    case "equal":
      return [{ weight }];
    case "external":
      return [{ weight: undefined }];
    case "fixed": {
      const key = fixedKey(weight.shares, members);
      return [{ weight: { kind: "shares", key } }];
    }
    case "priority": {
      const ranks = [...new Set(Object.values(weight.ranks))].sort((a, b) => a - b);
      const ofRank = (rank: number) => Object.keys(weight.ranks).filter((member) => weight.ranks[member] === rank);
      return ranks.map((rank) => ({ rank, weight: { kind: "equal" }, mask: maskOf(members, new Set(ofRank(rank))) }));
    }
  }
}

function planStep(
  { rank, weight, mask }: UnplacedStep,
  served: Uint8Array | undefined,
  pools: readonly PoolPlan[],
): StepPlan {
  return { rank, weight, masks: pools.map((pool) => both(both(mask, served), pool.members)) };
}

/** 1 for each member of a set. */
export function maskOf(members: readonly string[], chosen: ReadonlySet<string>): Uint8Array {
  return Uint8Array.from(members, (member) => (chosen.has(member) ? 1 : 0));
}

function both(one: Uint8Array | undefined, other: Uint8Array | undefined): Uint8Array | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one.map((is, index) => is & (other[index] ?? 0));
}
