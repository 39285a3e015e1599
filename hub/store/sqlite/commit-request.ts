import type { RefusalRow } from "./quarantine.ts";

/** Several appends as one message between threads: columns, so that a thousand readings are four buffers. */
export interface CommitRequest {
  readonly id: number;
  /** How many readings belong to each append, in order. */
  readonly counts: readonly number[];
  /** For each append the key of its delivery, 0 when its readings are stamped; see `Delivery`. */
  readonly deliveries: BigUint64Array;
  /** For each append 1 when the sender says it is a resend. */
  readonly isRepeat: Uint8Array;
  readonly series: readonly string[];
  readonly at: Float64Array;
  /** NaN where there is no value; the flags say why. */
  readonly value: Float64Array;
  readonly flags: Uint8Array;
  readonly refusals: readonly RefusalRow[];
}

export const STORED = 0;
export const REPEATED = 1;
export const CONFLICTING = 2;

/** What was committed: for each reading what became of it, and the stamp it really got. */
export interface CommitOutcome {
  /** The head row it stands in; 0 when nothing new was stored. */
  readonly seq: number;
  readonly outcomes: Uint8Array;
  readonly at: Float64Array;
}
