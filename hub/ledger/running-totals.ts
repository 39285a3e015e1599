import { Amount } from "./ledger-unit.ts";
import type { Effect } from "./movement.ts";

/**
 * What has come into and gone out of one account in one unit since its first entry, and what is pending now. Every line
 * of an account keeps the totals after it, so a balance at any time is one look-up, and a turnover is two.
 */
export interface RunningTotals {
  readonly posted_in: number;
  readonly posted_out: number;
  /** What others hold for this account: not its own yet. */
  readonly pending_in: number;
  /** What is held of this account: not free any more. */
  readonly pending_out: number;
}

export const NO_TOTALS: RunningTotals = { posted_in: 0, posted_out: 0, pending_in: 0, pending_out: 0 };

/** @throws RangeError when a total passes what can be counted exactly, or more is released than is pending */
export function addEffect(
  totals: RunningTotals,
  { amount, pending_in, pending_out }: Pick<Effect, "amount" | "pending_in" | "pending_out">,
): RunningTotals {
  const after = {
    posted_in: Amount(totals.posted_in + Math.max(0, amount)),
    posted_out: Amount(totals.posted_out + Math.max(0, -amount)),
    pending_in: Amount(totals.pending_in + pending_in),
    pending_out: Amount(totals.pending_out + pending_out),
  };
  if (after.pending_in < 0 || after.pending_out < 0) throw new RangeError("more is released than is pending");
  return after;
}

/** What is booked for good. */
export function postedBalance({ posted_in, posted_out }: RunningTotals): Amount {
  return Amount(posted_in - posted_out);
}

/** What may be spent without credit: pending out counts as gone, pending in never counts. */
export function availableBalance(totals: RunningTotals): Amount {
  return Amount(postedBalance(totals) - totals.pending_out);
}

/** True when anything was ever booked or is pending. */
export function isTouched({ posted_in, posted_out, pending_in, pending_out }: RunningTotals): boolean {
  return posted_in + posted_out + pending_in + pending_out > 0;
}
