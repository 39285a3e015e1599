import type { EpochMs } from "../units.ts";
import { type AccountId, accountParts } from "./account.ts";
import type { BookPages } from "./book-pages.ts";
import { type CreditLimit, type JudgedLimit, judgeLimit } from "./credit-limit.ts";
import { builtInUnits, type LedgerUnit } from "./ledger-unit.ts";
import type { RunningTotals } from "./running-totals.ts";

/** What the community's rules say to whoever wants to book now. */
export interface LedgerRules {
  readonly limits: readonly CreditLimit[];
  /** Members as of now; undefined where nobody keeps a list. Accounts of those who left can still be emptied. */
  readonly members?: ReadonlySet<string> | undefined;
}

export interface BookingMoment {
  readonly now: EpochMs;
  readonly rules: LedgerRules;
}

/** The unit of this name, built in or declared. */
export function unitOf(name: string, pages: Pick<BookPages, "unit">): LedgerUnit | undefined {
  return builtInUnits.find((unit) => unit.name === name) ?? pages.unit(name);
}

/** How far below zero an account may go now. Only members have credit; everybody else, and who left, stops at zero. */
export function spendingLimit(
  { account, unit, totals }: { readonly account: AccountId; readonly unit: LedgerUnit; readonly totals: RunningTotals },
  pages: Pick<BookPages, "totalsAt" | "tradesSince">,
  { now, rules }: BookingMoment,
): JudgedLimit {
  const owner = accountParts(account)?.owner;
  const isMember = owner !== undefined && rules.members?.has(owner) !== false;
  return judgeLimit(account, unit, isMember ? rules.limits : [], {
    now,
    totals,
    totalsAt: (at) => pages.totalsAt(account, unit.name, at),
    tradesSince: (since) => pages.tradesSince(account, unit.name, since),
  });
}
