import type { Credit } from "./policy.ts";

/**
 * Banked energy: credit is earned in lots that lapse after a number of months and is used lot by lot. Months are
 * `YYYY-MM` of the community's calendar, which sort as they follow each other. Pure; a member's lots are a plain list.
 */

/** A month of the community's calendar, `YYYY-MM`. */
export type LocalMonth = string;

/** One month's credit of one member; earned = left + redeemed + expired. */
export interface CreditLot {
  readonly earnedIn: LocalMonth;
  /** The last month in which it can be used; null for one that never lapses. */
  readonly usableThrough: LocalMonth | null;
  /** Whole mWh; below 0 for a correction of credit that was spent already. */
  readonly earned: number;
  readonly redeemed: number;
  readonly expired: number;
}

/** Lots after something happened to them, and how much it was, whole mWh. */
export interface LotsAfter {
  readonly lots: readonly CreditLot[];
  readonly amount: number;
}

/** What of a lot can still be used; below 0 for one that takes from others. */
export function leftOf({ earned, redeemed, expired }: CreditLot): number {
  return earned - redeemed - expired;
}

/** What all lots together are worth: earned less redeemed less expired. */
export function balanceOf(lots: readonly CreditLot[]): number {
  return lots.reduce((sum, lot) => sum + leftOf(lot), 0);
}

/**
 * Bank what a member was given beyond their use in a month. A negative amount corrects credit that may be spent already:
 * it becomes a negative lot, which takes from the member's other lots, now or when they are earned, and never lapses.
 * @param amount whole mWh; 0 adds nothing
 * @throws RangeError for a fraction or a month that is none
 */
export function earnCredit(
  lots: readonly CreditLot[],
  { month, amount }: { readonly month: LocalMonth; readonly amount: number },
  credit: Credit,
): LotsAfter {
  assertWhole(amount);
  if (amount === 0) return { lots, amount: 0 };
  const { expires_after_months } = credit;
  const usableThrough = expires_after_months === "never" || amount < 0 ? null : addMonths(month, expires_after_months);
  const lot: CreditLot = { earnedIn: month, usableThrough, earned: amount, redeemed: 0, expired: 0 };
  return { lots: settleNegative([...lots, lot], credit), amount };
}

/**
 * Use credit for what a member drew in a month.
 * @param wanted whole mWh, not negative
 * @returns the lots after it, and how much there was of what was wanted
 */
export function redeemCredit(
  lots: readonly CreditLot[],
  { month, wanted }: { readonly month: LocalMonth; readonly wanted: number },
  credit: Credit,
): LotsAfter {
  assertWhole(wanted);
  if (wanted < 0) throw new RangeError(`nobody uses less than nothing: ${wanted}`);
  let open = wanted;
  const after = lots.slice();
  for (const index of inOrderOfUse(lots, credit)) {
    const lot = after[index] as CreditLot;
    const isUsable = lot.usableThrough === null || lot.usableThrough >= month;
    const part = isUsable ? Math.min(Math.max(0, leftOf(lot)), open) : 0;
    open -= part;
    if (part > 0) after[index] = { ...lot, redeemed: lot.redeemed + part };
  }
  return { lots: after, amount: wanted - open };
}

/** Let lapse what can no longer be used in a month. */
export function expireCredit(lots: readonly CreditLot[], month: LocalMonth): LotsAfter {
  let amount = 0;
  const after = lots.map((lot) => {
    const left = leftOf(lot);
    if (left <= 0 || lot.usableThrough === null || lot.usableThrough >= month) return lot;
    amount += left;
    return { ...lot, expired: lot.expired + left };
  });
  return { lots: after, amount };
}

/** The month so many months later. @throws RangeError for a month that is none */
export function addMonths(month: LocalMonth, months: number): LocalMonth {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (match === null) throw new RangeError(`not a month such as 2026-11: ${month}`);
  const all = Number(match[1]) * 12 + Number(match[2]) - 1 + months;
  return `${String(Math.floor(all / 12)).padStart(4, "0")}-${String((all % 12) + 1).padStart(2, "0")}`;
}

/** Negative lots take from the others at once, in the order of use, as far as there is anything. */
function settleNegative(lots: readonly CreditLot[], credit: Credit): readonly CreditLot[] {
  const after = lots.slice();
  for (const [debt, lot] of after.entries()) {
    let owed = Math.max(0, -leftOf(lot));
    for (const index of inOrderOfUse(after, credit)) {
      const other = after[index] as CreditLot;
      const part = Math.min(Math.max(0, leftOf(other)), owed);
      if (part === 0) continue;
      owed -= part;
      after[index] = { ...other, redeemed: other.redeemed + part };
      const owing = after[debt] as CreditLot;
      after[debt] = { ...owing, redeemed: owing.redeemed - part };
    }
  }
  return after;
}

/** Positions of lots in the order they are used; lots of one month in the order they were earned. */
function inOrderOfUse(lots: readonly CreditLot[], { order }: Credit): readonly number[] {
  const sign = order === "newest_first" ? -1 : 1;
  return lots
    .map((_, index) => index)
    .sort((a, b) => {
      const [one, other] = [lots[a]?.earnedIn ?? "", lots[b]?.earnedIn ?? ""];
      return one === other ? a - b : sign * (one < other ? -1 : 1);
    });
}

function assertWhole(amount: number): void {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`not a whole mWh: ${amount}`);
}
