import type { Actor } from "../members/actor.ts";
import { type AccountId, accountParts } from "./account.ts";
import type { Movement, UnitPosting } from "./movement.ts";
import type { Refusal } from "./refusal.ts";

/** What clients choose; a UUID fits. Names with a point belong to the hub: `2026-06-13.1`, `<hold>.expired`. */
const CLIENT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,49}$/;
const HUB_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/;
const REASON = /^[a-z][a-z0-9_-]{0,39}$/;
const ABOUT = /^[A-Za-z0-9][A-Za-z0-9:._-]{0,59}$/;
/** A hold that nobody resolves must end some day; a year covers a season's reservation. */
export const LONGEST_HOLD_MS = 366 * 86_400_000;
/** As many as a large community has accounts; what books more is a settlement. */
export const MOST_POSTINGS = 2_000;

/** Who may book what. A member spends only their own credit; the hub alone lets holds lapse. */
const bookableBy: Readonly<Record<Actor["role"], readonly Movement["kind"][]>> = {
  public: [],
  screen: [],
  auditor: [],
  member: ["transfer"],
  staff: ["transfer", "hold", "post", "void"],
  steward: ["transfer", "booking", "hold", "post", "void", "correction"],
  hub: ["transfer", "booking", "hold", "post", "void", "expire", "correction"],
};

/**
 * What can be said against a movement without looking into the books: it would be refused at any time.
 * @returns undefined when nothing can
 */
export function checkMovement(movement: Movement): Refusal | undefined {
  return checkSaid(movement) ?? checkActor(movement) ?? checkContent(movement);
}

function checkSaid({ id, by, reason, about }: Movement): Refusal | undefined {
  if (!(by.role === "hub" ? HUB_ID : CLIENT_ID).test(id))
    return invalid(`${JSON.stringify(id)} is no id`, "Use up to 50 letters, digits, hyphens and underscores: a UUID.");
  if (!REASON.test(reason))
    return invalid(
      `${JSON.stringify(reason)} is no reason`,
      "Use one lower-case word such as gift; texts are kept elsewhere.",
    );
  if (about !== undefined && !ABOUT.test(about))
    return invalid(`${JSON.stringify(about)} is no id of something`, "Use up to 60 letters, digits and :._- only.");
  return undefined;
}

function checkActor(movement: Movement): Refusal | undefined {
  const { by, kind } = movement;
  const refused = (what: string): Refusal => {
    return { code: "ACTOR_REFUSED", message: `${by.name} (${by.role}) ${what}`, remedy: "Ask a steward." };
  };
  if (!bookableBy[by.role].includes(kind)) return refused(`may not book a ${kind}`);
  if (by.role !== "member" || kind !== "transfer" || accountParts(movement.from)?.owner === by.name) return undefined;
  return refused(`may not spend from ${movement.from}`);
}

function checkContent(movement: Movement): Refusal | undefined {
  switch (movement.kind) {
    case "transfer":
      return checkPayment(movement);
    case "hold":
      return checkPayment(movement) ?? checkHold(movement);
    case "post":
      return movement.amount === null ? undefined : checkAmount(movement.amount);
    case "booking":
      return movement.postings.length === 0
        ? invalid("a booking has no postings", "Name what is booked where.")
        : checkPostings(movement.postings);
    case "correction":
      return checkPostings(movement.postings);
    default:
      return undefined;
  }
}

function checkPayment(payment: {
  readonly from: AccountId;
  readonly to: AccountId;
  readonly amount: number;
}): Refusal | undefined {
  const { from, to, amount } = payment;
  if (accountParts(from)?.rules.isSpendable !== true)
    return invalid(`nothing can be spent from ${JSON.stringify(from)}`, "Spend from member:<name>:credit.");
  if (accountParts(to)?.rules.isPayable !== true)
    return invalid(
      `nothing can be paid to ${JSON.stringify(to)}`,
      "Pay to member:<name>:credit, machine:<name> or fund.",
    );
  if (from === to) return invalid(`${from} cannot pay itself`, "Name another account to pay to.");
  return checkAmount(amount);
}

function checkHold(hold: { readonly from: AccountId; readonly timeout_ms: number | null }): Refusal | undefined {
  const { from, timeout_ms } = hold;
  if (accountParts(from)?.rules.isHeld !== true)
    return invalid(`nothing of ${from} can be held`, "Hold from member:<name>:credit.");
  const isTime =
    timeout_ms === null || (Number.isInteger(timeout_ms) && timeout_ms > 0 && timeout_ms <= LONGEST_HOLD_MS);
  return isTime
    ? undefined
    : invalid(`a hold cannot last ${timeout_ms} ms`, "Give whole milliseconds, at most 366 days.");
}

function checkAmount(amount: number): Refusal | undefined {
  if (Number.isSafeInteger(amount) && amount > 0) return undefined;
  return invalid(`${amount} is no amount`, "Give a whole number of the unit's smallest steps, more than zero.");
}

function checkPostings(postings: readonly UnitPosting[]): Refusal | undefined {
  if (postings.length > MOST_POSTINGS)
    return invalid(`${postings.length} postings in one entry`, `Book at most ${MOST_POSTINGS} at once.`);
  const sums = new Map<string, bigint>();
  const seen = new Set<string>();
  for (const { account, unit, amount } of postings) {
    if (accountParts(account) === undefined)
      return invalid(`there is no account named ${JSON.stringify(account)}`, "Name one such as member:ann:credit.");
    if (!Number.isSafeInteger(amount) || amount === 0)
      return invalid(`${amount} is no amount`, "Give whole smallest steps, and leave lines of zero out.");
    const line = `${account} ${unit}`;
    if (seen.has(line)) return invalid(`two postings to ${account} in ${unit}`, "Book one line an account and unit.");
    seen.add(line);
    sums.set(unit, (sums.get(unit) ?? 0n) + BigInt(amount));
  }
  for (const [unit, sum] of sums) {
    if (sum !== 0n)
      return invalid(`the postings in ${unit} sum to ${sum}, not to 0`, "Book where every amount comes from.");
  }
  return undefined;
}

function invalid(message: string, remedy: string): Refusal {
  return { code: "ENTRY_INVALID", message, remedy };
}
