import { type BrokerLimits, brokerLimits } from "./limits.ts";

/** What one credential, one address and all of them together may ask of the HTTP listener; those of the broker hold too. */
export interface PushLimits extends BrokerLimits {
  readonly longestPushMs: number;
  readonly requests: number;
  readonly requestsPerCredential: number;
  readonly bodyBytes: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly idleMs: number;
  readonly closingMs: number;
}

export const pushLimits: PushLimits = {
  ...brokerLimits,
  /** An idle connection takes about 65 kB: 33 MB at most. A sensor without MQTT opens one and keeps it, or comes back each time. */
  connections: 512,
  /** Half, so that strangers of one address never take the place of all others. */
  halfOpenPerAddress: 256,
  /** How long a request waits to be stored before it is told to come again: less than what sensors wait for an answer. */
  longestPushMs: 5_000,
  /** Requests under way: with one commit a second, as many a second. */
  requests: 512,
  /** A gateway that pushes for many devices at once; a single sensor needs one. */
  requestsPerCredential: 16,
  /** Bodies under way, all together: a few dozen of the largest. */
  bodyBytes: 16 * 1024 * 1024,
  /** A request's head is one packet; whoever needs longer is not a sensor. */
  headersMs: 10_000,
  /** The largest body over the slowest radio link, 10 kB a second. */
  requestMs: 30_000,
  /** Longer than the minute in which most sensors come back, so that they find their connection open. */
  idleMs: 75_000,
  /** When the hub stops, requests under way may end; those that wait for a broken disk may not hold it up. */
  closingMs: 2_000,
};

/** What a sensor is told to wait, s: after a crowd, and while nothing can be stored. */
export const BUSY_RETRY_S = 1;
export const NOT_STORING_RETRY_S = 10;
/** A counter, a stamp or a UUID with a prefix, as senders make them. */
export const IDEMPOTENCY_KEY_LENGTH = 100;
/** As long as a device's topic in its document may be, and what follows it. */
export const TOPIC_LENGTH = 400;
/** How often overdue connections are looked for: often enough that the limits above are what they say. */
export const OVERDUE_CHECK_MS = 1_000;
