import type { Movement } from "../../hub/ledger/movement.ts";
import { ann, ben, transfer } from "./movements.ts";

/** Movements in each batch. */
export const BATCH = 20;
/** Every fifth of a batch asks for more than there is. */
export const REFUSED_EVERY = 5;

/** The batch of this number: most of it is booked, some of it refused. */
export function batchOf(batch: number): readonly Movement[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const isTooMuch = index % REFUSED_EVERY === REFUSED_EVERY - 1;
    return transfer(`b${batch}-${index}`, ann, ben, isTooMuch ? 900_000_000 : 1);
  });
}
