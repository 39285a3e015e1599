import { addMonths, type CreditLot, earnCredit, leftOf, redeemCredit } from "../allocation/credit-lots.ts";
import type { Credit } from "../allocation/policy.ts";
import { localDayOf, type TimeZone } from "../time-zone.ts";
import type { EpochMs } from "../units.ts";
import type { StatementLine } from "./ledger.ts";

/**
 * Lots are never stored: they follow from the lines of a member's credit account, read from the first one on. What comes
 * in is a lot of its month; what goes out uses lots in the policy's order, and what it takes beyond them is a negative
 * lot that the next credits fill; a correction that takes back is a negative lot too; what lapsed is a line of its own.
 */

/** Ids of bookings that let credit lapse begin so; only the hub may choose an id with a point. */
export const LAPSE_ID = "lapse.";

/** What of a line lots follow from. */
export type CreditLine = Pick<StatementLine, "entry" | "kind" | "at_ms" | "amount">;

/** The month of the community's calendar in which a moment lies, `YYYY-MM`. */
export function localMonthOf(zone: TimeZone, at: EpochMs): string {
  return localDayOf(zone, at).slice(0, 7);
}

/**
 * All lots an account ever had, in the order they were earned; what is left of them sums to its posted balance. Pure.
 * @param lines all lines of one member's credit in one unit, oldest first
 */
export function lotsOfLines(
  lines: readonly CreditLine[],
  { credit, zone }: { readonly credit: Credit; readonly zone: TimeZone },
): readonly CreditLot[] {
  let lots: readonly CreditLot[] = [];
  for (const { entry, kind, at_ms, amount } of lines) {
    const month = localMonthOf(zone, at_ms);
    if (amount > 0 || kind === "correction") {
      lots = earnCredit(lots, { month, amount }, credit).lots;
    } else if (entry.startsWith(LAPSE_ID)) {
      lots = lapse(lots, -amount, month);
    } else if (amount < 0) {
      const used = redeemCredit(lots, { month, wanted: -amount }, credit);
      lots = earnCredit(used.lots, { month, amount: amount + used.amount }, credit).lots;
    }
  }
  return lots;
}

/** The first month in which nothing of a lot can be used any more; undefined for one that never lapses. */
export function lapsesIn({ usableThrough }: CreditLot): string | undefined {
  return usableThrough === null ? undefined : addMonths(usableThrough, 1);
}

/** What was booked as lapsed comes off the lots whose time was over, the first ones first. */
function lapse(lots: readonly CreditLot[], amount: number, month: string): readonly CreditLot[] {
  let open = amount;
  return lots.map((lot) => {
    const isOver = lot.usableThrough !== null && lot.usableThrough < month;
    const part = isOver ? Math.min(Math.max(0, leftOf(lot)), open) : 0;
    open -= part;
    return part === 0 ? lot : { ...lot, expired: lot.expired + part };
  });
}
