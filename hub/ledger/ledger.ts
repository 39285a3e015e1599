import type { Actor } from "../members/actor.ts";
import type { EpochMs } from "../units.ts";
import type { AccountId } from "./account.ts";
import type { Outcome } from "./book-movements.ts";
import type { AccountLine } from "./book-pages.ts";
import type { Entry } from "./entry.ts";
import type { Amount, LedgerUnit, UnitName } from "./ledger-unit.ts";
import type { BookedMovement, Movement } from "./movement.ts";
import type { KeptRefusal } from "./refusal.ts";
import type { BookingMoment } from "./spending-limit.ts";

/** One account in one unit. */
export interface UnitAccount {
  readonly account: AccountId;
  readonly unit: UnitName;
}

/** All in whole smallest steps of the unit. */
export interface AccountBalance extends UnitAccount {
  /** Booked for good. */
  readonly posted: Amount;
  /** Held for it by others: not its own yet, and never counted. */
  readonly pending_in: Amount;
  /** Held of it. */
  readonly pending_out: Amount;
  /** What is free without credit: posted less pending out. */
  readonly available: Amount;
}

/** What may be spent, and why. */
export interface SpendingLimit {
  /** The lowest balance allowed, zero or less. */
  readonly floor: Amount;
  /** The most that can be spent at once, credit included; zero below the floor. */
  readonly spendable: Amount;
  /** The rule with its figures, in words. */
  readonly words: string;
}

/** A line of an account's statement; balances are those after it. */
export interface StatementLine extends AccountBalance {
  readonly entry: string;
  /** Place of the entry in the books, from 1. */
  readonly seq: number;
  readonly at_ms: EpochMs;
  readonly kind: Movement["kind"] | Entry["kind"];
  /** Posted change; zero where only pending amounts changed. */
  readonly amount: Amount;
  readonly counterparty: AccountId | undefined;
}

/** Half-open, [from, to). */
export interface Period {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** Where a hold stands at a moment. */
export type HoldState = "pending" | "posted" | "voided" | "expired";

/** One entry of the books, of either kind, as it is kept. */
export interface BookRecord {
  /** Place in the books, from 1 without gaps. */
  readonly seq: number;
  readonly id: string;
  readonly booked_ms: EpochMs;
  /** What it says, in its one spelling: the leaf that stands for it in the log. */
  readonly text: string;
  /** sha256 of that text, computed when it was booked. */
  readonly digest: string;
  /** What a day's settlement booked; undefined for a movement. */
  readonly entry: Entry | undefined;
  /** What was booked between; undefined for a day, and for a document that nobody can read any more. */
  readonly movement: BookedMovement | undefined;
  /** False when what is kept beside the document, to find it by, says something else than the document. */
  readonly isFiledRightly: boolean;
}

/** A line as it is kept, with the moment it counts from. */
export interface KeptLine extends AccountLine {
  readonly at_ms: EpochMs;
}

/** A burnt id or a declared unit, and whether it is what was kept. */
export interface KeptAside {
  readonly name: string;
  readonly isUntouched: boolean;
}

/**
 * The ledger between settlements: transfers, holds, bookings and corrections, beside the entries of days in the same
 * books. Everything is in whole smallest steps of a unit. See docs/ledger.md.
 */
export interface Ledger {
  /**
   * Book a batch in one transaction, on the disk when it resolves; one outcome for each, in order, each decided by what
   * stands after those before it. One that is refused leaves the others alone. When it rejects, nothing was booked.
   * @throws HubError STORE_FAILED; RangeError for more than `MOST_IN_BATCH`
   */
  append(movements: readonly Movement[], moment: BookingMoment): Promise<readonly Outcome[]>;
  /**
   * The same, all of them or none: when one is refused, nothing is booked, the others answer CHAIN_BROKEN, and only the id of
   * the refused one may be burnt.
   */
  appendChain(movements: readonly Movement[], moment: BookingMoment): Promise<readonly Outcome[]>;
  /** Book the end of holds whose time is over, as every write does first. @returns how many */
  expireHolds(now: EpochMs): Promise<number>;
  /** @throws HubError UNIT_CONFLICT when it is declared with another scale */
  declareUnit(unit: LedgerUnit, said: { readonly by: Actor; readonly at: EpochMs }): Promise<"created" | "exists">;
  /** Built-in units first, then declared ones by name. */
  units(): Promise<readonly LedgerUnit[]>;
  movement(id: string): Promise<BookedMovement | undefined>;
  refusal(id: string): Promise<KeptRefusal | undefined>;
  /** @returns undefined when there was no such hold at that moment */
  holdState(id: string, at: EpochMs): Promise<HoldState | undefined>;
  /** @param at the balance as of this moment, ended holds counted as free; the newest booked one when left out */
  balance(of: UnitAccount, at?: EpochMs): Promise<AccountBalance>;
  /** What may be spent of an account at a moment. @throws HubError UNIT_UNKNOWN */
  limit(of: UnitAccount, moment: BookingMoment): Promise<SpendingLimit>;
  /** Of every account with an entry up to a moment, by account, then unit. */
  balances(at?: EpochMs): Promise<readonly AccountBalance[]>;
  /** What came in and went out for good in a period. */
  turnover(of: UnitAccount, period: Period): Promise<{ readonly in: Amount; readonly out: Amount }>;
  /** Oldest first. @param page.after the `seq` of the last line before this page, which lies in the period */
  lines(
    of: UnitAccount,
    period: Period,
    page: { readonly limit: number; readonly after?: number },
  ): Promise<readonly StatementLine[]>;
  /** Everything booked, in the order of the books. @param page.after the `seq` before this page, 0 for the first */
  records(page: { readonly after: number; readonly limit: number }): Promise<readonly BookRecord[]>;
  /** The lines an entry added, by account, then unit. */
  linesOf(seq: number): Promise<readonly KeptLine[]>;
  /** How many lines there are in all accounts. */
  countLines(): Promise<number>;
  /** Burnt ids and declared units, each checked against its digest. */
  keptAside(): Promise<readonly KeptAside[]>;
}

/** Movements in one batch: a tenth of a second of work, and a write-ahead log of some megabytes. */
export const MOST_IN_BATCH = 2_000;

/** @throws RangeError for more than go in */
export function checkBatch(movements: readonly Movement[]): void {
  if (movements.length > MOST_IN_BATCH)
    throw new RangeError(`${movements.length} movements in one batch, at most ${MOST_IN_BATCH} go in`);
}
