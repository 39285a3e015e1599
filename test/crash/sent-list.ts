import type { SeriesKey } from "../../hub/reading.ts";

/** One stamped reading as it was sent. */
export interface SentReading {
  readonly series: SeriesKey;
  /** Whole milliseconds since 1970 UTC. */
  readonly at: number;
  readonly value: number;
}

/** One message as it was sent. The whole part of each of its values is its `id`, so a value tells its message. */
export interface SentMessage {
  readonly id: number;
  readonly device: string;
  readonly payload: string;
  readonly readings: readonly SentReading[];
}

export interface Expected {
  readonly message: SentMessage;
  readonly value: number;
}

/**
 * What one auditor sent and what was acknowledged to it. It lives in the auditor's process, so the hub's death leaves
 * it whole; a message counts as acknowledged from the moment its PUBACK was read, never earlier.
 */
export interface SentList {
  readonly messages: readonly SentMessage[];
  /** Nothing with this series and stamp was sent yet. */
  isFree(series: SeriesKey, at: number): boolean;
  add(message: SentMessage): void;
  /** @param atNs CLOCK_MONOTONIC when the PUBACK was read; a resend's second PUBACK changes nothing */
  acknowledge(id: number, atNs: bigint): void;
  acknowledgedAt(id: number): bigint | undefined;
  acknowledged(): number;
  expected(series: SeriesKey, at: number): Expected | undefined;
}

export function createSentList(): SentList {
  const messages: SentMessage[] = [];
  const bySeries = new Map<SeriesKey, Map<number, Expected>>();
  const acknowledgements = new Map<number, bigint>();
  const ofSeries = (series: SeriesKey): Map<number, Expected> => {
    const known = bySeries.get(series) ?? new Map<number, Expected>();
    bySeries.set(series, known);
    return known;
  };
  return {
    messages,
    isFree: (series, at) => !ofSeries(series).has(at),
    add(message) {
      for (const { series, at, value } of message.readings) {
        if (ofSeries(series).has(at)) throw new Error(`${series} at ${at} was sent already`);
        ofSeries(series).set(at, { message, value });
      }
      messages.push(message);
    },
    acknowledge(id, atNs) {
      if (!acknowledgements.has(id)) acknowledgements.set(id, atNs);
    },
    acknowledgedAt: (id) => acknowledgements.get(id),
    acknowledged: () => acknowledgements.size,
    expected: (series, at) => bySeries.get(series)?.get(at),
  };
}
