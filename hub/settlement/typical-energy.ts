import { INTERPOLATE_WITHIN, RECOVER_WITHIN } from "../energy/register-at.ts";
import type { TypicalEnergy } from "../energy/typical-day.ts";
import type { Reading, SeriesKey } from "../reading.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { addDays, type LocalDay, localDayOf, rangeOfLocalDay, type TimeZone, zoneOffset } from "../time-zone.ts";
import { DAY, EpochMs, HOUR, type Ms } from "../units.ts";

/**
 * What a register usually counts at a time of a weekday: the mean of the same weekday in the eight weeks before a gap
 * began (ALLOCATION section 5). It is read from readings that lie before the gap, so the same gap always gets the same
 * shape, whichever of its days is looked at.
 */
const WEEKS = 8;
const DAYS_IN_WEEK = 7;
/** A register of a plant or a home never moves more in one interval; what does is a swap or a slip, and no habit. */
const MOST_WH = 1_000_000;

/** A stretch without usable readings, as long as INTERPOLATE_WITHIN or longer, or open at an end. */
export interface Gap {
  /** The last reading before it; a gap that begins before everything has no habits to go by. */
  readonly from: EpochMs;
  /** The first reading after it; null while it is open. */
  readonly to: EpochMs | null;
}

/** Gaps that touch a range, given the readings around it by time. */
export function findRegisterGaps(readings: readonly Reading[], range: TimeRange): readonly Gap[] {
  const gaps: Gap[] = [];
  let before: EpochMs | undefined;
  for (const { at, outcome } of readings) {
    if (outcome !== "value") continue;
    if (before !== undefined && at - before >= INTERPOLATE_WITHIN && at > range.from && before < range.to) {
      gaps.push({ from: before, to: at });
    }
    before = at;
  }
  if (before !== undefined && before < range.to) gaps.push({ from: before, to: null });
  return gaps;
}

/**
 * The nearest usable readings on both sides of a range that its own readings do not reach over, so that a gap of days is
 * seen whole. At most RECOVER_WITHIN away.
 * @returns the readings with those neighbours, by time
 */
export async function withNeighbours(
  store: Pick<SeriesStore, "range" | "buckets">,
  series: SeriesKey,
  readings: readonly Reading[],
  range: TimeRange,
): Promise<readonly Reading[]> {
  const isValue = ({ outcome }: Reading) => outcome === "value";
  const first = readings.find(isValue);
  const last = readings.findLast(isValue);
  const [start, end] = [readings[0]?.at ?? range.from, (readings.at(-1)?.at ?? range.from) + 1];
  const before =
    first === undefined || first.at > range.from
      ? await nearestReading(
          store,
          series,
          { from: EpochMs(Math.max(0, start - RECOVER_WITHIN)), to: EpochMs(start) },
          "newest",
        )
      : undefined;
  const after =
    last === undefined || last.at < range.to
      ? await nearestReading(store, series, { from: EpochMs(end), to: EpochMs(end + RECOVER_WITHIN) }, "oldest")
      : undefined;
  return [...(before === undefined ? [] : [before]), ...readings, ...(after === undefined ? [] : [after])];
}

/** The newest or the oldest usable reading of a stretch of time, found by its hours rather than by all its readings. */
export async function nearestReading(
  store: Pick<SeriesStore, "range" | "buckets">,
  series: SeriesKey,
  within: TimeRange,
  which: "newest" | "oldest",
): Promise<Reading | undefined> {
  const buckets = await store.buckets(series, within, HOUR);
  const bucket = which === "oldest" ? buckets[0] : buckets.at(-1);
  if (bucket === undefined) return undefined;
  const hour = { from: EpochMs(Math.max(bucket.from_ms, within.from)), to: EpochMs(bucket.from_ms + HOUR) };
  const readings = (await store.range(series, hour)).filter(
    ({ outcome, at, isClockUnsure }) => outcome === "value" && at < within.to && isClockUnsure !== true,
  );
  return which === "oldest" ? readings[0] : readings.at(-1);
}

/**
 * The habits that shape these gaps; undefined where there are none, so that nothing is looked up for nothing.
 * @param asked what is asked about. A gap whose end is known is shaped as a whole; of one that is open each interval is
 *              estimated by itself, so that only the weekdays of `asked` are looked up
 */
export async function loadTypicalEnergy(
  store: Pick<SeriesStore, "buckets">,
  series: SeriesKey,
  gaps: readonly Gap[],
  {
    asked,
    zone,
    interval,
    until,
  }: { readonly asked: TimeRange; readonly zone: TimeZone; readonly interval: Ms; readonly until: EpochMs },
): Promise<TypicalEnergy | undefined> {
  if (gaps.length === 0) return undefined;
  const weekdays = weekdaysOf(zone, asked);
  const shapes = await Promise.all(
    gaps.map(async (gap) => {
      const to = gap.to ?? until;
      const days = comparableDays(zone, { from: gap.from, to });
      const wanted = gap.to === null ? days.filter((day) => weekdays.has(weekdayOf(day))) : days;
      const habits = await loadHabits(store, series, { days: wanted, before: gap.from }, zone, interval);
      return { from: gap.from, to, isOpen: gap.to === null, habits };
    }),
  );
  return (from) => {
    // An open gap ends where the present begins: nothing is usual of an interval that is not over.
    const shape = shapes.find(
      (each) => from + interval > each.from && (each.isOpen ? from + interval : from + 1) <= each.to,
    );
    return shape?.habits.get(slotOf(zone, from, interval));
  };
}

/** Mean energy by weekday and time, mWh, of some days, as far as they lie before a moment. */
async function loadHabits(
  store: Pick<SeriesStore, "buckets">,
  series: SeriesKey,
  { days, before }: { readonly days: readonly LocalDay[]; readonly before: EpochMs },
  zone: TimeZone,
  interval: Ms,
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const day of days) {
    const { from, to } = rangeOfLocalDay(zone, day);
    // One bucket later: where it begins, the day's last interval ends.
    const range = { from, to: EpochMs(Math.min(to + interval, before + 1)) };
    const buckets = await store.buckets(series, range, interval);
    for (const [index, bucket] of buckets.entries()) {
      const next = buckets[index + 1];
      if (next === undefined || next.from_ms - bucket.from_ms !== interval) continue;
      const energy = next.first - bucket.first;
      if (!(energy >= 0 && energy <= MOST_WH)) continue;
      const slot = slotOf(zone, bucket.from_ms, interval);
      const known = sums.get(slot) ?? { sum: 0, count: 0 };
      sums.set(slot, { sum: known.sum + energy, count: known.count + 1 });
    }
  }
  return new Map([...sums].map(([slot, { sum, count }]) => [slot, Math.round((sum / count) * 1000)]));
}

/** The same weekdays as those of a gap, in the weeks before the day it began on, newest first. */
function comparableDays(zone: TimeZone, gap: TimeRange): readonly LocalDay[] {
  const firstDay = localDayOf(zone, gap.from);
  const length = Math.min(DAYS_IN_WEEK, Math.ceil((gap.to - rangeOfLocalDay(zone, firstDay).from) / DAY));
  return Array.from({ length: WEEKS }, (_, week) => week + 1).flatMap((week) =>
    Array.from({ length }, (_, offset) => addDays(firstDay, offset - DAYS_IN_WEEK * week)).filter(
      (day) => day < firstDay,
    ),
  );
}

function weekdaysOf(zone: TimeZone, { from, to }: TimeRange): ReadonlySet<number> {
  const weekdays = new Set<number>();
  for (let day = localDayOf(zone, from); rangeOfLocalDay(zone, day).from < to; day = addDays(day, 1)) {
    weekdays.add(weekdayOf(day));
    if (weekdays.size === DAYS_IN_WEEK) break;
  }
  return weekdays;
}

function weekdayOf(day: LocalDay): number {
  return Math.floor(Date.parse(day) / DAY) % DAYS_IN_WEEK;
}

/** Weekday and time of day by the local clock: the same on both sides of a change to summer time. */
function slotOf(zone: TimeZone, at: number, interval: Ms): string {
  const local = at + zoneOffset(zone, EpochMs(at));
  return `${Math.floor(local / DAY) % DAYS_IN_WEEK} ${Math.floor((local % DAY) / interval)}`;
}
