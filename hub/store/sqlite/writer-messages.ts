import type { CommitOutcome, CommitRequest } from "./commit-request.ts";

/** What the thread that reads may ask of the thread that writes, by name: [question, answer]. */
export interface WriterCalls {
  commit: [CommitRequest, CommitOutcome];
  /** Seal all that stands in the head now; answered when it is sealed. */
  seal: [null, null];
  drop: [{ readonly series: string; readonly before: number }, { readonly readings: number }];
  /** Everything before the moment, ms, is about to be booked. */
  booked: [{ readonly before: number }, null];
  /** Forget late marks by their ids. */
  forget: [{ readonly marks: readonly number[] }, null];
  release: [{ readonly row: number }, boolean];
  close: [null, null];
}

export type WriterCall = keyof WriterCalls;

export interface WriterRequest {
  readonly id: number;
  readonly call: WriterCall;
  readonly body: WriterCalls[WriterCall][0];
}

/** An answer, a failure that stored nothing, or by itself: head rows up to `sealed` are in chunks now. */
export type WriterReply =
  | { readonly id: number; readonly result: WriterCalls[WriterCall][1] }
  | { readonly id: number; readonly failure: string }
  | { readonly sealed: number };

export interface WriterData {
  readonly path: string;
  readonly sealEveryMs: number;
}
