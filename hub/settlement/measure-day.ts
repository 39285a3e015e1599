import { intervalEnergies } from "../energy/interval-energy.ts";
import type { Community } from "../members/community.ts";
import type { Reading } from "../reading.ts";
import { type LocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { MINUTE, Ms } from "../units.ts";
import type { PointColumn } from "./day-cells.ts";

/** Readings by metering point id; each list by time, reaching some hours past the day at both ends. */
export type PointReadings = ReadonlyMap<string, readonly Reading[]>;

/**
 * Energy of every metering point in every interval of one community day, points in id order. Pure.
 * A reading whose time is in doubt is no measurement: its register is true, but nobody knows of when.
 */
export function measureDay(community: Community, day: LocalDay, readings: PointReadings): readonly PointColumn[] {
  const { from, to } = rangeOfLocalDay(community.time_zone, day);
  const interval = Ms(community.interval_minutes * MINUTE);
  return community.metering_points
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((point): PointColumn => {
      const energies = intervalEnergies({
        readings: (readings.get(point.id) ?? []).filter(({ isClockUnsure }) => isClockUnsure !== true),
        from,
        to,
        interval,
        ...(point.rated_kw !== undefined && { ratedW: point.rated_kw * 1000 }),
      });
      return {
        point: point.id,
        role: point.role,
        member: point.member ?? null,
        series: point.series,
        energy_mwh: energies.map(({ energy }) => energy),
        quality: energies.map(({ quality }) => quality),
        reason: energies.map(({ reason }) => reason ?? null),
      };
    });
}
