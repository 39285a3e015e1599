import { HubError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Reading } from "../../reading.ts";
import type { SeriesStore } from "../../series/series-store.ts";
import type { Arrival } from "../../series/watch-clock.ts";
import { seldomLog } from "../seldom-log.ts";

/** Readings of one response, with the doubt under which they were stamped. */
export interface ArrivedReadings {
  readonly readings: readonly Reading[];
  readonly doubt: Arrival["doubt"];
}

export interface ReadingKeeper {
  /** Resolves when they are stored, or when the store fails and they wait in the backlog; never rejects. */
  keep(arrived: readonly ArrivedReadings[]): Promise<void>;
  /** Readings that wait for the store, and readings that were dropped because too many waited. */
  state(): { readonly waiting: number; readonly dropped: number };
  /** Try once more to store what waits. */
  close(): Promise<void>;
}

/** Readings kept while the store fails: some 50 devices for a quarter of an hour, about 15 MB. Older ones are dropped. */
export const BACKLOG_READINGS = 100_000;
/** Readings of one append: what 500 devices answer at one moment. */
const APPENDED_TOGETHER = 30_000;
/** Between two attempts on a store that fails: a full disk or a busy card takes seconds at least. */
const RETRY_MS = 1_000;
/** One line about a failing store in this time. */
const COMPLAIN_EVERY_MS = 60_000;

/**
 * Hand readings to the store: those that arrive while an append is under way go together into the next one, so that
 * devices that are due at the same moment share a commit.
 */
export function createReadingKeeper({
  store,
  log,
}: {
  readonly store: Pick<SeriesStore, "append">;
  readonly log: Log;
}): ReadingKeeper {
  const complain = seldomLog(log, COMPLAIN_EVERY_MS, () => performance.now());
  let waiting: ArrivedReadings[] = [];
  let waitingReadings = 0;
  let dropped = 0;
  let isFailing = false;
  let timer: NodeJS.Timeout | undefined;
  let appending: Promise<void> | undefined;

  const takeNext = (): readonly ArrivedReadings[] => {
    let count = 0;
    const end = waiting.findIndex(({ readings }) => {
      count += readings.length;
      return count > APPENDED_TOGETHER;
    });
    // One response is always taken whole.
    const next = waiting.splice(0, end === -1 ? waiting.length : Math.max(1, end));
    waitingReadings -= countOf(next);
    return next;
  };
  const dropOldest = (): void => {
    const before = dropped;
    while (waitingReadings > BACKLOG_READINGS) {
      const oldest = waiting.shift();
      if (oldest === undefined) break;
      waitingReadings -= oldest.readings.length;
      dropped += oldest.readings.length;
    }
    if (dropped === before) return;
    complain({
      key: "dropped",
      fields: { dropped },
      message: "the store fails for too long: the oldest Modbus readings are dropped",
    });
  };
  const append = async (): Promise<void> => {
    while (waiting.length > 0) {
      const next = takeNext();
      try {
        await store.append(next.flatMap(({ readings }) => readings));
      } catch (cause) {
        if (cause instanceof HubError && cause.code === "STORE_FAILED") {
          waiting = [...next, ...waiting];
          waitingReadings += countOf(next);
          isFailing = true;
          complain({
            key: "failed",
            fields: { waiting: waitingReadings, cause: String(cause) },
            message: "Modbus readings wait because they cannot be stored, will try again",
          });
          dropOldest();
          return;
        }
        dropped += countOf(next);
        log.error(
          { readings: countOf(next), cause: String(cause) },
          "Modbus readings were refused by the store and are lost",
        );
        continue;
      }
      if (isFailing) log.info({ waiting: waitingReadings }, "Modbus readings are stored again");
      isFailing = false;
      for (const { readings, doubt } of next) doubt?.stored(readings);
    }
  };
  const run = (): Promise<void> => {
    clearTimeout(timer);
    appending ??= append().finally(() => {
      appending = undefined;
      if (isFailing) timer = setTimeout(run, RETRY_MS).unref();
    });
    return appending;
  };

  return {
    async keep(arrived) {
      const some = arrived.filter(({ readings }) => readings.length > 0);
      if (some.length === 0) return;
      waiting.push(...some);
      waitingReadings += countOf(some);
      dropOldest();
      if (isFailing) return;
      // An append that is under way takes what came meanwhile in its next turn, unless it ends in this moment.
      await run();
      if (!isFailing && waiting.length > 0) await run();
    },
    state: () => ({ waiting: waitingReadings, dropped }),
    async close() {
      clearTimeout(timer);
      await appending;
      clearTimeout(timer);
      await append();
      if (waitingReadings > 0)
        log.error({ readings: waitingReadings }, "Modbus readings could not be stored and are lost");
    },
  };
}

function countOf(arrived: readonly ArrivedReadings[]): number {
  return arrived.reduce((sum, { readings }) => sum + readings.length, 0);
}
