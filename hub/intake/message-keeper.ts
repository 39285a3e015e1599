import type { Request } from "../decode/dialects/dialect.ts";
import { HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SeriesStore } from "../series/series-store.ts";
import { type Arrival, type ArrivalClock, trustedArrivals } from "../series/watch-clock.ts";
import type { Clock, EpochMs } from "../units.ts";
import type { DialectRoutes } from "./dialect-routes.ts";
import { type DecodedMessage, decodeMessage, type Message, storeMessage } from "./take-message.ts";

/** Whether readings reach the disk at the moment. */
export interface StoringState {
  readonly storing: boolean;
  /** Since when it is so. */
  readonly since_ms: EpochMs;
  /** Why nothing is stored; null while all is well. */
  readonly reason: string | null;
}

export interface MessageKeeper {
  /**
   * Resolves when the message is on the disk, with how much it said. While the store fails it waits and is tried again.
   * @param isAwaited false once nobody waits for its acknowledgement: it is given up rather than tried again
   * @throws HubError STORE_FAILED when it was given up; whatever else the store threw
   */
  keep(message: Message, isAwaited: () => boolean): Promise<KeptMessage>;
  /** An acknowledgement has been held for too long: nothing counts as stored until an append succeeds. */
  stall(reason: string): void;
  state(): StoringState;
  /** Give up what waits for another try. */
  close(): void;
}

export interface KeptMessage {
  readonly readings: number;
  readonly refusals: number;
}

interface Kept {
  readonly message: Message;
  /** When it arrived; a later try must not stamp it anew. */
  readonly arrival: Arrival;
  readonly isAwaited: () => boolean;
  /** What it says, once somebody looked: a later try must not decode it anew. */
  decoded: DecodedMessage | undefined;
  resolve(kept: KeptMessage): void;
  reject(cause: unknown): void;
}

/**
 * Keep messages in the store, through times when it cannot store. After a failure one message at a time tries the
 * store, so that a full disk is not hammered; when it succeeds, all that wait follow at once.
 * @param retryMs between two tries
 */
export function keepMessages(options: {
  readonly store: SeriesStore;
  readonly clock: Clock;
  /** Stamps arrivals; without it the clock does. */
  readonly arrive?: ArrivalClock | undefined;
  /** Needed for messages with routes. */
  readonly dialects?: Pick<DialectRoutes, "decode"> | undefined;
  /** Told what a device is to be asked for, once what it said is on the disk. */
  readonly request?: ((requests: readonly Request[]) => void) | undefined;
  readonly log: Log;
  readonly retryMs: number;
}): MessageKeeper {
  const { store, clock, log, dialects, arrive = trustedArrivals(clock) } = options;
  /** Not stored at the last try, oldest first. */
  let failed: Kept[] = [];
  let asked = 0;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let state: StoringState = { storing: true, since_ms: clock(), reason: null };

  const works = (): void => {
    if (state.storing) return;
    const { reason, since_ms } = state;
    state = { storing: true, since_ms: clock(), reason: null };
    log.info({ was: reason, for_ms: Math.max(0, state.since_ms - since_ms) }, "storing again");
  };
  const stall = (reason: string): void => {
    if (!state.storing || isClosed) return;
    state = { storing: false, since_ms: clock(), reason };
    log.error({ reason }, "not storing: nothing is acknowledged until it works again");
  };

  const attempt = (kept: Kept, message: Message): void => {
    asked += 1;
    kept.decoded ??= decodeMessage(message, kept.arrival, dialects);
    const { readings, refusals, requests } = kept.decoded;
    storeMessage(message, kept.arrival, kept.decoded, store).then(
      () => {
        asked -= 1;
        works();
        kept.resolve({ readings: readings.length, refusals: refusals.length });
        if (requests.length > 0) options.request?.(requests);
        const waiting = failed;
        failed = [];
        for (const one of waiting) attemptAgain(one);
      },
      (cause: unknown) => {
        asked -= 1;
        if (isClosed || !(cause instanceof HubError && cause.retryable)) kept.reject(cause);
        else {
          stall(`${cause.message}. ${cause.remedy}`);
          failed.push(kept);
          timer ??= setTimeout(probe, options.retryMs);
        }
        // With nothing left to try, the next message finds out.
        if (asked === 0 && failed.length === 0) works();
      },
    );
  };
  /** Half of it may have been stored at the last try, so what the device did not stamp is told apart as a resend. */
  const attemptAgain = (kept: Kept): void => {
    const { delivery } = kept.message;
    if (delivery === undefined) attempt(kept, kept.message);
    else attempt(kept, { ...kept.message, delivery: { ...delivery, isRepeat: true } });
  };

  const probe = (): void => {
    timer = undefined;
    const awaited = failed.filter((kept) => kept.isAwaited());
    // When everybody has left, one message stays behind to find out when storing works again.
    const staying = new Set(awaited.length > 0 ? awaited : failed.slice(0, 1));
    const gone = failed.filter((kept) => !staying.has(kept));
    const [first, ...rest] = staying;
    failed = rest;
    for (const kept of gone) kept.reject(givenUp());
    if (first !== undefined) attemptAgain(first);
  };

  return {
    stall,
    keep(message, isAwaited) {
      const { promise, resolve, reject } = Promise.withResolvers<KeptMessage>();
      const arrival = arrive();
      // What a dialect remembers depends on the order of messages, so it decodes in the order of arrival.
      const decoded = message.routes === undefined ? undefined : decodeMessage(message, arrival, dialects);
      const kept = { message, arrival, isAwaited, decoded, resolve, reject };
      if (timer === undefined && failed.length === 0) attempt(kept, message);
      else failed.push(kept);
      return promise;
    },
    state: () => state,
    close() {
      isClosed = true;
      clearTimeout(timer);
      for (const kept of failed) kept.reject(givenUp());
      failed = [];
    },
  };
}

function givenUp(): HubError {
  return new HubError("STORE_FAILED", "the message was given up: its client left before it could be stored", {
    retryable: true,
    remedy: "Nothing to do: it was never acknowledged, the device sends it again.",
  });
}
