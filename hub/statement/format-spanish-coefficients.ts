import type { Policy } from "../allocation/policy.ts";
import { coefficientsTo6, parseShare, sumShares } from "../allocation/share.ts";
import { HubError } from "../errors.ts";
import type { Community } from "../members/community.ts";
import { parseCups } from "./cups.ts";

/** One, in the millionths that coefficients are counted in. */
const ONE = 1_000_000;

/**
 * The file of sharing coefficients that a Spanish distributor takes (RD 244/2019, annex I): a line `CUPS;beta` for each
 * point of supply, decimal comma, six decimals, ordered by CUPS, summing to exactly 1,000000. For fixed shares, which
 * hold in every hour of the year.
 * @param cupsOf the CUPS of each member; a member with none may be left out only while their share is 0
 * @throws HubError REQUEST_INVALID for a policy without coefficients known beforehand, shares that do not sum to 1, and
 *         CUPS that are missing, malformed or named twice
 */
export function formatSpanishCoefficients(community: Community, cupsOf: ReadonlyMap<string, string>): string {
  const shares = sharesKnownBeforehand(community);
  const sum = sumShares(Object.values(shares).map(parseShare));
  if (sum.numerator !== sum.denominator) {
    throw refusal(
      `the shares of the policy sum to ${sum.numerator}/${sum.denominator}, not to 1`,
      "Change the policy so that all of the pool belongs to somebody; the distributor takes nothing else.",
    );
  }
  const lines = coefficientsTo6(shares).flatMap(({ member, millionths }) => {
    const cups = cupsOf.get(member);
    if (cups !== undefined) return [{ member, cups: parseCups(cups), millionths }];
    if (millionths === 0) return [];
    throw refusal(
      `no CUPS is known of ${member}`,
      "Name the member's metering point by its CUPS, or give all of them: millrace export coefficients --cups FILE.",
    );
  });
  const twice = lines.find(({ cups }, index) => lines.findIndex((one) => one.cups === cups) !== index);
  if (twice !== undefined) throw refusal(`the CUPS ${twice.cups} is given twice`, "Give each member their own.");
  const total = lines.reduce((sum, { millionths }) => sum + millionths, 0);
  if (total !== ONE) throw new Error(`coefficients sum to ${total} millionths`);
  return lines
    .toSorted((a, b) => (a.cups < b.cups ? -1 : 1))
    .map(({ cups, millionths }) => `${cups};${decimalComma(millionths)}\n`)
    .join("");
}

/**
 * CUPS by member as far as metering points are named by them; what is named otherwise is left out.
 * @throws HubError REQUEST_INVALID when a point looks like a CUPS and is none
 */
export function cupsOfMeteringPoints({ metering_points }: Community): Map<string, string> {
  const named = metering_points.flatMap(({ id, role, member }) =>
    role === "consumption" && member !== undefined && /^ES\d{4}/i.test(id) ? [[member, parseCups(id)] as const] : [],
  );
  return new Map(named);
}

/** Each member's share of the pool by a rule that needs no measurement. */
function sharesKnownBeforehand({ policy, members }: Community): Readonly<Record<string, string>> {
  const [tier, ...more] = policy.tiers;
  if (tier === undefined || more.length > 0 || tier.members !== undefined || tier.budget !== undefined) {
    throw withoutCoefficients(policy, "shares in several steps");
  }
  switch (tier.weight.kind) {
    case "fixed":
      return tier.weight.shares;
    case "equal":
      return Object.fromEntries(members.map(({ id }) => [id, `1/${members.length}`]));
    default:
      throw withoutCoefficients(policy, `shares by ${tier.weight.kind}`);
  }
}

function withoutCoefficients({ name }: Policy, how: string): HubError {
  return refusal(
    `the policy "${name}" ${how}, so it has no coefficients that are known beforehand`,
    "Only a policy of fixed or equal shares in one step can be given to a Spanish distributor.",
  );
}

function decimalComma(millionths: number): string {
  const digits = String(millionths).padStart(7, "0");
  return `${digits.slice(0, -6)},${digits.slice(-6)}`;
}

function refusal(message: string, remedy: string): HubError {
  return new HubError("REQUEST_INVALID", message, { remedy });
}
