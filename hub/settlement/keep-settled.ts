import type { EntryStore } from "../ledger/entry-store.ts";
import type { Log } from "../log.ts";
import type { CommunityStore } from "../members/community.ts";
import { type Reading, SeriesKey } from "../reading.ts";
import type { AppendListener } from "../series/observed-store.ts";
import type { SeriesStore } from "../series/series-store.ts";
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
  /** Told of each day that was booked. */
  readonly onBooked: (day: LocalDay) => void;
}

/**
 * Settle by itself: each day once it is over, and a day again when late readings touched it.
 * `heard` is to be told of every append; `stop` resolves when no day is being settled any more.
 */
export function keepSettled(options: SettlingOptions): { readonly heard: AppendListener; stop(): Promise<void> } {
  const { settlement, entries, communities, clock, grace, log, onBooked } = options;
  const due = new Set<LocalDay>();
  let zone: string | undefined;
  let nextDay: LocalDay | undefined;
  let lastLate = Number.NEGATIVE_INFINITY;
  let stopped = false;
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

  const look = async (): Promise<void> => {
    if (nextDay === undefined) await findFirstDays();
    if (zone === undefined || nextDay === undefined) return;
    for (; rangeOfLocalDay(zone, nextDay).to + grace <= clock(); nextDay = addDays(nextDay, 1)) due.add(nextDay);
    if (due.size === 0 || performance.now() - lastLate < QUIET_MS) return;
    for (const day of [...due].sort()) {
      if (stopped) return;
      due.delete(day);
      const { days } = await settlement.settle(rangeOfLocalDay(zone, day));
      if (days.settled + days.corrected === 0) continue;
      log.info({ day, corrected: days.corrected > 0 }, "day settled");
      onBooked(day);
    }
  };

  const timer = setInterval(() => {
    turn = turn
      .then(look)
      .catch((cause: unknown) => log.error({ cause: String(cause) }, "settling failed, will try again"));
  }, LOOK_EVERY_MS);

  return {
    heard(readings: readonly Reading[]) {
      if (zone === undefined || nextDay === undefined) return;
      const booked = rangeOfLocalDay(zone, nextDay).from;
      for (const { at } of readings) {
        if (at >= booked) continue;
        due.add(localDayOf(zone, at as EpochMs));
        lastLate = performance.now();
      }
    },
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
