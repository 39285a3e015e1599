import type { SharingPlan } from "./plan-sharing.ts";

/** One key of shares that somebody outside names anew for each interval, and who must stand in it. */
export interface NeededCoefficients {
  /** As the policy names it. */
  readonly key: string;
  readonly pool: string;
  /** In code-unit order. */
  readonly members: readonly string[];
}

/** The keys a plan needs named, one for each pool they weigh; members of several tiers on one key stand in it once. Pure. */
export function neededCoefficients({ tiers, pools, members }: SharingPlan): readonly NeededCoefficients[] {
  const needed = new Map<string, { key: string; pool: string; members: Set<string> }>();
  for (const { tier, steps } of tiers) {
    if (tier.weight.kind !== "external") continue;
    const key = tier.weight.coefficients;
    for (const [index, { name: pool }] of pools.entries()) {
      const mask = steps[0]?.masks[index];
      const served = mask === undefined ? members : members.filter((_, at) => mask[at] === 1);
      const known = needed.get(`${key} ${pool}`);
      if (known === undefined) needed.set(`${key} ${pool}`, { key, pool, members: new Set(served) });
      else for (const member of served) known.members.add(member);
    }
  }
  return [...needed.values()].map(({ key, pool, members: all }) => ({ key, pool, members: [...all].sort() }));
}
