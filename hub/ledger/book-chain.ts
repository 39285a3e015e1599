import { canonicalJson } from "../canonical-json.ts";
import { EpochMs } from "../units.ts";
import { bookMovements, type Outcome } from "./book-movements.ts";
import type { BookPages } from "./book-pages.ts";
import { type Movement, normalizeMovement } from "./movement.ts";
import { burningCodes, type Refusal } from "./refusal.ts";
import type { BookingMoment } from "./spending-limit.ts";

/** Thrown to have a transaction undone; nothing of the chain may stay. */
export class BrokenChain extends Error {
  /** Place in the chain of what was refused first. */
  readonly place: number;
  readonly refusal: Refusal;
  constructor(place: number, refusal: Refusal) {
    super(refusal.message);
    this.place = place;
    this.refusal = refusal;
  }
}

/**
 * Book movements one after the other, all of them or none, such as the two halves of an exchange. To be called inside one
 * transaction.
 * @throws BrokenChain at the first one that is refused
 */
export function bookChain(movements: readonly Movement[], pages: BookPages, moment: BookingMoment): readonly Outcome[] {
  return movements.map((movement, place) => {
    const [outcome] = bookMovements([movement], pages, moment);
    if (outcome === undefined) throw new Error("a movement had no outcome");
    if (outcome.outcome === "refused") throw new BrokenChain(place, outcome.refusal);
    return outcome;
  });
}

/**
 * What became of each of a chain whose transaction was undone, within another one: only the one that was refused may have
 * its id burnt. The others can be sent again as they are.
 */
export function tellBrokenChain(
  movements: readonly Movement[],
  { place, refusal }: BrokenChain,
  pages: BookPages,
  { now }: BookingMoment,
): readonly Outcome[] {
  const broken = movements[place];
  if (broken === undefined) throw new RangeError(`a chain of ${movements.length} has no place ${place}`);
  if (burningCodes.has(refusal.code)) {
    const { code, message } = refusal;
    const refused_ms = EpochMs(Math.max(now, pages.newestAt()));
    pages.addRefusal({ id: broken.id, refused_ms, code, message, said: canonicalJson(normalizeMovement(broken)) });
  }
  const others: Refusal = {
    code: "CHAIN_BROKEN",
    message: `${broken.id} of the same chain was refused (${refusal.code}: ${refusal.message})`,
    remedy: "Put that one right under a new id, then send the chain again.",
  };
  return movements.map((_, at) => ({ outcome: "refused", refusal: at === place ? refusal : others }));
}
