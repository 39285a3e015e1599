import type { Budget, Cap, Policy, Pools, Producers, Rounding, Tier, Weight } from "./policy.ts";

/** A tier with nothing left to assume. */
export interface CompleteTier {
  readonly weight: Weight;
  /** Who is served; undefined for everybody. */
  readonly members: readonly string[] | undefined;
  readonly budget: Budget;
  /** What weights by consumption, and who is active, are measured by. */
  readonly demand: "remaining" | "gross";
  readonly base: "all" | "active";
  readonly cap: Cap;
  /** How often what is left is offered again; infinite for until_exhausted. */
  readonly rounds: number;
}

/** A policy with nothing left to assume. */
export interface CompletePolicy {
  readonly name: string;
  readonly lossFactors: Readonly<Record<string, string>>;
  readonly ownUse: "none" | "site_netting";
  readonly membershipPercent: Readonly<Record<string, number>>;
  readonly pools: Pools;
  readonly tiers: readonly CompleteTier[];
  readonly producers: Producers;
  readonly surplus: Policy["surplus"];
  readonly rounding: Rounding;
}

/**
 * What a policy means where it says nothing: no losses, no own use, everybody takes part in full, one joint pool, tiers
 * that serve everybody from all there is, by remaining demand, capped by it, in one round (a priority key until
 * exhausted), producers pro rata, exact rounding. Pure; these meanings never change, because settled days name them.
 */
export function completePolicy(policy: Policy): CompletePolicy {
  return {
    name: policy.name,
    lossFactors: policy.loss_factors ?? {},
    ownUse: policy.own_use ?? "none",
    membershipPercent: policy.membership_percent ?? {},
    pools: policy.pools ?? { kind: "joint" },
    tiers: policy.tiers.map(completeTier),
    producers: policy.producers ?? { kind: "pro_rata" },
    surplus: policy.surplus,
    rounding: policy.rounding ?? "exact",
  };
}

function completeTier(tier: Tier): CompleteTier {
  const rounds = tier.rounds ?? (tier.weight.kind === "priority" ? "until_exhausted" : 1);
  return {
    weight: tier.weight,
    members: tier.members,
    budget: tier.budget ?? { kind: "all" },
    demand: tier.demand ?? "remaining",
    base: tier.base ?? "all",
    cap: tier.cap ?? { kind: "demand" },
    rounds: rounds === "until_exhausted" ? Number.POSITIVE_INFINITY : rounds,
  };
}
