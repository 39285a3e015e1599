import { apportion } from "./largest-remainder.ts";

/** An exact fraction; the denominator is above 0. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** What a share may look like: `1`, `0.25` (at most 12 decimals) or `1/4` (at most 12 digits on each side). */
export const SHARE_PATTERN = "^[0-9]{1,12}(\\.[0-9]{1,12}|/[1-9][0-9]{0,11})?$";
const shareText = new RegExp(SHARE_PATTERN);

/** Grid operators take coefficients with 6 decimals (for Spain: RD 244/2019, annex I). */
const MILLIONTHS = 1_000_000;

/** True for what `parseShare` takes. */
export function isShare(text: string): boolean {
  return shareText.test(text);
}

/**
 * Read an exact share; no float is involved, so "0.1" is one tenth.
 * @returns the share in lowest terms, not negative
 * @throws RangeError for anything else, "1,5", "-1" and "1e-3" included: none of them is ever taken for 0
 */
export function parseShare(text: string): Rational {
  if (!isShare(text)) throw new RangeError(`not an exact share such as 0.25 or 1/4: ${text}`);
  const [over, under] = text.split("/");
  if (under !== undefined) return lowestTerms({ numerator: BigInt(over ?? ""), denominator: BigInt(under) });
  const [whole = "", decimals = ""] = text.split(".");
  return lowestTerms({ numerator: BigInt(whole + decimals), denominator: 10n ** BigInt(decimals.length) });
}

/** The exact sum in lowest terms; 0 of nothing. */
export function sumShares(shares: readonly Rational[]): Rational {
  const { numerators, denominator } = onCommonDenominator(shares);
  return lowestTerms({ numerator: numerators.reduce((sum, numerator) => sum + numerator, 0n), denominator });
}

/** The same fractions over their lowest common denominator, in the same order. */
export function onCommonDenominator(shares: readonly Rational[]): { numerators: bigint[]; denominator: bigint } {
  const denominator = shares.reduce((common, share) => {
    return (common / greatestCommonDivisor(common, share.denominator)) * share.denominator;
  }, 1n);
  return { numerators: shares.map((share) => share.numerator * (denominator / share.denominator)), denominator };
}

/** A share as people write it: `3/10`, or `1`. */
export function shareInWords({ numerator, denominator }: Rational): string {
  return denominator === 1n ? `${numerator}` : `${numerator}/${denominator}`;
}

/**
 * Shares as whole millionths, the form grid operators take, rounded together by largest remainder so that they add up
 * to the floor of the exact sum: shares that sum to 1 give exactly 1,000,000. Ties go to the first ids.
 * @param shares exact share texts by member id
 * @returns by member id, in code-unit order
 * @throws RangeError when a text is not a share
 */
export function coefficientsTo6(shares: Readonly<Record<string, string>>): { member: string; millionths: number }[] {
  const members = Object.keys(shares).sort();
  const { numerators, denominator } = onCommonDenominator(members.map((member) => parseShare(shares[member] ?? "")));
  const key = { weights: numerators, total: denominator };
  const caps = numerators.map(() => Number.MAX_SAFE_INTEGER);
  const millionths = apportion({ pool: MILLIONTHS, key, caps, turn: 0 });
  return members.map((member, index) => ({ member, millionths: millionths[index] ?? 0 }));
}

/** Divide both sides by what they share. */
export function lowestTerms({ numerator, denominator }: Rational): Rational {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
