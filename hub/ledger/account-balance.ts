import { hubActor } from "../members/actor.ts";
import type { EpochMs } from "../units.ts";
import type { BookPages } from "./book-pages.ts";
import { decideEffects, unknownUnit } from "./decide-effects.ts";
import type { AccountBalance, HoldState, SpendingLimit, UnitAccount } from "./ledger.ts";
import { Amount } from "./ledger-unit.ts";
import { dueOf, type Movement } from "./movement.ts";
import { toHubError } from "./refusal.ts";
import { addEffect, availableBalance, postedBalance, type RunningTotals } from "./running-totals.ts";
import { type BookingMoment, spendingLimit, unitOf } from "./spending-limit.ts";

export function toBalance({ account, unit }: UnitAccount, totals: RunningTotals): AccountBalance {
  return {
    account,
    unit,
    posted: postedBalance(totals),
    pending_in: Amount(totals.pending_in),
    pending_out: Amount(totals.pending_out),
    available: availableBalance(totals),
  };
}

/**
 * Totals as of a moment. Between the newest entry and that moment holds may have ended that nobody has booked yet: they
 * count as free, as they will when the next write books their end.
 */
export function totalsAsOf({ account, unit }: UnitAccount, at: EpochMs, pages: BookPages): RunningTotals {
  let totals = pages.totalsAt(account, unit, at);
  if (at <= pages.newestAt()) return totals;
  for (const hold of pages.holdsDue(at)) {
    const said: Movement = { ...hold.said, kind: "expire", by: hubActor, hold: hold.said.id };
    const decided = decideEffects(said, pages, { now: at, rules: { limits: [] } });
    const effects = "effects" in decided ? decided.effects : [];
    for (const effect of effects)
      if (effect.account === account && effect.unit === unit) totals = addEffect(totals, effect);
  }
  return totals;
}

/** @throws HubError UNIT_UNKNOWN */
export function limitAsOf(of: UnitAccount, pages: BookPages, moment: BookingMoment): SpendingLimit {
  const unit = unitOf(of.unit, pages);
  if (unit === undefined) throw toHubError(unknownUnit(of.unit));
  const totals = totalsAsOf(of, moment.now, pages);
  const { floor, words } = spendingLimit({ account: of.account, unit, totals }, pages, moment);
  return { floor: Amount(floor), spendable: Amount(Math.max(0, availableBalance(totals) - floor)), words };
}

/** @returns undefined when there was no such hold at that moment */
export function holdStateAt(id: string, at: EpochMs, pages: BookPages): HoldState | undefined {
  const hold = pages.movement(id);
  if (hold?.said.kind !== "hold" || hold.booked_ms > at) return undefined;
  const end = pages.resolutionOf(id);
  if (end !== undefined && end.booked_ms <= at) {
    if (end.said.kind === "post") return "posted";
    return end.said.kind === "void" ? "voided" : "expired";
  }
  const due = dueOf(hold);
  return due !== undefined && due <= at ? "expired" : "pending";
}
