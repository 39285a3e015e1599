import type { Quality } from "../energy/interval.ts";
import type { DayCells, IntervalState } from "../settlement/day-cells.ts";
import { isPlant, qualityAt } from "../settlement/share-day.ts";
import { EpochMs, MilliWattHours } from "../units.ts";

/** Energies of one member, whole mWh; null where they are not known. What was not shared out counts nothing. */
export interface MemberAmounts {
  readonly consumption_mwh: MilliWattHours | null;
  /** The member's part of what the community generated. */
  readonly from_community_mwh: MilliWattHours | null;
  readonly from_grid_mwh: MilliWattHours | null;
  /** Own generation used behind the own meter. */
  readonly own_use_mwh: MilliWattHours | null;
  /** Given beyond use: exported for the member, or banked as credit. */
  readonly beyond_mwh: MilliWattHours | null;
  /** What the community generated altogether at the same time. */
  readonly pool_mwh: MilliWattHours | null;
}

/** One interval of one member, [from, to). */
export interface MemberInterval extends MemberAmounts {
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  readonly state: IntervalState;
  /** The worst among the member's own metering points and the plants. */
  readonly quality: Quality;
}

/** How many intervals there are of each kind; every one is counted once. */
export interface IntervalCounts {
  readonly expected: number;
  readonly measured: number;
  readonly interpolated: number;
  readonly recovered: number;
  readonly estimated: number;
  /** Not shared out, because an input is missing or not accepted. */
  readonly held: number;
  /** Nothing at all was measured. */
  readonly unmeasured: number;
}

/** Nothing is known of it. */
export const NOTHING: MemberAmounts = {
  consumption_mwh: null,
  from_community_mwh: null,
  from_grid_mwh: null,
  own_use_mwh: null,
  beyond_mwh: null,
  pool_mwh: null,
};
const columns = Object.keys(NOTHING) as (keyof MemberAmounts)[];

/**
 * The column of one member in a day's cells, interval by interval; another member's is never looked at. Pure.
 * @returns undefined when the community did not have this member that day
 */
export function memberIntervals(cells: DayCells, member: string): readonly MemberInterval[] | undefined {
  const column = cells.members.find((one) => one.member === member);
  if (column === undefined) return undefined;
  const seen = cells.points.filter((point) => isPlant(point) || point.member === member);
  return cells.state.map((state, index) => {
    const from = cells.from_ms + index * cells.interval_ms;
    const consumption = column.consumption_mwh[index] ?? null;
    const allotted = column.allotted_mwh[index] ?? null;
    const own = column.own_mwh?.[index] ?? 0;
    const pool = cells.pool_mwh[index] ?? null;
    const isShared = state === "shared" && consumption !== null && allotted !== null && pool !== null;
    return {
      from_ms: EpochMs(from),
      to_ms: EpochMs(from + cells.interval_ms),
      state,
      quality: qualityAt(seen, index),
      ...(isShared
        ? {
            consumption_mwh: MilliWattHours(consumption),
            from_community_mwh: MilliWattHours(allotted),
            from_grid_mwh: MilliWattHours(consumption - allotted - own),
            own_use_mwh: MilliWattHours(own),
            beyond_mwh: MilliWattHours(column.beyond_mwh?.[index] ?? 0),
            pool_mwh: MilliWattHours(pool),
          }
        : NOTHING),
    };
  });
}

/** The sum of intervals of which none is unknown; those that were not shared out add nothing. Pure and exact. */
export function sumIntervals(intervals: readonly MemberInterval[]): MemberAmounts {
  return addAmounts(intervals.filter(({ state }) => state === "shared"));
}

/** The sum, null in every column in which one of them is. No rounding: sums of whole mWh are whole. Pure. */
export function addAmounts(parts: readonly MemberAmounts[]): MemberAmounts {
  return eachColumn((column) =>
    parts.reduce<MilliWattHours | null>((total, part) => {
      const amount = part[column];
      return total === null || amount === null ? null : MilliWattHours(total + amount);
    }, MilliWattHours(0)),
  );
}

/** True when all of it is nothing. */
export function isNothing(amounts: MemberAmounts): boolean {
  return columns.every((column) => amounts[column] === 0);
}

/**
 * What intervals say beyond what they said before; only those that changed. One that was not shared out before counts
 * from 0, one that is not any more counts back to 0. Pure.
 * @param before of the same day, interval by interval
 */
export function differenceOfIntervals(
  after: readonly MemberInterval[],
  before: readonly MemberInterval[],
): readonly MemberInterval[] {
  return after.flatMap((now, index) => {
    const then = before[index] ?? now;
    const difference = eachColumn((column) => MilliWattHours((now[column] ?? 0) - (then[column] ?? 0)));
    const isChanged = !isNothing(difference) || now.state !== then.state || now.quality !== then.quality;
    return isChanged ? [{ ...now, ...difference }] : [];
  });
}

/** Every interval is counted once: by its quality where it was shared out, else by why it was not. Pure. */
export function countMemberIntervals(intervals: readonly MemberInterval[]): IntervalCounts {
  const counts = { measured: 0, interpolated: 0, recovered: 0, estimated: 0, held: 0, unmeasured: 0 };
  for (const { state, quality } of intervals) {
    if (state !== "shared") counts[state] += 1;
    // Shared out although an input is missing, by a rule that says so: that is never better than an estimate.
    else counts[quality === "missing" ? "estimated" : quality] += 1;
  }
  return { expected: intervals.length, ...counts };
}

function eachColumn(make: (column: keyof MemberAmounts) => MilliWattHours | null): MemberAmounts {
  const amounts: { -readonly [column in keyof MemberAmounts]: MilliWattHours | null } = { ...NOTHING };
  for (const column of columns) amounts[column] = make(column);
  return amounts;
}
