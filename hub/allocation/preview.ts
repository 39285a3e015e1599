import type { LocalDay } from "../time-zone.ts";
import { followQuotas } from "./follow-quotas.ts";
import { prepareSharing, type SharingLayout } from "./plan-sharing.ts";
import type { Policy } from "./policy.ts";
import { type IntervalInput, shareInterval } from "./share-interval.ts";

/** One past interval; a quota's period is known by its local day. */
export interface PreviewInterval extends Omit<IntervalInput, "quotaUsed"> {
  readonly day: LocalDay;
}

/** What a change of policy would have meant for one member, whole mWh. */
export interface MemberPreview {
  readonly member: string;
  readonly consumption_mwh: number;
  /** Consumed of the community's energy. */
  readonly before_mwh: number;
  readonly after_mwh: number;
  /** Given beyond use: exported for them, or banked. */
  readonly beyond_before_mwh: number;
  readonly beyond_after_mwh: number;
  /** All that was given, after less before: above 0 for who gains. */
  readonly difference_mwh: number;
  /** The difference in percent of what was given before, to one decimal; null where that was nothing. */
  readonly difference_percent: number | null;
}

export interface PolicyPreview {
  readonly intervals: number;
  readonly pool_mwh: number;
  readonly surplus_before_mwh: number;
  readonly surplus_after_mwh: number;
  /** Who gains most first; of equals in id order. */
  readonly members: readonly MemberPreview[];
}

/** Two policies run on the same past intervals, some at a time. */
export interface PreviewRun {
  /** In order of time, from the beginning of the periods that quotas run over. @throws RangeError as `shareInterval` */
  add(intervals: readonly PreviewInterval[]): void;
  result(): PolicyPreview;
}

/** What is previewed: who takes part, the policy in force and the proposed one. */
export interface PreviewedPolicies {
  readonly layout: SharingLayout;
  readonly before: Policy;
  readonly after: Policy;
}

/**
 * Run two policies on the same past intervals and show who gains and who loses. Nothing is booked.
 * @throws RangeError as `prepareSharing`
 */
export function startPreview({ layout, before, after }: PreviewedPolicies): PreviewRun {
  const runs = [runningTotals(before, layout), runningTotals(after, layout)] as const;
  let count = 0;
  return {
    add(intervals) {
      count += intervals.length;
      for (const run of runs) for (const interval of intervals) run.add(interval);
    },
    result: () => compare(runs[0].totals, runs[1].totals, count),
  };
}

/** The same at once, for intervals that are at hand. Pure. */
export function previewPolicy({
  intervals,
  ...policies
}: PreviewedPolicies & { readonly intervals: readonly PreviewInterval[] }): PolicyPreview {
  const run = startPreview(policies);
  run.add(intervals);
  return run.result();
}

function compare(before: Totals, after: Totals, intervals: number): PolicyPreview {
  const members = before.members.map((member, index): MemberPreview => {
    const gave = (before.allotted[index] ?? 0) + (before.beyond[index] ?? 0);
    const difference = (after.allotted[index] ?? 0) + (after.beyond[index] ?? 0) - gave;
    return {
      member,
      consumption_mwh: after.consumption[index] ?? 0,
      before_mwh: before.allotted[index] ?? 0,
      after_mwh: after.allotted[index] ?? 0,
      beyond_before_mwh: before.beyond[index] ?? 0,
      beyond_after_mwh: after.beyond[index] ?? 0,
      difference_mwh: difference,
      difference_percent: gave === 0 ? null : Math.round((difference / gave) * 1_000) / 10,
    };
  });
  return {
    intervals,
    pool_mwh: after.pool,
    surplus_before_mwh: before.surplus,
    surplus_after_mwh: after.surplus,
    members: members.sort((a, b) => b.difference_mwh - a.difference_mwh || (a.member < b.member ? -1 : 1)),
  };
}

interface Totals {
  readonly members: readonly string[];
  readonly consumption: number[];
  readonly allotted: number[];
  readonly beyond: number[];
  pool: number;
  surplus: number;
}

function runningTotals(
  policy: Policy,
  layout: SharingLayout,
): { readonly totals: Totals; add(interval: PreviewInterval): void } {
  const plan = prepareSharing(policy, layout);
  const quotas = followQuotas(plan);
  const nobody = () => new Array<number>(plan.members.length).fill(0);
  const totals: Totals = {
    ...{ members: plan.members, consumption: nobody(), allotted: nobody(), beyond: nobody() },
    ...{ pool: 0, surplus: 0 },
  };
  return {
    totals,
    add(interval) {
      const shared = shareInterval(plan, { ...interval, quotaUsed: quotas.usedBefore(interval.day) });
      quotas.add(shared);
      for (const key of ["consumption", "allotted", "beyond"] as const) {
        const column = totals[key];
        for (const [index, energy] of shared.members[key].entries()) column[index] = (column[index] ?? 0) + energy;
      }
      totals.pool += shared.pool;
      totals.surplus += shared.surplus;
    },
  };
}
