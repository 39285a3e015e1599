import type { Policy, Tier, Weight } from "../../allocation/policy.ts";
import { accountParts } from "../../ledger/account.ts";
import type { Posting } from "../../ledger/entry.ts";

/** What one member may be shown of a community day. */
export interface Shown {
  readonly member: string;
  /** Ids of the member's own metering points and of the plants. */
  readonly points: ReadonlySet<string>;
}

/**
 * A policy with every other member's id replaced by words, always the same ones for the same member, and with the factors
 * of hidden metering points left out. Pure. What it does for this member stays readable: the words have a space in them,
 * so they are nobody's id.
 */
export function hideOthersInPolicy(policy: Policy, { member, points }: Shown): Policy {
  const words = new Map<string, string>([[member, member]]);
  const nameOf = (id: string): string => {
    const known = words.get(id) ?? `other member ${words.size}`;
    words.set(id, known);
    return known;
  };
  const tiers = policy.tiers.map((tier): Tier => {
    return {
      ...tier,
      weight: hideInWeight(tier.weight, nameOf),
      ...(tier.members !== undefined && { members: tier.members.map(nameOf) }),
    };
  });
  const { loss_factors, membership_percent, pools } = policy;
  return {
    ...policy,
    tiers,
    ...(loss_factors !== undefined && { loss_factors: ofPoints(loss_factors, points) }),
    ...(membership_percent !== undefined && { membership_percent: ofPoints(membership_percent, points) }),
    ...(pools?.kind === "groups" && {
      pools: {
        ...pools,
        groups: pools.groups.map((group) => {
          return { ...group, ...(group.members !== undefined && { members: group.members.map(nameOf) }) };
        }),
      },
    }),
  };
}

/** Postings without those of other members. Pure. */
export function hideOthersInPostings(postings: readonly Posting[], member: string): readonly Posting[] {
  return postings.filter(({ account }) => {
    const { kind, owner } = accountParts(account) ?? {};
    return kind !== undefined && (!kind.startsWith("member") || owner === member);
  });
}

function hideInWeight(weight: Weight, nameOf: (id: string) => string): Weight {
  const renamed = <T>(byMember: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(byMember).map(([id, value]) => [nameOf(id), value]));
  if (weight.kind === "fixed") return { ...weight, shares: renamed(weight.shares) };
  return weight.kind === "priority" ? { ...weight, ranks: renamed(weight.ranks) } : weight;
}

function ofPoints<T>(byPoint: Readonly<Record<string, T>>, points: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(byPoint).filter(([point]) => points.has(point)));
}
