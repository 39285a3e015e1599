/** What the auditor's process is asked to do, and what it answers; one JSON message each way through the pipe of `fork`. */

export interface Login {
  readonly name: string;
  readonly password: string;
  /** The device this credential speaks for. */
  readonly device: string;
}

/** Publish over real sockets until the hub is gone. Answered with `PublishReport`, after an `AcceptedNotice`. */
export interface PublishOrder {
  readonly kind: "publish";
  readonly host: string;
  readonly port: number;
  /** One connection each. */
  readonly logins: readonly Login[];
  /** Unacknowledged messages each connection keeps under way. */
  readonly inFlight: number;
  readonly seed: number;
}

/** Open a folder with the product's own store and hold it against the list of acknowledgements. Answered with `AuditReport`. */
export interface AuditOrder {
  readonly kind: "audit";
  readonly folder: string;
  /** What the folder's store was told is booked before anything was sent, ms since 1970 UTC. */
  readonly bookedMs: number;
  /** Owe only what was acknowledged up to this moment of CLOCK_MONOTONIC, in ns as decimal text; all when left out. */
  readonly untilNs?: string;
}

/** Every moment an acknowledgement was read so far, in ns of CLOCK_MONOTONIC. Answered with `MomentsReport`. */
export interface MomentsOrder {
  readonly kind: "moments";
}

export type AuditorOrder = PublishOrder | AuditOrder | MomentsOrder;

/** Told once a publish order, when the first PUBACK was read. */
export interface AcceptedNotice {
  readonly kind: "accepted";
}

export interface PublishReport {
  readonly kind: "published";
  readonly connected: boolean;
  /** Of all orders so far. */
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
}

export interface AuditReport {
  readonly kind: "audited";
  readonly readings: number;
  readonly owed: number;
  /** Marks of late readings. */
  readonly marks: number;
  /** At most `FINDINGS_TOLD` of them, in words. */
  readonly findings: readonly string[];
  /** From nothing to a store that answers: its files opened, recovered, its writer thread up. */
  readonly openMs: number;
  /** Rows of the table `chunk` as the hub left it. */
  readonly sealedSeq: number;
  readonly sealedChunks: number;
  /** The hub ended within a seal: some of the head is in chunks and not yet out of the head. */
  readonly isHalfSealed: boolean;
}

export interface MomentsReport {
  readonly kind: "moments";
  readonly atNs: readonly string[];
}

export type AuditorAnswer =
  | PublishReport
  | AuditReport
  | MomentsReport
  | { readonly kind: "failed"; readonly why: string };

/** Findings told in one report: the first ones say what went wrong, a thousand more say it again. */
export const FINDINGS_TOLD = 10;
