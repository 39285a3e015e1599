import { canonicalJson, sha256Hex } from "../canonical-json.ts";
import { type ErrorCode, HubError } from "../errors.ts";
import type { EpochMs } from "../units.ts";

/** Why something was not booked, as data: one of a batch that is refused leaves the others alone. */
export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
  /** With LIMIT_EXCEEDED: the lowest balance allowed and the one it would have been, in smallest steps. */
  readonly limit?: number;
  readonly projected?: number;
}

/** A refusal that burnt its id: it is kept, so that the id is never booked later by a repeat nobody waits for any more. */
export interface KeptRefusal {
  readonly id: string;
  readonly refused_ms: EpochMs;
  readonly code: ErrorCode;
  readonly message: string;
  /** The movement that was refused, in its one spelling. */
  readonly said: string;
}

/**
 * Refusals that another moment could turn into a success. Their id is burnt: a client that gave up and asked anew under
 * another id must not see the first one booked after all. The others say the same for ever and burn nothing.
 */
export const burningCodes: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "ACCOUNT_UNKNOWN",
  "ENTRY_UNKNOWN",
  "HOLD_UNKNOWN",
  "LIMIT_EXCEEDED",
  "UNIT_UNKNOWN",
]);

export function toHubError({ code, message, remedy }: Refusal): HubError {
  return new HubError(code, message, { remedy });
}

export function digestOfRefusal({ id, refused_ms, code, message, said }: KeptRefusal): string {
  return sha256Hex(canonicalJson({ id, refused_ms, code, message, said }));
}
