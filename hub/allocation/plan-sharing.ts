import { type CompletePolicy, completePolicy } from "./complete-policy.ts";
import { JOINT_POOL } from "./joint-pool.ts";
import type { Policy } from "./policy.ts";
import { parseShare, type Rational } from "./share.ts";
import { maskOf, type PoolPlan, planTiers, type TierPlan } from "./tier-plan.ts";

/** Who and what takes part, the same for many intervals; lists in any order. */
export interface SharingLayout {
  /** All of them, those without a metering point included: equal parts count heads. */
  readonly members: readonly string[];
  /** Where consumption is counted, and whose it is. */
  readonly loads: readonly { readonly point: string; readonly member: string }[];
  /** Where generation is counted, and whose it is, if it is one member's. */
  readonly plants: readonly { readonly point: string; readonly owner?: string | undefined }[];
}

/** One pool with the plants that fill it, as positions in the plan's list, in the order in which they are used. */
export interface FilledPool extends PoolPlan {
  readonly plants: readonly number[];
}

/** One metering point, with what happens to its energy before it is shared. */
export interface PointPlan {
  readonly point: string;
  /** Position of its energy in the interval's list. */
  readonly at: number;
  /** Position of its member, -1 for a plant of everybody. */
  readonly member: number;
  readonly lossFactor: Rational | undefined;
  readonly percent: number;
}

/** A member's own loads and plants, as positions in the plan's lists. */
export interface Site {
  readonly member: number;
  readonly loads: readonly number[];
  readonly plants: readonly number[];
}

/** A policy and a layout, turned into positions; made once for many intervals. */
export interface SharingPlan {
  readonly policy: CompletePolicy;
  /** In code-unit order, like everything that is listed by member. */
  readonly members: readonly string[];
  /** By member, then by point. */
  readonly loads: readonly PointPlan[];
  /** By point. */
  readonly plants: readonly PointPlan[];
  /** Sites where own generation is used first: members with a load and a plant, as positions. */
  readonly sites: readonly Site[];
  /** In the order in which they serve; by name where they serve side by side. */
  readonly pools: readonly FilledPool[];
  /** Pools and plants are used one after the other. */
  readonly inOrder: boolean;
  readonly tiers: readonly TierPlan[];
}

/**
 * Prepare a policy for a community.
 * @throws RangeError when a member or point is named twice, a point belongs to nobody known, or shares sum to above 1
 */
export function prepareSharing(policy: Policy, layout: SharingLayout): SharingPlan {
  const complete = completePolicy(policy);
  const members = sortedOnce(layout.members, "member");
  const positions = new Map(members.map((member, index) => [member, index]));
  const positionOf = (member: string, point: string): number => {
    const position = positions.get(member);
    if (position === undefined) throw new RangeError(`${point} belongs to ${member}, who is no member`);
    return position;
  };
  sortedOnce(
    layout.loads.map(({ point }) => point),
    "load",
  );
  sortedOnce(
    layout.plants.map(({ point }) => point),
    "plant",
  );
  const planOf = (point: string, at: number, member: number): PointPlan => ({
    point,
    at,
    member,
    lossFactor: complete.lossFactors[point] === undefined ? undefined : parseShare(complete.lossFactors[point]),
    percent: complete.membershipPercent[point] ?? 100,
  });
  const loads = layout.loads
    .map(({ point, member }, at) => planOf(point, at, positionOf(member, point)))
    .sort((a, b) => a.member - b.member || compare(a.point, b.point));
  const plants = layout.plants
    .map(({ point, owner }, at) => planOf(point, at, owner === undefined ? -1 : positionOf(owner, point)))
    .sort((a, b) => compare(a.point, b.point));
  const pools = planPools(
    complete,
    plants.map(({ point }) => point),
    members,
  );
  return {
    policy: complete,
    members,
    loads,
    plants,
    sites: complete.ownUse === "none" ? [] : sitesOf(loads, plants),
    pools,
    inOrder: complete.producers.kind !== "pro_rata",
    tiers: planTiers(complete, members, pools),
  };
}

function sitesOf(loads: readonly PointPlan[], plants: readonly PointPlan[]): readonly Site[] {
  const loadsOf = Map.groupBy(loads.keys(), (index) => loads[index]?.member ?? -1);
  const plantsOf = Map.groupBy(plants.keys(), (index) => plants[index]?.member ?? -1);
  return [...plantsOf].flatMap(([member, own]) => {
    const consuming = loadsOf.get(member);
    return member < 0 || consuming === undefined ? [] : [{ member, loads: consuming, plants: own }];
  });
}

function planPools(
  { pools, producers }: CompletePolicy,
  plants: readonly string[],
  members: readonly string[],
): readonly FilledPool[] {
  const place = placesOf(producers, plants);
  const inPlace = (chosen: readonly number[]) => chosen.toSorted((a, b) => (place[a] ?? 0) - (place[b] ?? 0) || a - b);
  const everyPlant = plants.map((_, index) => index);
  const filled: readonly FilledPool[] =
    pools.kind === "joint"
      ? [{ name: JOINT_POOL, members: undefined, plants: inPlace(everyPlant) }]
      : pools.kind === "per_producer"
        ? plants.map((name, index) => ({ name, members: undefined, plants: [index] }))
        : pools.groups.map((group) => ({
            name: group.name,
            members: group.members === undefined ? undefined : maskOf(members, new Set(group.members)),
            plants: inPlace(everyPlant.filter((index) => group.plants.includes(plants[index] ?? ""))),
          }));
  const firstPlace = ({ plants: [first = 0] }: FilledPool) => place[first] ?? 0;
  return filled.toSorted((a, b) => firstPlace(a) - firstPlace(b) || compare(a.name, b.name));
}

/** For each plant its place in the order of use; all 0 where they are used side by side, last where nobody says. */
function placesOf(producers: CompletePolicy["producers"], plants: readonly string[]): readonly number[] {
  switch (producers.kind) {
    case "pro_rata":
      return plants.map(() => 0);
    case "by_order":
      return plants.map((plant) => {
        const place = producers.order.indexOf(plant);
        return place < 0 ? producers.order.length : place;
      });
    case "by_commissioning": {
      const days = [...new Set(Object.values(producers.commissioned))].sort();
      return plants.map((plant) => {
        const day = producers.commissioned[plant];
        return day === undefined ? days.length : days.indexOf(day);
      });
    }
  }
}

function sortedOnce(names: readonly string[], thing: string): readonly string[] {
  const sorted = names.toSorted(compare);
  const twice = sorted.find((name, index) => index > 0 && sorted[index - 1] === name);
  if (twice !== undefined) throw new RangeError(`${thing} ${twice} is named twice`);
  return sorted;
}

/** By code unit, which is the same on every machine, unlike a locale's order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
