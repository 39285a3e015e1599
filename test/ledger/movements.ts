import { type AccountId, accounts } from "../../hub/ledger/account.ts";
import { communityUnit } from "../../hub/ledger/ledger-unit.ts";
import type { Booking, Correction, Hold, Post, Release, Transfer } from "../../hub/ledger/movement.ts";
import type { Actor } from "../../hub/members/actor.ts";

/** Short ways to say what tests book; all in a unit of two decimals, all by the steward. */
export const acorn = communityUnit("acorn", 2);
export const steward: Actor = { name: "steward", role: "steward" };
export const ann = accounts.memberCredit("ann");
export const ben = accounts.memberCredit("ben");

const unit = acorn.name;
const said = { by: steward, reason: "test" };
type Lines = readonly (readonly [AccountId, number])[];
const postings = (lines: Lines) => lines.map(([account, amount]) => ({ account, unit, amount }));

export function transfer(id: string, from: AccountId, to: AccountId, amount: number): Transfer {
  return { kind: "transfer", id, ...said, from, to, unit, amount };
}

export function booking(id: string, lines: Lines): Booking {
  return { kind: "booking", id, ...said, postings: postings(lines) };
}

/** New acorns from outside, as somebody buys them. */
export function issue(id: string, to: AccountId, amount: number): Booking {
  return booking(id, [
    [to, amount],
    [accounts.outside, -amount],
  ]);
}

export function hold(
  id: string,
  from: AccountId,
  to: AccountId,
  amount: number,
  timeout_ms: number | null = null,
): Hold {
  return { kind: "hold", id, ...said, from, to, unit, amount, timeout_ms };
}

export function post(id: string, hold: string, amount: number | null): Post {
  return { kind: "post", id, ...said, hold, amount };
}

export function voidHold(id: string, hold: string): Release {
  return { kind: "void", id, ...said, hold };
}

export function correction(id: string, corrects: string, lines: Lines): Correction {
  return { kind: "correction", id, ...said, corrects, postings: postings(lines) };
}
