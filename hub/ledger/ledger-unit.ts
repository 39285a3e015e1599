import { HubError } from "../errors.ts";
import type { Branded } from "../units.ts";

/** What an amount is counted in: `mWh`, `ms`, or a unit of the community such as `acorn`. */
export type UnitName = Branded<string, "ledger unit">;
/** A whole number of the smallest step of its unit. */
export type Amount = Branded<number, "amount">;

/**
 * A unit and how people write it: an amount of 1250 in a unit of 2 decimals is shown as 12.50. The scale is declared
 * once and stands for ever, because every amount ever booked is read by it.
 */
export interface LedgerUnit {
  readonly name: UnitName;
  /** Places behind the decimal point between what is booked and `shown`. */
  readonly decimals: number;
  /** What people call it: kWh for mWh. */
  readonly shown: string;
}

export const MWH: LedgerUnit = { name: "mWh" as UnitName, decimals: 6, shown: "kWh" };
export const MACHINE_MS: LedgerUnit = { name: "ms" as UnitName, decimals: 3, shown: "s" };
/** Units that every ledger has; a community may declare more. */
export const builtInUnits: readonly LedgerUnit[] = [MWH, MACHINE_MS];

/** As many as an exact energy has; more would leave too few places before the point. */
export const MOST_DECIMALS = 6;
export const UNIT_PATTERN = "^[a-z][a-z0-9-]{0,19}$";

/** The only door into `Amount`. @throws RangeError for a fraction, NaN or what a number cannot count exactly (2^53) */
export function Amount(value: number): Amount {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole amount that can be counted exactly: ${value}`);
  return (value === 0 ? 0 : value) as Amount;
}

/**
 * A unit of the community.
 * @throws HubError ENTRY_INVALID when the name is no plain word or taken by a built-in unit, or the scale is not whole
 */
export function communityUnit(name: string, decimals: number): LedgerUnit {
  const isTaken = builtInUnits.some((unit) => unit.name === name || unit.shown === name);
  if (new RegExp(UNIT_PATTERN).test(name) && !isTaken && isScale(decimals))
    return { name: name as UnitName, decimals, shown: name };
  throw new HubError("ENTRY_INVALID", `there can be no unit ${JSON.stringify(name)} of ${decimals} decimals`, {
    remedy: `Use lower-case letters, digits and hyphens, another name than mWh, kWh, ms and s, and 0 to ${MOST_DECIMALS} decimals.`,
  });
}

/** "12.50 acorn" for 1250: exact, by moving the point in the digits. */
export function formatAmount(amount: number, { decimals, shown }: LedgerUnit): string {
  const digits = String(Math.abs(amount)).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const fraction = decimals === 0 ? "" : `.${digits.slice(point)}`;
  return `${amount < 0 ? "-" : ""}${digits.slice(0, point)}${fraction} ${shown}`;
}

/** A unit's scale never changes, because every amount booked in it is read by it. */
export function unitConflict(unit: LedgerUnit, known: LedgerUnit): HubError {
  return new HubError(
    "UNIT_CONFLICT",
    `the unit ${unit.name} has ${known.decimals} decimals in the books, not ${unit.decimals}`,
    {
      remedy: "Keep the scale it has, or choose another name for the new unit.",
    },
  );
}

function isScale(decimals: number): boolean {
  return Number.isInteger(decimals) && decimals >= 0 && decimals <= MOST_DECIMALS;
}
