import type { EpochMs } from "../units.ts";
import type { AccountId } from "./account.ts";
import type { LedgerUnit, UnitName } from "./ledger-unit.ts";
import type { BookedMovement, Effect, UnitPosting } from "./movement.ts";
import type { KeptRefusal } from "./refusal.ts";
import { addEffect, type RunningTotals } from "./running-totals.ts";

/** One line of one account in one unit, with the totals after it. */
export interface AccountLine extends RunningTotals {
  readonly account: AccountId;
  readonly unit: UnitName;
  /** Posted change; zero where only pending amounts changed. */
  readonly amount: number;
  /** The other side where the entry moves an amount of this unit between exactly two accounts. */
  readonly counterparty: AccountId | undefined;
}

/**
 * What a write sees of the books and adds to them, inside one transaction of the adapter, and so without waiting. All
 * rules are on this side of it; an adapter only looks up and keeps.
 */
export interface BookPages {
  /** Latest booking so far; the books' time never runs backwards. 0 in empty books. */
  newestAt(): EpochMs;
  movement(id: string): BookedMovement | undefined;
  /** What an entry of any kind booked for good; undefined when there is none of this id. */
  postingsOf(id: string): readonly UnitPosting[] | undefined;
  /** Movements that correct an entry. */
  correctionsOf(id: string): readonly BookedMovement[];
  resolutionOf(hold: string): BookedMovement | undefined;
  /** Holds that nobody resolved with an end in (`newestAt`, until], first ends first. */
  holdsDue(until: EpochMs): readonly BookedMovement[];
  refusal(id: string): KeptRefusal | undefined;
  unit(name: string): LedgerUnit | undefined;
  totals(account: AccountId, unit: UnitName): RunningTotals;
  totalsAt(account: AccountId, unit: UnitName, at: EpochMs): RunningTotals;
  /** Net amounts of an account's lines after a moment, by counterparty. */
  tradesSince(account: AccountId, unit: UnitName, since: EpochMs): ReadonlyMap<AccountId, number>;
  /** Keep an entry and its lines; `booked_ms` is no earlier than `newestAt`. */
  addMovement(movement: BookedMovement, lines: readonly AccountLine[]): void;
  addRefusal(refusal: KeptRefusal): void;
}

/**
 * The lines an entry adds to its accounts.
 * @throws RangeError when a total would pass what can be counted exactly
 */
export function linesOf(effects: readonly Effect[], pages: Pick<BookPages, "totals">): readonly AccountLine[] {
  const sides = new Map<UnitName, AccountId[]>();
  for (const { account, unit, amount } of effects) {
    if (amount === 0) continue;
    const known = sides.get(unit);
    if (known === undefined) sides.set(unit, [account]);
    else known.push(account);
  }
  return effects.map((effect) => {
    const { account, unit, amount } = effect;
    const moved = amount === 0 ? [] : (sides.get(unit) ?? []);
    const counterparty = moved.length === 2 ? moved.find((one) => one !== account) : undefined;
    return { account, unit, amount, counterparty, ...addEffect(pages.totals(account, unit), effect) };
  });
}
