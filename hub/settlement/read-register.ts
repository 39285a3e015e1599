import type { MeteringPoint } from "../members/community.ts";
import { changesOf, type KeptRegisterEvent, seriesOverTime, standingEvents } from "../members/register-event.ts";
import { SeriesKey } from "../reading.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { EpochMs } from "../units.ts";
import type { RegisterInput } from "./measure-day.ts";

/** Standing events by metering point. Pure. */
export function standingByPoint(
  events: readonly KeptRegisterEvent[],
): ReadonlyMap<string, readonly KeptRegisterEvent[]> {
  return Map.groupBy(standingEvents(events), ({ point }) => point);
}

/** What the register of a metering point showed in a range, across the meters it had, and what was decided about it. */
export async function readRegister(
  store: SeriesStore,
  point: MeteringPoint,
  standing: readonly KeptRegisterEvent[],
  range: TimeRange,
): Promise<RegisterInput> {
  const stretches = seriesOverTime(SeriesKey(point.series), standing)
    .map(({ series, from, to }) => ({
      series,
      range: { from: EpochMs(Math.max(from, range.from)), to: EpochMs(Math.min(to, range.to)) },
    }))
    .filter(({ range: { from, to } }) => from < to);
  const lists = await Promise.all(stretches.map((stretch) => store.range(stretch.series, stretch.range)));
  return { readings: lists.length === 1 ? (lists[0] ?? []) : lists.flat(), changes: changesOf(standing) };
}
