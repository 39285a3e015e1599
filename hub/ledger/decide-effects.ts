import { accountParts } from "./account.ts";
import type { BookPages } from "./book-pages.ts";
import { formatAmount, type UnitName } from "./ledger-unit.ts";
import { type Effect, type Hold, type Movement, type Post, sortLines, type UnitPosting } from "./movement.ts";
import type { Refusal } from "./refusal.ts";
import { availableBalance, isTouched } from "./running-totals.ts";
import { type BookingMoment, spendingLimit, unitOf } from "./spending-limit.ts";

type Decided = { readonly effects: readonly Effect[] } | { readonly refusal: Refusal };

/** What a well-formed movement does to which accounts as the books stand, or why it cannot. */
export function decideEffects(movement: Movement, pages: BookPages, moment: BookingMoment): Decided {
  switch (movement.kind) {
    case "transfer": {
      const { from, to, unit, amount } = movement;
      const postings = [
        { account: from, unit, amount: -amount },
        { account: to, unit, amount },
      ];
      return decideSpending(effectsOf(postings), pages, moment);
    }
    case "booking":
      return decideSpending(effectsOf(movement.postings), pages, moment);
    case "hold":
      return decideSpending(effectsOfHold(movement), pages, moment);
    case "post":
    case "void":
    case "expire":
      return decideResolution(movement, pages);
    case "correction":
      return decideCorrection(movement, pages);
  }
}

function effectsOf(postings: readonly UnitPosting[]): readonly Effect[] {
  return sortLines(postings.map((posting) => ({ ...posting, pending_in: 0, pending_out: 0 })));
}

function effectsOfHold({ from, to, unit, amount }: Hold): readonly Effect[] {
  return sortLines([
    { account: from, unit, amount: 0, pending_in: 0, pending_out: amount },
    { account: to, unit, amount: 0, pending_in: amount, pending_out: 0 },
  ]);
}

function decideSpending(effects: readonly Effect[], pages: BookPages, moment: BookingMoment): Decided {
  for (const effect of effects) {
    const refusal = checkKnown(effect, pages, moment) ?? checkLimit(effect, pages, moment);
    if (refusal !== undefined) return { refusal };
  }
  return { effects };
}

function checkKnown({ account, unit }: Effect, pages: BookPages, { rules }: BookingMoment): Refusal | undefined {
  if (unitOf(unit, pages) === undefined) return unknownUnit(unit);
  const owner = account.startsWith("member:") ? accountParts(account)?.owner : undefined;
  if (owner === undefined || rules.members === undefined || rules.members.has(owner)) return undefined;
  if (isTouched(pages.totals(account, unit))) return undefined;
  return {
    code: "ACCOUNT_UNKNOWN",
    message: `${account} belongs to nobody: there is no member ${owner}`,
    remedy: "Check the member's name, then send it under a new id.",
  };
}

function checkLimit(effect: Effect, pages: BookPages, moment: BookingMoment): Refusal | undefined {
  const { account, unit: name, amount, pending_out } = effect;
  const change = amount - pending_out;
  if (change >= 0 || accountParts(account)?.rules.isLimited !== true) return undefined;
  const totals = pages.totals(account, name);
  const projected = availableBalance(totals) + change;
  // The formula is looked at only by those who need credit.
  if (projected >= 0) return undefined;
  const unit = unitOf(name, pages);
  if (unit === undefined) return unknownUnit(name);
  const { floor, words } = spendingLimit({ account, unit, totals }, pages, moment);
  if (projected >= floor) return undefined;
  const most = Math.max(0, availableBalance(totals) - floor);
  return {
    code: "LIMIT_EXCEEDED",
    message: `${account} would stand at ${formatAmount(projected, unit)}, and its limit is ${formatAmount(floor, unit)} (${words})`,
    remedy: `Spend at most ${formatAmount(most, unit)}, or wait for credit, with a new id.`,
    limit: floor,
    projected,
  };
}

function decideResolution(
  resolution: Post | Extract<Movement, { kind: "void" | "expire" }>,
  pages: BookPages,
): Decided {
  const hold = pages.movement(resolution.hold)?.said;
  if (hold?.kind !== "hold") {
    return refuse("HOLD_UNKNOWN", `there is no hold ${resolution.hold}`, "Check its id, then use a new id for this.");
  }
  const before = pages.resolutionOf(hold.id)?.said;
  if (before?.kind === "post")
    return refuse("HOLD_POSTED", `hold ${hold.id} was posted by ${before.id}`, "Nothing is left to do.");
  if (before?.kind === "void")
    return refuse("HOLD_VOIDED", `hold ${hold.id} was voided by ${before.id}`, "Make a new hold or a transfer.");
  if (before !== undefined)
    return refuse("HOLD_EXPIRED", `the time of hold ${hold.id} is over`, "Make a new hold or a transfer.");
  const paid = resolution.kind === "post" ? (resolution.amount ?? hold.amount) : 0;
  if (paid > hold.amount) {
    return refuse(
      "HOLD_EXCEEDED",
      `hold ${hold.id} holds ${hold.amount} ${hold.unit}, not ${paid}`,
      "Post at most what is held, and book the rest as a transfer.",
    );
  }
  const { from, to, unit, amount } = hold;
  const effects = sortLines([
    { account: from, unit, amount: paid === 0 ? 0 : -paid, pending_in: 0, pending_out: -amount },
    { account: to, unit, amount: paid, pending_in: -amount, pending_out: 0 },
  ]);
  return { effects };
}

/** The difference between what an entry should have said and what it and its corrections say together. */
function decideCorrection(
  { corrects, postings }: Extract<Movement, { kind: "correction" }>,
  pages: BookPages,
): Decided {
  const booked = pages.postingsOf(corrects);
  if (booked === undefined)
    return refuse("ENTRY_UNKNOWN", `there is no entry ${corrects} to correct`, "Check its id, then use a new id.");
  const original = pages.movement(corrects)?.said;
  if (original?.kind === "correction")
    return refuse("ENTRY_INVALID", `${corrects} is a correction itself`, `Correct ${original.corrects} again.`);
  if (booked.length === 0)
    return refuse("ENTRY_INVALID", `${corrects} moved nothing for good`, "Correct the entry that did.");
  const unknown = postings.find(({ unit }) => unitOf(unit, pages) === undefined);
  if (unknown !== undefined) return { refusal: unknownUnit(unknown.unit) };
  const difference = new Map<string, UnitPosting>();
  const add = ({ account, unit, amount }: UnitPosting, sign: 1 | -1): void => {
    const line = `${account} ${unit}`;
    difference.set(line, { account, unit, amount: (difference.get(line)?.amount ?? 0) + sign * amount });
  };
  for (const posting of postings) add(posting, 1);
  for (const posting of booked) add(posting, -1);
  for (const { effects } of pages.correctionsOf(corrects)) for (const effect of effects) add(effect, -1);
  const effects = effectsOf([...difference.values()].filter(({ amount }) => amount !== 0));
  if (effects.length > 0) return { effects };
  return refuse("ENTRY_INVALID", `${corrects} stands like this already`, "Nothing is left to correct.");
}

export function unknownUnit(unit: UnitName): Refusal {
  return {
    code: "UNIT_UNKNOWN",
    message: `there is no unit ${JSON.stringify(unit)}`,
    remedy: "Use mWh, ms or a unit of the community's policy, with a new id.",
  };
}

function refuse(code: Refusal["code"], message: string, remedy: string): Decided {
  return { refusal: { code, message, remedy } };
}
