import type { IntervalEnergy } from "../energy/interval.ts";
import { intervalEnergies } from "../energy/interval-energy.ts";
import type { RegisterChange } from "../energy/register-change.ts";
import type { TypicalEnergy } from "../energy/typical-day.ts";
import type { Community, MeteringPoint } from "../members/community.ts";
import type { Reading } from "../reading.ts";
import { type LocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { type EpochMs, MINUTE, Ms } from "../units.ts";
import type { PointColumn } from "./day-cells.ts";

/** One metering point's register: its readings by time, some hours past the day at both ends, and what was decided about it. */
export interface RegisterInput {
  readonly readings: readonly Reading[];
  readonly changes: readonly RegisterChange[];
  /** What the point usually does, where a gap needs a shape. */
  readonly typical?: TypicalEnergy;
}

/** By metering point id. */
export type PointReadings = ReadonlyMap<string, RegisterInput>;

/** Whether what was estimated of a point may count in an interval. */
export type AcceptsEstimate = (point: string, interval: { readonly from: EpochMs; readonly to: EpochMs }) => boolean;

/**
 * Energy of every metering point in every interval of one community day, points in id order. Pure.
 * @param accepts without it every estimate counts, as while a day is not final
 */
export function measureDay(
  community: Community,
  day: LocalDay,
  readings: PointReadings,
  accepts?: AcceptsEstimate,
): readonly PointColumn[] {
  return community.metering_points
    .map((point) => {
      const register = readings.get(point.id) ?? { readings: [], changes: [] };
      return measurePoint({ community, day, point, register, ...(accepts !== undefined && { accepts }) });
    })
    .sort(byPoint);
}

/**
 * Energy of one metering point in every interval of a day. Pure.
 * A reading whose time is in doubt is no measurement: its register is true, but nobody knows of when. A consumer of whom
 * nothing is known may be estimated; a plant never is, so its interval is held.
 */
export function measurePoint(input: {
  readonly community: Community;
  readonly day: LocalDay;
  readonly point: MeteringPoint;
  readonly register: RegisterInput;
  /** As for `measureDay`. */
  readonly accepts?: AcceptsEstimate;
}): PointColumn {
  const { community, day, point, register, accepts = () => true } = input;
  const { from, to } = rangeOfLocalDay(community.time_zone, day);
  const energies = intervalEnergies({
    readings: register.readings.filter(({ isClockUnsure }) => isClockUnsure !== true),
    changes: register.changes,
    from,
    to,
    interval: Ms(community.interval_minutes * MINUTE),
    ...(register.typical !== undefined && { typical: register.typical }),
    mayEstimate: point.role === "consumption",
    ...(point.rated_kw !== undefined && { ratedW: point.rated_kw * 1000 }),
  }).map((each) => (each.quality === "estimated" && !accepts(point.id, each) ? toMissing(each) : each));
  return {
    point: point.id,
    role: point.role,
    member: point.member ?? null,
    series: point.series,
    energy_mwh: energies.map(({ energy }) => energy),
    quality: energies.map(({ quality }) => quality),
    reason: energies.map(({ reason }) => reason ?? null),
  };
}

/** Points in id order. */
export function byPoint(a: PointColumn, b: PointColumn): number {
  return a.point < b.point ? -1 : 1;
}

function toMissing({ from, to, reason = "gap" }: IntervalEnergy): IntervalEnergy {
  return { from, to, energy: null, quality: "missing", reason };
}
