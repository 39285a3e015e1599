import type { EntryStore } from "../ledger/entry-store.ts";
import type { Log } from "../log.ts";
import type { CommunityStore } from "../members/community.ts";
import { type Reading, SeriesKey } from "../reading.ts";
import type { AppendListener } from "../series/observed-store.ts";
import type { SeriesStore, TimeRange } from "../series/series-store.ts";
import { addDays, type LocalDay, localDayOf, rangeOfLocalDay } from "../time-zone.ts";
import type { Clock, EpochMs, Ms } from "../units.ts";
import type { Settlement } from "./settlement.ts";

/** How often the hub looks whether a day is due, real time. */
const LOOK_EVERY_MS = 2_000;
/** Late readings of a day must have stopped this long, real time, before it is settled again. */
const QUIET_MS = 5_000;
/** Days before today that are looked at when the hub starts, besides those that were never settled. */
const LOOK_BACK_DAYS = 7;

export interface SettlingOptions {
  readonly settlement: Settlement;
  readonly entries: EntryStore;
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
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
 * Settle by itself: each day once it is over, and a day again when late readings touched it.
 * `heard` is to be told of every append; `stop` resolves when no day is being settled any more.
 */
export function keepSettled(options: SettlingOptions): KeptSettled {
  const { settlement, entries, communities, clock, grace, log, onBooked } = options;
  const due = new Set<LocalDay>();
  let zone: string | undefined;
  let nextDay: LocalDay | undefined;
  let lastLate = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let waiting: string | undefined;
  let turn = Promise.resolve();

  const findFirstDays = async (): Promise<void> => {
    const adopted = await communities.current();
    if (adopted === undefined) return;
    zone = adopted.community.time_zone;
    const today = localDayOf(zone, clock());
    const first = await firstMeasuredDay(options, zone);
    if (first === undefined) return;
    const lastBooked = (await entries.days()).at(-1) ?? first;
    const [from = first] = [lastBooked, addDays(today, -LOOK_BACK_DAYS)].sort();
    [, nextDay = first] = [first, from].sort();
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
    for (; rangeOfLocalDay(zone, nextDay).to + grace <= clock(); nextDay = addDays(nextDay, 1)) due.add(nextDay);
    if (due.size === 0 || performance.now() - lastLate < QUIET_MS) return;
    for (const day of [...due].sort()) {
      if (stopped || mustWait()) return;
      due.delete(day);
      const { days } = await settlement.settle(rangeOfLocalDay(zone, day));
      if (days.settled + days.corrected === 0) continue;
      log.info({ day, corrected: days.corrected > 0 }, "day settled");
      onBooked(day);
    }
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
      for (const { at, isClockUnsure } of readings) {
        // What is doubted is no measurement, so it changes no day.
        if (at >= booked || isClockUnsure === true) continue;
        due.add(localDayOf(zone, at as EpochMs));
        lastLate = performance.now();
      }
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

async function firstMeasuredDay({ series, communities }: SettlingOptions, zone: string): Promise<LocalDay | undefined> {
  const points = new Set(
    (await communities.current())?.community.metering_points.map((point) => SeriesKey(point.series)),
  );
  const firsts = (await series.catalogue()).filter((info) => points.has(info.series)).map(({ first_ms }) => first_ms);
  return firsts.length === 0 ? undefined : localDayOf(zone, Math.min(...firsts) as EpochMs);
}
