import { hash } from "node:crypto";
import type { HubError } from "../../errors.ts";
import type { Reading, Refusal } from "../../reading.ts";
import type { AppendReceipt, Delivery } from "../../series/series-store.ts";
import { CONFLICTING, type CommitOutcome, type CommitRequest, REPEATED } from "./commit-request.ts";
import type { RefusalRow } from "./quarantine.ts";
import { packFlags } from "./readings-schema.ts";
import { storeFailed } from "./writer-thread.ts";

/** With this many readings waiting, a commit costs a few bytes each: it need not wait for its window. */
const EARLY_COMMIT_READINGS = 1_000;
/** With this many waiting and nothing more coming, the senders wait for their acknowledgements: so few cost 170 bytes each. */
const QUIET_COMMIT_READINGS = 50;
/** Nothing coming: ten times longer than between two packets of a device that empties its store. */
const QUIET_MS = 20;
/** Most readings in one commit: bounds the message between threads, and how many acknowledgements one tick releases. */
const COMMIT_READINGS = 4_000;

interface Waiting {
  readonly readings: readonly Reading[];
  readonly refusal?: Refusal;
  readonly delivery?: Delivery;
  resolve(receipt: AppendReceipt): void;
  reject(reason: HubError): void;
}

export interface GroupCommit {
  append(readings: readonly Reading[], delivery?: Delivery): Promise<AppendReceipt>;
  quarantine(refusal: Refusal): Promise<void>;
  /** Commit what waits, without waiting for the window, and resolve when all is answered. */
  drain(): Promise<void>;
  /** The writer is gone: refuse what waits and all that comes. */
  fail(cause: unknown): void;
}

/**
 * Gather appends so that the card sees at most one commit a window, sooner when many readings wait.
 * One commit is under way at a time; all its appends are answered in one tick.
 */
export function groupCommit(options: {
  readonly windowMs: number;
  /** Store a request; resolves when it is on the disk. */
  send(request: CommitRequest): Promise<CommitOutcome>;
}): GroupCommit {
  let waiting: Waiting[] = [];
  let waitingReadings = 0;
  let underWay: readonly Waiting[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let lastCommitAt = Number.NEGATIVE_INFINITY;
  let nextId = 1;
  let failure: HubError | undefined;
  const onIdle: (() => void)[] = [];

  const schedule = (): void => {
    if (underWay !== undefined || waiting.length === 0) return;
    const urgent = waitingReadings >= EARLY_COMMIT_READINGS || onIdle.length > 0;
    const wait = urgent ? 0 : Math.max(0, lastCommitAt + options.windowMs - performance.now());
    if (timer !== undefined && !urgent) return;
    clearTimeout(timer);
    timer = setTimeout(commit, wait);
  };

  /** Enough wait to be worth a commit as soon as nothing more comes. */
  const watchQuiet = (): void => {
    if (quiet !== undefined) quiet.refresh();
    else if (waitingReadings >= QUIET_COMMIT_READINGS && options.windowMs > QUIET_MS)
      quiet = setTimeout(commit, QUIET_MS);
  };

  const commit = (): void => {
    clearTimeout(timer);
    clearTimeout(quiet);
    timer = undefined;
    quiet = undefined;
    if (underWay !== undefined || waiting.length === 0) return;
    let taken = 0;
    let readings = 0;
    while (taken < waiting.length && readings < COMMIT_READINGS) {
      readings += waiting[taken]?.readings.length ?? 0;
      taken += 1;
    }
    const those = waiting.slice(0, taken);
    waiting = waiting.slice(taken);
    waitingReadings -= readings;
    lastCommitAt = performance.now();
    underWay = those;
    const request = packRequest(nextId++, those, readings);
    options.send(request).then(
      ({ outcomes }) => answer(those, outcomes),
      (reason: HubError) => {
        for (const one of those) one.reject(reason);
        goOn();
      },
    );
  };

  /** Every append of a commit is answered in one tick. */
  const answer = (those: readonly Waiting[], outcomes: Uint8Array): void => {
    let index = 0;
    for (const one of those) {
      const receipt = { stored: 0, repeated: 0, conflicting: 0 };
      for (const end = index + one.readings.length; index < end; index += 1) receipt[nameOf(outcomes[index])] += 1;
      one.resolve(receipt);
    }
    goOn();
  };

  /** The commit under way is over; the next one may be due. */
  const goOn = (): void => {
    underWay = undefined;
    schedule();
    if (waiting.length > 0) watchQuiet();
    if (waiting.length === 0) for (const done of onIdle.splice(0)) done();
  };

  const enqueue = (
    readings: readonly Reading[],
    more: Pick<Waiting, "refusal" | "delivery">,
  ): Promise<AppendReceipt> => {
    if (failure !== undefined) return Promise.reject(failure);
    return new Promise((resolve, reject) => {
      waiting.push({ readings, resolve, reject, ...more });
      waitingReadings += readings.length;
      schedule();
      watchQuiet();
    });
  };

  return {
    append: (readings, delivery) => enqueue(readings, delivery === undefined ? {} : { delivery }),
    quarantine: async (refusal) => {
      await enqueue([], { refusal });
    },
    drain() {
      if (waiting.length === 0 && underWay === undefined) return Promise.resolve();
      return new Promise((resolve) => {
        onIdle.push(resolve);
        schedule();
      });
    },
    fail(cause) {
      failure = storeFailed(cause instanceof Error ? cause.message : String(cause));
      for (const one of waiting) one.reject(failure);
      waiting = [];
      for (const done of onIdle.splice(0)) done();
    },
  };
}

function packRequest(id: number, those: readonly Waiting[], readings: number): CommitRequest {
  const series: string[] = [];
  const at = new Float64Array(readings);
  const value = new Float64Array(readings);
  const flags = new Uint8Array(readings);
  const refusals: RefusalRow[] = [];
  const deliveries = new BigUint64Array(those.length);
  const isRepeat = new Uint8Array(those.length);
  those.forEach((one, append) => {
    for (const reading of one.readings) {
      at[series.length] = reading.at;
      value[series.length] = reading.value ?? Number.NaN;
      flags[series.length] = packFlags(reading);
      series.push(reading.series);
    }
    if (one.refusal !== undefined) refusals.push(one.refusal);
    if (one.delivery !== undefined && one.readings.some(({ stampedBy }) => stampedBy === "arrival")) {
      deliveries[append] = keyOfDelivery(one.delivery);
      isRepeat[append] = one.delivery.isRepeat ? 1 : 0;
    }
  });
  return {
    id,
    counts: those.map((one) => one.readings.length),
    deliveries,
    isRepeat,
    series,
    at,
    value,
    flags,
    refusals,
  };
}

/** Client, packet id and payload as 64 bits, never 0: enough to tell the deliveries of one window apart. */
function keyOfDelivery({ client, packet, payload }: Delivery): bigint {
  const payloadHash = hash("sha256", payload, "hex");
  return BigInt(`0x${hash("sha256", `${packet} ${payloadHash} ${client}`, "hex").slice(0, 16)}`) || 1n;
}

function nameOf(outcome: number | undefined): keyof AppendReceipt {
  return outcome === REPEATED ? "repeated" : outcome === CONFLICTING ? "conflicting" : "stored";
}
