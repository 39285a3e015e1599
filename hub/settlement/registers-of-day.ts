import { breathe } from "../breathe.ts";
import type { CommunityVersion, MeteringPoint } from "../members/community.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import type { SeriesStore } from "../series/series-store.ts";
import { type LocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { type Clock, EpochMs, MINUTE, Ms } from "../units.ts";
import type { RegisterInput } from "./measure-day.ts";
import { readRegisterOfDay, standingByPoint } from "./read-register.ts";

/** Registers that are read before other things have their turn: some milliseconds. */
const POINTS_AT_ONCE = 32;

/** The register of every metering point around a day, some at a time: nobody has to hold all of them at once. */
export function registersOfDay(ports: {
  readonly series: SeriesStore;
  readonly registerEvents: Pick<RegisterEventLog, "list">;
  readonly clock: Clock;
  readonly grace: Ms;
}): (
  day: LocalDay,
  adopted: CommunityVersion,
  take: (point: MeteringPoint, register: RegisterInput) => void,
) => Promise<void> {
  const { series, registerEvents, clock, grace } = ports;
  return async (day, { community }, take) => {
    const zone = community.time_zone;
    const events = standingByPoint(await registerEvents.list());
    const ofDay = {
      range: rangeOfLocalDay(zone, day),
      zone,
      interval: Ms(community.interval_minutes * MINUTE),
      // Intervals that are not over, and their grace, are to come: nothing is estimated for them.
      knownUntil: EpochMs(Math.max(0, clock() - grace)),
    };
    for (let from = 0; from < community.metering_points.length; from += POINTS_AT_ONCE) {
      const points = community.metering_points.slice(from, from + POINTS_AT_ONCE);
      const registers = await Promise.all(
        points.map((point) => readRegisterOfDay(series, point, events.get(point.id) ?? [], ofDay)),
      );
      for (const [index, point] of points.entries()) take(point, registers[index] ?? { readings: [], changes: [] });
      await breathe();
    }
  };
}
