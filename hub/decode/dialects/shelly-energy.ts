import { type JsonObject, valueAtPath } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";

/** What is known of a switch's returned energy: its register in Wh, that it has none, or nothing yet (undefined). */
export type ReturnedEnergy = number | "none" | undefined;

/** Energy registers that a message tells, in Wh as they came; undefined where it tells none. */
export interface SwitchEnergy {
  readonly imported: unknown;
  readonly exported: unknown;
  readonly returned: ReturnedEnergy;
  /** True when the total came and nobody knows how much of it was returned. */
  readonly isHalf: boolean;
}

/** Shelly counts in thousandths of a Wh; a difference of two such counts is rounded to more than that. */
const DECIMALS = 6;

/**
 * Import and export of a switch. `aenergy` also counts what `ret_aenergy` counts, so import is their difference; only a
 * full status that has no `ret_aenergy` proves that there is none.
 * @param isFull whether the whole status is here, or only what changed
 * @param known  what was known of the returned energy before
 */
export function readSwitchEnergy(
  status: JsonObject,
  { isFull, known }: { readonly isFull: boolean; readonly known: ReturnedEnergy },
): SwitchEnergy {
  const total = valueAtPath(status, "aenergy.total");
  const exported = valueAtPath(status, "ret_aenergy.total");
  const returned = returnedEnergy({ total, exported, isFull, known });
  const told = { exported, returned, isHalf: false };
  const number = total === undefined ? undefined : readNumber(total);
  if (typeof number !== "number" || returned === "none") return { ...told, imported: total };
  if (exported !== undefined && typeof readNumber(exported) !== "number") return { ...told, imported: null };
  if (returned === undefined) return { ...told, imported: undefined, isHalf: true };
  return { ...told, imported: Math.max(0, Number((number - returned).toFixed(DECIMALS))) };
}

function returnedEnergy(told: {
  readonly total: unknown;
  readonly exported: unknown;
  readonly isFull: boolean;
  readonly known: ReturnedEnergy;
}): ReturnedEnergy {
  if (told.exported === undefined) return told.isFull && told.total !== undefined ? "none" : told.known;
  const number = readNumber(told.exported);
  return typeof number === "number" ? number : told.known;
}
