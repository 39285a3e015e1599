import type { Log } from "../log.ts";
import type { Reading } from "../reading.ts";
import { type Clock, EpochMs } from "../units.ts";
import {
  type ClockEvidence,
  type ClockReckoning,
  type ClockSample,
  type ClockTrustState,
  describeLength,
  noticeJump,
  stampOf,
  startReckoning,
  weighEvidence,
} from "./clock-trust.ts";
import type { Correction, CorrectionLog } from "./corrections.ts";
import { findRepairs, noteSpans, type SpanNotes } from "./find-repairs.ts";
import type { SeriesStore, TimeRange } from "./series-store.ts";

/** How often the two clocks are compared, and repairs that could not be written are tried again, real time. */
const LOOK_EVERY_MS = 1_000;
/** How often a doubted clock's evidence is asked for anew; after a jump it is asked for at once. */
export const EVIDENCE_EVERY_MS = 10_000;

/** One arrival: its stamp, and whether the clock that gave it was in doubt. */
export interface Arrival {
  readonly at: EpochMs;
  /** There while the clock is not known to be right; to be told of the readings that got this stamp, once they are stored. */
  readonly doubt?: { stored(readings: readonly Reading[]): void };
}

export type ArrivalClock = () => Arrival;

/** Arrivals by a clock that is right because whoever handed it in says so. */
export function trustedArrivals(clock: Clock): ArrivalClock {
  return () => ({ at: clock() });
}

export interface ClockWatch {
  /** The stamp for what arrives now. It sees a jump of the clock by itself: no reading is stamped by a clock that was just set. */
  readonly arrive: ArrivalClock;
  state(): ClockTrustState;
  /** Why nothing that depends on the time may be done now, such as settling and forgetting: the clock is in doubt, or readings wait for their repair. Undefined when all is well. */
  waitsFor(): string | undefined;
  /** Compare the clocks, gather evidence while there is doubt, and write repairs that are due. Never rejects. */
  look(): Promise<void>;
  /** Look regularly from now on. */
  start(): void;
  /** Resolves when no look is under way any more. */
  stop(): Promise<void>;
}

export interface ClockWatchOptions {
  readonly wall: Clock;
  /** Ms; see `ClockSample`. */
  readonly monotonic: () => number;
  readonly readEvidence: () => Promise<ClockEvidence>;
  /** As it is stored, without corrections. */
  readonly store: Pick<SeriesStore, "range">;
  readonly corrections: CorrectionLog;
  readonly log: Log;
  /** Told where repaired readings stand now, so that days they touch are settled again. */
  readonly onRepaired?: (range: TimeRange) => void;
}

/** A stretch of arrivals under one doubt. */
interface Doubt {
  readonly notes: SpanNotes;
  /** How far its stamps are behind the true time; undefined until that is known. */
  byMs: number | undefined;
}

/** Watch the hub's clock for as long as it runs. The first evidence is weighed before this resolves. */
export async function watchClock(options: ClockWatchOptions): Promise<ClockWatch> {
  const { wall, monotonic, readEvidence, log } = options;
  const sample = (): ClockSample => ({ wall: wall(), monotonic: monotonic() });
  const first = await readEvidence();
  let reckoning = startReckoning(sample(), first);
  let weighed = { jumps: 0, monotonic: monotonic() };
  let doubt: Doubt | undefined;
  let closed: Doubt[] = [];
  let isRepairing = false;
  let isRepairFailing = false;
  let timer: NodeJS.Timeout | undefined;
  let turn = Promise.resolve();

  const isGood = (): boolean => reckoning.state.trust === "known_good";
  const beginDoubt = (at: ClockSample): void => {
    const { trust, reason } = reckoning.state;
    doubt = { notes: noteSpans(stampOf(reckoning, at)), byMs: undefined };
    log.warn(
      { clock: trust, shows: new Date(at.wall).toISOString() },
      `the hub's clock is not known to be right: ${reason}; readings it stamps are kept and marked, and nothing is settled`,
    );
  };
  const endDoubt = (before: ClockReckoning, at: ClockSample): void => {
    const by = Math.round(before.wallBase - before.stampBase);
    const said =
      by === 0 ? "its stamps were right" : `stamps are put ${by < 0 ? "back" : "ahead"} by ${describeLength(by)}`;
    log.info(
      { by_ms: by, shows: new Date(at.wall).toISOString() },
      `the hub's clock is right: ${reckoning.state.reason}; ${said}`,
    );
    if (doubt === undefined) return;
    const readings = doubt.notes.passedOver();
    if (readings > 0) log.warn({ readings }, "more buffered readings than can be told apart stay marked");
    doubt.byMs = by;
    closed.push(doubt);
    doubt = undefined;
  };
  const notice = (): ClockSample => {
    const now = sample();
    const before = reckoning;
    reckoning = noticeJump(before, now);
    if (reckoning.jumps !== before.jumps) {
      const by_ms = reckoning.jump?.byMs;
      log.warn({ by_ms, shows: new Date(now.wall).toISOString() }, "the hub's clock jumped");
      if (doubt === undefined) beginDoubt(now);
    }
    return now;
  };
  const weigh = async (): Promise<void> => {
    const { jumps } = reckoning;
    if (weighed.jumps === jumps && monotonic() - weighed.monotonic < EVIDENCE_EVERY_MS) return;
    const evidence = await readEvidence();
    const now = notice();
    // A jump while the evidence was gathered: it may speak of the clock before.
    if (reckoning.jumps !== jumps) return;
    weighed = { jumps, monotonic: now.monotonic };
    const before = reckoning;
    reckoning = weighEvidence(before, now, evidence);
    if (isGood()) endDoubt(before, now);
    else if (reckoning.state.reason !== before.state.reason) log.warn({}, `the hub's clock: ${reckoning.state.reason}`);
  };
  const repairs = async (): Promise<void> => {
    for (const one of closed) {
      if (one.notes.isEmpty() || one.byMs === undefined) continue;
      const spans = one.notes.take();
      isRepairing = true;
      try {
        const made = await writeRepairs(options, spans, one.byMs);
        for (const range of made) options.onRepaired?.(range);
        isRepairFailing = false;
      } catch (cause) {
        one.notes.putBack(spans);
        if (!isRepairFailing) log.error({ cause: String(cause) }, "stamps could not be repaired yet, will try again");
        isRepairFailing = true;
      } finally {
        isRepairing = false;
      }
    }
    // Readings that the store took late may still come, but not after so many other doubts.
    closed = closed.slice(-DOUBTS_KEPT);
  };
  const look = (): Promise<void> => {
    turn = turn
      .then(async () => {
        notice();
        if (!isGood()) await weigh();
        await repairs();
      })
      .catch((cause: unknown) => log.error({ cause: String(cause) }, "looking at the clock failed, will try again"));
    return turn;
  };

  if (!isGood()) beginDoubt(sample());

  return {
    arrive() {
      const now = notice();
      const at = stampOf(reckoning, now);
      return doubt === undefined ? { at } : { at, doubt: { stored: doubt.notes.note } };
    },
    state: () => reckoning.state,
    waitsFor() {
      notice();
      if (!isGood()) return `the hub's clock is not known to be right: ${reckoning.state.reason}`;
      if (isRepairing || closed.some(({ notes }) => !notes.isEmpty()))
        return "readings of the time before the clock was right wait for their repair";
      return undefined;
    },
    look,
    start() {
      timer ??= setInterval(look, LOOK_EVERY_MS);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await look();
    },
  };
}

/** Times of doubt whose late readings are still repaired. */
const DOUBTS_KEPT = 16;
/** Corrections written together. */
const WRITTEN_TOGETHER = 1_000;

/** One correction a stretch, saying why. @returns the stretches where the readings stand now */
async function writeRepairs(
  { store, corrections, wall, log }: ClockWatchOptions,
  spans: ReturnType<SpanNotes["take"]>,
  byMs: number,
): Promise<readonly TimeRange[]> {
  const found = await findRepairs(store, spans, await corrections.list());
  const reason =
    byMs === 0
      ? "stamped before the hub's clock was known to be right; it was right"
      : `stamped by a clock of the hub that was ${describeLength(byMs)} ${byMs < 0 ? "ahead" : "behind"}`;
  const made = found.map(
    ({ series, range }): Correction => ({
      series,
      range,
      change: { kind: "clock_offset", by_ms: byMs },
      author: "hub",
      reason,
      made_ms: wall(),
    }),
  );
  for (let next = 0; next < made.length; next += WRITTEN_TOGETHER) {
    await corrections.add(made.slice(next, next + WRITTEN_TOGETHER));
  }
  if (made.length > 0) log.info({ by_ms: byMs, corrections: made.length }, "stamps repaired");
  return found.map(({ range }) => ({ from: EpochMs(range.from + byMs), to: EpochMs(range.to + byMs) }));
}
