import type { Key } from "./largest-remainder.ts";
import { onCommonDenominator, parseShare, shareInWords, sumShares } from "./share.ts";

type Shares = Readonly<Record<string, string>>;

/** Shares over their common denominator, by member id: numbers when the denominator fits, else bigints. */
type ParsedShares =
  | { readonly weights: ReadonlyMap<string, number>; readonly total: number }
  | { readonly weights: ReadonlyMap<string, bigint>; readonly total: bigint };

/** A year has 35,040 intervals and one key: it is parsed once. */
const parsedShares = new WeakMap<Shares, ParsedShares>();

/**
 * The weights of these members in a key of fixed shares. They are shares of the whole pool: a member without one
 * weighs 0, and the share of somebody who is not here is not spread over those who are.
 * The record is frozen when first used, so that changing it later throws instead of settling by the old key.
 * @param shares exact share texts by member id
 * @param members in the order the weights are wanted in
 * @throws RangeError when a text is not a share, or when the shares sum to more than 1
 */
export function fixedKey(shares: Shares, members: readonly string[]): Key {
  const { weights, total } = parsedShares.get(shares) ?? parseShares(shares);
  if (typeof total === "number") {
    const known = weights as ReadonlyMap<string, number>;
    return { weights: Float64Array.from(members, (member) => known.get(member) ?? 0), total };
  }
  const known = weights as ReadonlyMap<string, bigint>;
  return { weights: members.map((member) => known.get(member) ?? 0n), total };
}

function parseShares(shares: Shares): ParsedShares {
  const entries = Object.entries(shares);
  const exact = entries.map(([, text]) => parseShare(text));
  const sum = sumShares(exact);
  if (sum.numerator > sum.denominator) {
    throw new RangeError(`fixed shares sum to ${shareInWords(sum)}, more than 1`);
  }
  const { numerators, denominator } = onCommonDenominator(exact);
  const weights = new Map(entries.map(([member], index) => [member, numerators[index] ?? 0n]));
  const parsed =
    denominator <= Number.MAX_SAFE_INTEGER
      ? {
          weights: new Map([...weights].map(([member, weight]) => [member, Number(weight)])),
          total: Number(denominator),
        }
      : { weights, total: denominator };
  parsedShares.set(Object.freeze(shares), parsed);
  return parsed;
}
