import type { EntryStore } from "../ledger/entry-store.ts";
import type { Log } from "../log.ts";
import type { Community, CommunityStore } from "../members/community.ts";
import type { RegisterEventLog } from "../members/register-event.ts";
import { type Reading, SeriesKey } from "../reading.ts";
import type { CorrectionLog } from "../series/corrections.ts";
import type { AppendListener } from "../series/observed-store.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { addDays, type LocalDay, localDayOf, rangeOfLocalDay } from "../time-zone.ts";
import { type Clock, EpochMs, type Ms } from "../units.ts";
import type { AcceptanceLog } from "./acceptance.ts";
import { coefficientSeriesOf } from "./coefficients.ts";
import {
  countedSeries,
  daysDecidedSince,
  daysToFinish,
  daysTouchedBy,
  reachOf,
  reachOfCoefficients,
} from "./due-days.ts";
import type { RunLog } from "./run.ts";
import type { Settlement } from "./settlement.ts";
import { planOf } from "./share-by-plan.ts";

/** How often the hub looks whether a day is due, real time. */
const LOOK_EVERY_MS = 2_000;
/** Late readings of a day must have stopped this long, real time, before it is settled again. */
const QUIET_MS = 5_000;
/** How often it is looked for days whose month is closed, real time. */
const FINISH_EVERY_MS = 600_000;

export interface SettlingOptions {
  readonly settlement: Settlement;
  readonly entries: EntryStore;
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly runs: RunLog;
  readonly corrections: CorrectionLog;
  readonly registerEvents: RegisterEventLog;
  readonly acceptances: AcceptanceLog;
  readonly clock: Clock;
  readonly grace: Ms;
  readonly log: Log;
  /** Why nothing may be settled at the moment, such as a clock that may be wrong; undefined when it may. */
  readonly waitsFor?: (() => string | undefined) | undefined;
  /** Told of each day that was booked. */
  readonly onBooked: (day: LocalDay) => void;
}

export interface KeptSettled {
  readonly heard: AppendListener;
  /** To be told of a range whose readings say something else now, because they were repaired. */
  touched(range: TimeRange): void;
  /** Settle what is due now rather than at the next look. Never rejects. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Settle by itself: each day once it is over, a day again when late readings or a decision touched it, and each day of a
 * closed month once more, to make it final. What came late is marked in the store itself, and what was decided stands in
 * the books, so a hub that was killed finds both when it starts.
 * `heard` is to be told of every append; `stop` resolves when no day is being settled any more.
 */
export function keepSettled(options: SettlingOptions): KeptSettled {
  const { settlement, entries, series, communities, runs, clock, grace, log, onBooked } = options;
  const due = new Set<LocalDay>();
  let zone: string | undefined;
  let nextDay: LocalDay | undefined;
  let lastLate = Number.NEGATIVE_INFINITY;
  let lastFinish = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let waiting: string | undefined;
  let turn = Promise.resolve();

  const findFirstDays = async (): Promise<void> => {
    const adopted = await communities.current();
    if (adopted === undefined) return;
    zone = adopted.community.time_zone;
    for (const day of await daysDecidedSince(await runs.newest(), zone, options)) due.add(day);
    const first = await firstMeasuredDay(options, zone);
    if (first === undefined) return;
    const lastBooked = (await entries.days()).at(-1);
    nextDay = lastBooked === undefined ? first : addDays(lastBooked, 1);
  };

  /** Days that late readings changed; their marks are forgotten once those days are settled. */
  const takeMarks = async (community: Community): Promise<readonly number[]> => {
    const marks = await series.lateMarks();
    if (marks.length === 0) return [];
    const counted = await countedSeries(community, options.registerEvents);
    const named = new Set(coefficientSeriesOf(planOf(community)));
    const [firstBooked = nextDay] = await entries.days();
    for (const mark of marks) {
      const isNamed = named.has(mark.series);
      if (!(counted.has(mark.series) || isNamed) || firstBooked === undefined || nextDay === undefined) continue;
      // A device that believed it was 1970 reaches far back: nothing was booked there.
      const begin = rangeOfLocalDay(community.time_zone, firstMarkedDay(firstBooked)).from;
      const { from, to } = isNamed ? reachOfCoefficients(mark) : await reachOf(series, mark);
      const reach = { from: EpochMs(Math.max(from, begin)), to };
      for (const day of daysTouchedBy(community.time_zone, reach)) if (day < nextDay) due.add(day);
    }
    return marks.map(({ id }) => id);
  };

  /** True when settling must wait; says so once. */
  const mustWait = (): boolean => {
    const reason = options.waitsFor?.();
    if (reason !== undefined && waiting === undefined) log.warn({ reason }, "settling waits");
    if (reason === undefined && waiting !== undefined) log.info({ waited_for: waiting }, "settling goes on");
    waiting = reason;
    return reason !== undefined;
  };

  const look = async (): Promise<void> => {
    // By a wrong clock days would be booked that are not over, or never be due.
    if (mustWait()) return;
    if (nextDay === undefined) await findFirstDays();
    if (zone === undefined || nextDay === undefined) return;
    const community = (await communities.current())?.community;
    if (community === undefined) return;
    for (; rangeOfLocalDay(zone, nextDay).to + grace <= clock(); nextDay = addDays(nextDay, 1)) due.add(nextDay);
    if (performance.now() - lastFinish >= FINISH_EVERY_MS) {
      for (const day of daysToFinish(await runs.newest(), community, clock())) due.add(day);
      lastFinish = performance.now();
    }
    if (performance.now() - lastLate < QUIET_MS) return;
    const marks = await takeMarks(community);
    for (const day of [...due].sort()) {
      if (stopped || mustWait()) return;
      // A day of the same month may have taken it along.
      if (!due.has(day)) continue;
      await settlement.settle(rangeOfLocalDay(zone, day), (settled, outcome) => {
        due.delete(settled);
        if (outcome !== "settled" && outcome !== "corrected" && outcome !== "final") return;
        log.info({ day: settled, corrected: outcome === "corrected", final: outcome === "final" }, "day settled");
        onBooked(settled);
      });
    }
    // Last of all: killed before, the hub settles those days once more, which changes nothing.
    if (marks.length > 0) await series.forgetMarks(marks);
  };

  const lookInTurn = (): Promise<void> => {
    turn = turn
      .then(look)
      .catch((cause: unknown) => log.error({ cause: String(cause) }, "settling failed, will try again"));
    return turn;
  };
  const timer = setInterval(lookInTurn, LOOK_EVERY_MS);

  return {
    heard(readings: readonly Reading[]) {
      if (zone === undefined || nextDay === undefined) return;
      const booked = rangeOfLocalDay(zone, nextDay).from;
      // What is doubted is no measurement, so it changes no day.
      if (readings.some(({ at, isClockUnsure }) => at < booked && isClockUnsure !== true)) lastLate = performance.now();
    },
    touched({ from, to }) {
      if (zone === undefined || nextDay === undefined) return;
      for (
        let day = localDayOf(zone, from);
        day < nextDay && rangeOfLocalDay(zone, day).from < to;
        day = addDays(day, 1)
      ) {
        due.add(day);
      }
    },
    look: lookInTurn,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await turn;
    },
  };
}

/**
 * Days before the first booked one that late readings may complete: they were empty when they were looked at. Whoever names
 * shares by the month may take the next one to do so.
 */
const EMPTY_DAYS_BEFORE = 62;
const firstMarkedDay = (firstBooked: LocalDay): LocalDay => addDays(firstBooked, -EMPTY_DAYS_BEFORE);

/**
 * Have the store mark what changes booked days, from before the first reading is taken: days may have been booked by a
 * command while no hub ran.
 */
export async function markLateReadings(
  ports: Pick<SettlingOptions, "series" | "entries" | "communities">,
): Promise<void> {
  const last = (await ports.entries.days()).at(-1);
  const zone = (await ports.communities.current())?.community.time_zone;
  if (last !== undefined && zone !== undefined) await ports.series.bookedBefore(rangeOfLocalDay(zone, last).to);
}

async function firstMeasuredDay({ series, communities }: SettlingOptions, zone: string): Promise<LocalDay | undefined> {
  const points = new Set(
    (await communities.current())?.community.metering_points.map((point) => SeriesKey(point.series)),
  );
  const firsts = (await series.catalogue()).filter((info) => points.has(info.series)).map(({ first_ms }) => first_ms);
  return firsts.length === 0 ? undefined : localDayOf(zone, Math.min(...firsts) as EpochMs);
}
