import type { LocalDay } from "../time-zone.ts";
import type { SharingPlan } from "./plan-sharing.ts";
import type { SharedInterval } from "./share-interval.ts";

/** What was used of each quota since its day or month began, kept while intervals are shared in order. */
export interface QuotaTally {
  /** For each tier what each member used before an interval of this local day, as `IntervalInput.quotaUsed` wants it. */
  usedBefore(day: LocalDay): readonly (readonly number[] | undefined)[];
  /** To be told of every interval, of the day `usedBefore` was last asked about. */
  add(shared: SharedInterval): void;
}

/**
 * Follow a plan's quotas from the beginning of a period. A quota of a day or month makes an interval depend on the
 * earlier ones of its period, so a correction must share the whole period anew from here.
 */
export function followQuotas({ tiers, members }: SharingPlan): QuotaTally {
  const nobody = () => new Array<number>(members.length).fill(0);
  const tallies = tiers.map(({ tier: { cap } }) =>
    cap.kind !== "demand_and_quota" || cap.per === "interval"
      ? undefined
      : { periodOf: (day: LocalDay) => (cap.per === "day" ? day : day.slice(0, 7)), period: "", used: nobody() },
  );
  return {
    usedBefore(day) {
      return tallies.map((tally) => {
        if (tally === undefined) return undefined;
        const period = tally.periodOf(day);
        if (tally.period !== period) {
          tally.period = period;
          tally.used = nobody();
        }
        return tally.used.slice();
      });
    },
    add({ quotaTaken }) {
      for (const [tier, tally] of tallies.entries()) {
        if (tally === undefined) continue;
        tally.used = tally.used.map((used, member) => used + (quotaTaken[tier]?.[member] ?? 0));
      }
    },
  };
}
