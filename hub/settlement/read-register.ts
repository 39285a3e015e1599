import { INTERPOLATE_WITHIN } from "../energy/register-at.ts";
import type { MeteringPoint } from "../members/community.ts";
import { changesOf, type KeptRegisterEvent, seriesOverTime, standingEvents } from "../members/register-event.ts";
import { SeriesKey } from "../reading.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import type { TimeZone } from "../time-zone.ts";
import { EpochMs, HOUR, type Ms } from "../units.ts";
import type { RegisterInput } from "./measure-day.ts";
import { findRegisterGaps, loadTypicalEnergy, withNeighbours } from "./typical-energy.ts";

/** Standing events by metering point. Pure. */
export function standingByPoint(
  events: readonly KeptRegisterEvent[],
): ReadonlyMap<string, readonly KeptRegisterEvent[]> {
  return Map.groupBy(standingEvents(events), ({ point }) => point);
}

/** What a day asks of a register beside its readings. */
export interface DayOfRegister {
  readonly range: TimeRange;
  readonly zone: TimeZone;
  readonly interval: Ms;
  /** Intervals after this moment are to come: nothing is estimated for them. */
  readonly knownUntil: EpochMs;
}

/** How far past a day's ends readings are looked at, so that a boundary is judged by its neighbours on both sides. */
const LOOK_AROUND: Ms = (6 * HOUR) as Ms;

/**
 * What the register of a metering point showed around a day, across the meters it had, what was decided about it, and,
 * where a gap touches the day, what it usually does.
 */
export async function readRegisterOfDay(
  store: SeriesStore,
  point: MeteringPoint,
  standing: readonly KeptRegisterEvent[],
  day: DayOfRegister,
): Promise<RegisterInput> {
  const { range, zone, interval, knownUntil } = day;
  const around = { from: EpochMs(range.from - LOOK_AROUND), to: EpochMs(range.to + LOOK_AROUND) };
  const { readings, changes } = await readRegister(store, point, standing, around);
  const series = seriesOverTime(SeriesKey(point.series), standing).at(-1)?.series ?? SeriesKey(point.series);
  // A gap over a swap is a question, not a habit.
  if (readings.some((reading) => reading.series !== series)) return { readings, changes };
  const known = { from: range.from, to: EpochMs(Math.min(range.to, knownUntil)) };
  if (known.to <= known.from) return { readings, changes };
  const whole = await withNeighbours(store, series, readings, known);
  const sure = whole.filter(({ isClockUnsure }) => isClockUnsure !== true);
  const gaps = findRegisterGaps(sure, known).filter(
    ({ from, to }) => to !== null || knownUntil - from >= INTERPOLATE_WITHIN,
  );
  const typical = await loadTypicalEnergy(store, series, gaps, { asked: range, zone, interval, until: knownUntil });
  return { readings: whole, changes, ...(typical !== undefined && { typical }) };
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
