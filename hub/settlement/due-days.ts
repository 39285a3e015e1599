import { INTERPOLATE_WITHIN, RECOVER_WITHIN } from "../energy/register-at.ts";
import type { Community } from "../members/community.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import { standingEvents } from "../members/register-event.ts";
import { SeriesKey } from "../reading.ts";
import type { CorrectionLog } from "../series/corrections.ts";
import type { LateMark, SeriesStore, TimeRange } from "../series/series-store.ts";
import { addDays, type LocalDay, localDayOf, rangeOfLocalDay } from "../time-zone.ts";
import { DAY, EpochMs, Ms } from "../units.ts";
import type { AcceptanceLog } from "./acceptance.ts";
import { IN_FORCE_FOR } from "./coefficients.ts";
import { closedFrom, defaultRunRules, finalFrom, type Run } from "./run.ts";
import { nearestReading } from "./typical-energy.ts";

/** Local days that a stretch of time touches. */
export function daysTouchedBy(zone: string, { from, to }: TimeRange): readonly LocalDay[] {
  const days: LocalDay[] = [];
  for (let day = localDayOf(zone, from); rangeOfLocalDay(zone, day).from <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/**
 * What a late stretch of a register changes: everything up to the readings on both sides of it, because a line, or the
 * shape of a gap, is drawn between those.
 */
export async function reachOf(store: Pick<SeriesStore, "range" | "buckets">, mark: LateMark): Promise<TimeRange> {
  const { series, from_ms, to_ms } = mark;
  const earlier = { from: EpochMs(Math.max(0, from_ms - RECOVER_WITHIN)), to: from_ms };
  const later = { from: EpochMs(to_ms + 1), to: EpochMs(to_ms + RECOVER_WITHIN) };
  const [before, after] = await Promise.all([
    nearestReading(store, series, earlier, "newest"),
    nearestReading(store, series, later, "oldest"),
  ]);
  return {
    from: before?.at ?? EpochMs(Math.max(0, from_ms - INTERPOLATE_WITHIN)),
    to: after?.at ?? EpochMs(to_ms + INTERPOLATE_WITHIN),
  };
}

/** What a correction of readings changes: as far as a line is drawn from them, or a share of theirs is in force. */
export function reachOfCorrection({ from, to }: TimeRange): TimeRange {
  return { from: EpochMs(Math.max(0, from - INTERPOLATE_WITHIN)), to: EpochMs(to + INTERPOLATE_WITHIN) };
}

/** What a late stretch of coefficients changes: the intervals they are in force for. */
export function reachOfCoefficients({ from_ms, to_ms }: LateMark): TimeRange {
  return { from: from_ms, to: EpochMs(to_ms + IN_FORCE_FOR) };
}

/** Registers that count for a community, those of meters that were swapped out included. */
export async function countedSeries(
  { metering_points }: Community,
  registerEvents: Pick<RegisterEventLog, "list">,
): Promise<ReadonlySet<SeriesKey>> {
  const events = standingEvents(await registerEvents.list());
  return new Set([
    ...metering_points.map((point) => SeriesKey(point.series)),
    ...events.flatMap(({ series_before, series_after }) => [series_before, series_after]),
  ]);
}

/**
 * Booked days whose inputs were decided about after their newest run: a correction of readings, an event of a register, an
 * accepted estimate. All of it is in the books, so nothing is forgotten when the hub is killed in between.
 */
export async function daysDecidedSince(
  runs: readonly Run[],
  zone: string,
  decided: {
    readonly corrections: Pick<CorrectionLog, "list">;
    readonly registerEvents: Pick<RegisterEventLog, "list">;
    readonly acceptances: Pick<AcceptanceLog, "list">;
  },
): Promise<readonly LocalDay[]> {
  const [corrections, events, acceptances] = await Promise.all([
    decided.corrections.list(),
    decided.registerEvents.list(),
    decided.acceptances.list(),
  ]);
  const stretches = [
    ...corrections.map(({ range, made_ms }) => ({ ...reachOfCorrection(range), made_ms })),
    ...events
      .filter(({ verdict }) => verdict === "continues" || verdict === "energy")
      .map(({ from_ms, to_ms, made_ms }) => ({ from: from_ms, to: to_ms, made_ms })),
    ...acceptances.map(({ from_ms, to_ms, made_ms }) => ({ from: from_ms, to: to_ms, made_ms })),
  ];
  return runs
    .filter(({ day, made_ms }) => {
      const { from, to } = rangeOfLocalDay(zone, day);
      return stretches.some((each) => each.made_ms >= made_ms && each.from < to && each.to >= from);
    })
    .map(({ day }) => day);
}

/** How far before a day its readings may matter: the weeks that say what is usual, and the far end of a gap. */
const READ_BEFORE: Ms = Ms(57 * DAY);

/**
 * From when on readings are needed: the first day that may still be corrected, and what shapes its gaps.
 * @param runs the newest of each day
 * @returns undefined when nothing is settled, or everything is closed
 */
export function neededFrom(runs: readonly Run[], community: Community, now: EpochMs): EpochMs | undefined {
  const { time_zone, settlement: rules = defaultRunRules } = community;
  const isOpen = ({ state, made_ms }: Run): boolean =>
    state === "preliminary" || (state !== "closed" && closedFrom(time_zone, made_ms, rules) > now);
  const open = runs.filter(isOpen).map(({ day }) => day);
  const [first] = open.sort();
  return first === undefined ? undefined : EpochMs(rangeOfLocalDay(time_zone, first).from - READ_BEFORE);
}

/** Days whose period is closed by now and that are not final yet. */
export function daysToFinish(runs: readonly Run[], community: Community, now: EpochMs): readonly LocalDay[] {
  const rules = community.settlement ?? defaultRunRules;
  return runs
    .filter(({ day, state }) => state === "preliminary" && finalFrom(community.time_zone, day, rules) <= now)
    .map(({ day }) => day);
}
