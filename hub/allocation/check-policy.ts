import { nearestWord } from "../nearest-word.ts";
import type { Policy, Tier, Weight } from "./policy.ts";
import { parseShare, shareInWords, sumShares } from "./share.ts";

/** What is wrong with a policy, where, and what to do about it. */
export interface PolicyProblem {
  /** From the policy's root, such as ["tiers", 0, "weight", "shares", "home-1"]. */
  readonly path: (string | number)[];
  readonly message: string;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
}

/**
 * What the schema cannot see: whether the fixed shares fit the members and sum to at most 1. A sum below 1 is no
 * problem: what is assigned to nobody goes to the grid, and `describePolicy` says so.
 * @param policy as the schema took it
 * @param memberIds every member of the community
 * @returns an empty list for a sound policy; the same problems in the same order for the same members in any order
 */
export function checkPolicy(policy: Policy, memberIds: readonly string[]): readonly PolicyProblem[] {
  const members = [...new Set(memberIds)].sort();
  return policy.tiers.flatMap((tier, index) => checkTier(tier, ["tiers", index, "weight", "shares"], members));
}

function checkTier({ weight }: Tier, path: (string | number)[], members: readonly string[]): PolicyProblem[] {
  if (weight.kind !== "fixed") return [];
  const { shares } = weight;
  const missing = members.filter((member) => !Object.hasOwn(shares, member));
  const known = new Set(members);
  const unknown = Object.keys(shares)
    .sort()
    .filter((name) => !known.has(name));
  const sum = sumShares(Object.values(shares).map(parseShare));
  return [
    ...(sum.numerator > sum.denominator ? [sumAboveOne(shareInWords(sum), path)] : []),
    ...missing.map((member) => memberMissing(member, path)),
    ...unknown.map((name) => memberUnknown(name, path, members)),
  ];
}

function sumAboveOne(sum: string, path: (string | number)[]): PolicyProblem {
  return {
    path,
    message: `the fixed shares sum to ${sum}, which is more than 1`,
    remedy: "Lower the shares until they sum to 1 or less.",
  };
}

function memberMissing(member: string, path: (string | number)[]): PolicyProblem {
  return {
    path,
    message: `member ${member} has no fixed share`,
    remedy: `Add a share for ${member}, or "0" to give nothing.`,
  };
}

function memberUnknown(name: string, path: (string | number)[], members: readonly string[]): PolicyProblem {
  const nearest = nearestWord(name, members);
  return {
    path: [...path, name],
    message: `${name} has a fixed share but is not a member`,
    remedy:
      nearest === undefined ? `Remove ${name}, or add it to the members.` : `Write ${nearest} instead of ${name}.`,
  };
}

/**
 * The policy in one plain English sentence, always the same for the same policy.
 * @throws RangeError when a share is not one
 */
export function describePolicy({ tiers }: Policy): string {
  const steps = tiers.map(({ weight }, index) => describeWeight(weight, index === 0 ? "used" : "still needs"));
  const [first = "with nobody", ...later] = steps;
  const shared = later.length === 0 ? first : [`first ${first}`, ...later].join(", then what is left ");
  const kept =
    tiers.at(-1)?.weight.kind === "consumption"
      ? ""
      : " what a member leaves of their part is not offered to the others;";
  return `In every interval, what the community generated is shared ${shared}, never more than they used;${kept} what nobody used goes to the grid.`;
}

function describeWeight(weight: Weight, demand: "used" | "still needs"): string {
  switch (weight.kind) {
    case "consumption":
      return `in proportion to what each member ${demand}`;
    case "equal":
      return "in equal parts, one for each member";
    case "fixed": {
      const { numerator, denominator } = sumShares(Object.values(weight.shares).map(parseShare));
      const unassigned = { numerator: denominator - numerator, denominator };
      const note = unassigned.numerator > 0n ? ` (${shareInWords(unassigned)} of it is assigned to nobody)` : "";
      return `by the fixed share of each member${note}`;
    }
  }
}
