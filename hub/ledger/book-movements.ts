import { canonicalJson } from "../canonical-json.ts";
import { hubActor } from "../members/actor.ts";
import { EpochMs } from "../units.ts";
import { type AccountLine, type BookPages, linesOf } from "./book-pages.ts";
import { checkMovement } from "./check-movement.ts";
import { decideEffects } from "./decide-effects.ts";
import { type BookedMovement, differingField, dueOf, type Movement, normalizeMovement } from "./movement.ts";
import { burningCodes, type Refusal } from "./refusal.ts";
import type { BookingMoment } from "./spending-limit.ts";

/** What became of one movement of a batch. */
export type Outcome =
  | { readonly outcome: "created" | "exists"; readonly entry: BookedMovement }
  | { readonly outcome: "refused"; readonly refusal: Refusal };

/**
 * Book movements one after the other, each by what stands after those before it. To be called inside one transaction:
 * when it throws, nothing of the batch may stay.
 */
export function bookMovements(
  movements: readonly Movement[],
  pages: BookPages,
  { now, rules }: BookingMoment,
): readonly Outcome[] {
  const at = EpochMs(Math.max(now, pages.newestAt()));
  expireHolds(pages, at);
  return movements.map((movement) => bookOne(normalizeMovement(movement), pages, { now: at, rules }));
}

/**
 * Book the end of every hold whose time was over by `at`, each at its own moment. Every write does this first, so that
 * the books say at any time what was free then.
 */
export function expireHolds(pages: BookPages, at: EpochMs): number {
  const holds = pages.holdsDue(at);
  for (const hold of holds) {
    const { id } = hold.said;
    const said: Movement = { kind: "expire", id: `${id}.expired`, by: hubActor, reason: "expired", hold: id };
    const booked_ms = EpochMs(Math.max(dueOf(hold) ?? at, pages.newestAt()));
    const decided = decideEffects(said, pages, { now: booked_ms, rules: { limits: [] } });
    if ("refusal" in decided) throw new Error(`an open hold could not expire: ${decided.refusal.message}`);
    pages.addMovement({ said, booked_ms, effects: decided.effects }, linesOf(decided.effects, pages));
  }
  return holds.length;
}

function bookOne(movement: Movement, pages: BookPages, moment: BookingMoment): Outcome {
  const wrong = checkMovement(movement);
  if (wrong !== undefined) return refused(wrong);
  const known = pages.movement(movement.id);
  if (known !== undefined) {
    const field = differingField(known.said, movement);
    return field === undefined ? { outcome: "exists", entry: known } : refused(conflict(movement.id, field));
  }
  const failed = pages.refusal(movement.id);
  if (failed !== undefined) {
    return refused({
      code: "ENTRY_ID_FAILED",
      message: `${movement.id} was refused before (${failed.code}: ${failed.message})`,
      remedy: "Look whether it is still wanted, then send it with a new id.",
    });
  }
  const decided = decideEffects(movement, pages, moment);
  if ("refusal" in decided) return refuse(movement, decided.refusal, pages, moment);
  const { effects } = decided;
  let lines: readonly AccountLine[];
  try {
    lines = linesOf(effects, pages);
  } catch (cause) {
    if (cause instanceof RangeError) return refused(tooLarge(cause));
    throw cause;
  }
  const entry: BookedMovement = { said: movement, booked_ms: moment.now, effects };
  pages.addMovement(entry, lines);
  return { outcome: "created", entry };
}

function refuse(movement: Movement, refusal: Refusal, pages: BookPages, { now }: BookingMoment): Outcome {
  if (burningCodes.has(refusal.code)) {
    const { code, message } = refusal;
    pages.addRefusal({ id: movement.id, refused_ms: now, code, message, said: canonicalJson(movement) });
  }
  return refused(refusal);
}

function refused(refusal: Refusal): Outcome {
  return { outcome: "refused", refusal };
}

function conflict(id: string, field: string): Refusal {
  return {
    code: "ENTRY_CONFLICT",
    message: `${id} is booked already, with another ${field}`,
    remedy: "Use a new id for what is new; what is booked never changes.",
  };
}

function tooLarge(cause: RangeError): Refusal {
  return {
    code: "ENTRY_INVALID",
    message: `an account would pass what can be counted exactly: ${cause.message}`,
    remedy: "Book a smaller amount.",
  };
}
