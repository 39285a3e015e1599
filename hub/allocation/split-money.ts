import { splitAmount } from "./split-demand.ts";

/** What one member gets of an amount of money. */
export interface MoneyPart {
  readonly member: string;
  readonly cents: number;
}

/**
 * Divide money in whole cents by largest remainder, such as an incentive that is paid for a community's shared energy
 * and divided as its members agreed. The parts sum to the amount to the cent.
 * @param cents whole cents; below 0 to take money back
 * @param weights whole and not negative, such as each member's allotted mWh; not all 0
 * @param turn rotates who gets the odd cent among equals, such as the month's number
 * @returns in code-unit order of the members
 * @throws RangeError for fractions, negative weights, or weights that are all 0
 */
export function splitCents(
  cents: number,
  weights: Readonly<Record<string, number>>,
  turn: number,
): readonly MoneyPart[] {
  const members = Object.keys(weights).sort();
  const values = members.map((member) => weights[member] ?? 0);
  for (const value of [cents, turn, ...values]) {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number: ${value}`);
  }
  if (values.some((value) => value < 0)) throw new RangeError("a negative weight would take money from a member");
  if (values.every((value) => value === 0))
    throw new RangeError("all weights are 0, so nothing says whose the money is");
  const sign = Math.sign(cents);
  const parts = splitAmount(Math.abs(cents), values, turn);
  return members.map((member, index) => ({ member, cents: parts[index] === 0 ? 0 : sign * (parts[index] ?? 0) }));
}
