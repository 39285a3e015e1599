import type { FastifyReply } from "fastify";
import Type, { type Static } from "typebox";
import { errorCodes } from "../errors.ts";
import type { Outcome } from "../ledger/book-movements.ts";
import type { UnitName } from "../ledger/ledger-unit.ts";
import { type BookedMovement, holdResolvedBy, type UnitPosting } from "../ledger/movement.ts";
import type { Refusal } from "../ledger/refusal.ts";
import { Moment, orNull, Problem } from "./schemas.ts";

/** How movements of the ledger come in and go out. What an id, an account or a reason looks like is the ledger's to say. */

export const WholeAmount = Type.Integer({
  minimum: -Number.MAX_SAFE_INTEGER,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "whole smallest steps of `unit`: mWh for energy, ms for machine time, 1250 for 12.50 of two decimals",
});
export const PaidAmount = Type.Integer({ ...WholeAmount, minimum: 1 });
const LONGEST_WORD = 100;
export const MovementId = Type.String({
  maxLength: LONGEST_WORD,
  description: "chosen and kept by whoever asks, before the first try, so that a repeat books nothing twice: a UUID",
});
export const AccountName = Type.String({ maxLength: LONGEST_WORD, description: "such as member:ann:credit or fund" });
export const Unit = Type.String({ maxLength: LONGEST_WORD, description: "mWh, ms or a unit of the community" });

/** What every movement says of itself. Its actor is not among it: that is who brought the token. */
export const said = {
  id: MovementId,
  reason: Type.String({ maxLength: LONGEST_WORD, description: "one lower-case word such as gift; no names, no texts" }),
  about: Type.Optional(
    Type.String({ maxLength: LONGEST_WORD, description: "id of what it belongs to, kept elsewhere" }),
  ),
};
export const payment = { from: AccountName, to: AccountName, unit: Unit, amount: PaidAmount };

const Effect = Type.Object({
  account: Type.String(),
  unit: Type.String(),
  amount: Type.Integer({ description: "booked for good; plus is into the account" }),
  pending_in: Type.Integer({ description: "change of what others hold for it" }),
  pending_out: Type.Integer({ description: "change of what is held of it" }),
});

export const MovementView = Type.Object({
  id: Type.String(),
  kind: Type.Enum(["transfer", "booking", "hold", "post", "void", "expire", "correction"]),
  booked_ms: Moment,
  by: Type.Object({ name: Type.String(), role: Type.String() }),
  reason: Type.String(),
  about: orNull(Type.String()),
  resolves: orNull(Type.String({ description: "the hold that it posts, voids or lets lapse" })),
  corrects: orNull(Type.String({ description: "the entry that it corrects" })),
  effects: Type.Array(Effect, { description: "by account, then unit; balanced in every unit" }),
});

export const BookedView = Type.Object({
  outcome: Type.Enum(["created", "exists"], { description: "exists: it was booked before, and nothing changed" }),
  entry: MovementView,
});

const refusalFields = {
  limit: Type.Optional(Type.Integer({ description: "the lowest balance allowed" })),
  projected: Type.Optional(Type.Integer({ description: "the balance it would have been" })),
};
export const RefusalView = Type.Object({ ...Problem.properties, ...refusalFields });
export const OutcomeView = Type.Union([
  BookedView,
  Type.Object({ outcome: Type.Literal("refused"), id: Type.String(), ...RefusalView.properties }),
]);

/** Answers of a route that books one movement. */
export const bookingReplies = {
  200: BookedView,
  201: BookedView,
  403: RefusalView,
  404: RefusalView,
  409: RefusalView,
  422: RefusalView,
};

export function showMovement(entry: BookedMovement): Static<typeof MovementView> {
  const { said, booked_ms, effects } = entry;
  return {
    id: said.id,
    kind: said.kind,
    booked_ms,
    by: { name: said.by.name, role: said.by.role },
    reason: said.reason,
    about: said.about ?? null,
    resolves: holdResolvedBy(said) ?? null,
    corrects: said.kind === "correction" ? said.corrects : null,
    effects: effects.map((effect) => ({ ...effect })),
  };
}

export function showOutcome(outcome: Outcome, id: string): Static<typeof OutcomeView> {
  if (outcome.outcome === "refused") return { outcome: "refused", id, ...showRefusal(outcome.refusal) };
  return { outcome: outcome.outcome, entry: showMovement(outcome.entry) };
}

/** The answer of a route that books one movement: 201 once it is booked, 200 for a repeat, else the status of its code. */
export function sendOutcome(reply: FastifyReply, outcome: Outcome | undefined): FastifyReply {
  if (outcome === undefined) throw new Error("a batch of one had no outcome");
  if (outcome.outcome === "refused")
    return reply.status(errorCodes[outcome.refusal.code]).send(showRefusal(outcome.refusal));
  const status = outcome.outcome === "created" ? 201 : 200;
  return reply.status(status).send({ outcome: outcome.outcome, entry: showMovement(outcome.entry) });
}

function showRefusal({ code, message, remedy, limit, projected }: Refusal): Static<typeof RefusalView> {
  return {
    code,
    message,
    remedy,
    ...(limit !== undefined && { limit }),
    ...(projected !== undefined && { projected }),
  };
}

/** The lines of a booking as they came in; the ledger checks every account before it books anything. */
export const PostingLines = Type.Array(
  Type.Object({ account: AccountName, unit: Unit, amount: WholeAmount }, { additionalProperties: false }),
  {
    description: "plus is into the account; the lines of each unit sum to zero",
  },
);

export function postingsOf(lines: Static<typeof PostingLines>): readonly UnitPosting[] {
  return lines.map(({ account, unit, amount }) => ({
    account: account as UnitPosting["account"],
    unit: unit as UnitName,
    amount,
  }));
}
