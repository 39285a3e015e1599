import type { CommitOutcome, CommitRequest } from "./readings-commit.ts";

/** What the thread that reads asks of the thread that writes. */
export type WriterRequest =
  | ({ readonly kind: "commit" } & CommitRequest)
  | { readonly kind: "seal" }
  | { readonly kind: "drop"; readonly id: number; readonly series: string; readonly before: number }
  | { readonly kind: "close" };

/** And what it answers; `sealed` comes by itself. */
export type WriterReply =
  | { readonly kind: "ready" }
  | ({ readonly kind: "committed"; readonly id: number } & CommitOutcome)
  | { readonly kind: "failed"; readonly id: number; readonly failure: string }
  /** Head rows up to `seq` are in chunks now. */
  | { readonly kind: "sealed"; readonly seq: number }
  | { readonly kind: "dropped"; readonly id: number; readonly readings: number; readonly first: number | null };

export interface WriterData {
  readonly path: string;
  readonly sealEveryMs: number;
}
