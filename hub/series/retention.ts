import type { Log } from "../log.ts";
import { type Quantity, settledQuantities } from "../quantity.ts";
import { seriesParts } from "../reading.ts";
import { type Clock, DAY, EpochMs } from "../units.ts";
import type { SeriesStore } from "./series-store.ts";

/** How long readings of a class are kept, days; null for ever. What a community chose is published at /api/retention. */
export interface Retention {
  /** Energy registers and named shares: what settlement rests on. Never those of a day that can still be corrected. */
  readonly registers: number | null;
  /** Power, voltage and all that is no register: how people live can be read from it. */
  readonly measurements: number | null;
}

export type DataClass = keyof Retention;

export function classOf(quantity: Quantity): DataClass {
  return settledQuantities.includes(quantity) ? "registers" : "measurements";
}

/** Time between two rounds of forgetting, real time: a day's readings go within hours of their last day. */
const ROUND_EVERY_MS = 6 * 3_600_000;

/**
 * Forget what is older than the community wants kept, every few hours.
 * @returns how to stop; it resolves when no round is under way any more
 */
export function keepRetention(options: {
  readonly series: SeriesStore;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly log: Log;
  readonly neededFrom?: NeededFrom;
  /** Why nothing may be forgotten at the moment: a clock that may be years ahead makes everything old. */
  readonly waitsFor?: (() => string | undefined) | undefined;
}): () => Promise<void> {
  const { log, waitsFor } = options;
  let turn = Promise.resolve();
  const round = (): void => {
    turn = turn
      .then(() => (waitsFor?.() === undefined ? forgetOld(options) : 0))
      .then((readings) => readings > 0 && log.info({ readings }, "old readings forgotten, as the community decided"))
      .then(() => {})
      .catch((cause: unknown) => log.error({ cause: String(cause) }, "old readings could not be forgotten"));
  };
  const timer = setInterval(round, ROUND_EVERY_MS);
  round();
  return async () => {
    clearInterval(timer);
    await turn;
  };
}

/** From when on settlement may still ask for readings, whatever else was chosen; undefined when it asks for none. */
export type NeededFrom = () => Promise<EpochMs | undefined>;

/** One round. @returns how many readings were forgotten */
export async function forgetOld(options: {
  readonly series: SeriesStore;
  readonly retention: Retention;
  readonly clock: Clock;
  readonly neededFrom?: NeededFrom;
}): Promise<number> {
  const { series, retention, clock, neededFrom } = options;
  if (retention.registers === null && retention.measurements === null) return 0;
  const needed = (await neededFrom?.()) ?? Number.POSITIVE_INFINITY;
  let forgotten = 0;
  for (const info of await series.catalogue()) {
    const dataClass = classOf(seriesParts(info.series).quantity);
    const days = retention[dataClass];
    if (days === null) continue;
    const old = Math.min(clock() - days * DAY, dataClass === "registers" ? needed : Number.POSITIVE_INFINITY);
    // Whole UTC days, so that a sealed day goes as one block.
    const before = EpochMs(Math.floor(old / DAY) * DAY);
    if (info.first_ms < before) forgotten += await series.dropBefore(info.series, before);
  }
  return forgotten;
}
