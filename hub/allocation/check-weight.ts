import { nearestWord } from "../nearest-word.ts";
import type { Tier } from "./policy.ts";
import { checkKeys, type PolicyProblem } from "./policy-problem.ts";
import { isShare, parseShare, shareInWords, sumShares } from "./share.ts";

/**
 * Whether a tier's key names everybody it serves, nobody else, and shares that sum to at most 1. A sum below 1 is no
 * problem: what is assigned to nobody is left over, and `describePolicy` says so.
 * @param members every member of the community, in code-unit order
 */
export function checkWeight(
  { weight, members: named }: Tier,
  tierPath: (string | number)[],
  members: readonly string[],
): readonly PolicyProblem[] {
  const served = members.filter((member) => named === undefined || named.includes(member));
  if (weight.kind === "fixed") {
    return checkShares(weight.shares, [...tierPath, "weight", "shares"], { members, served });
  }
  if (weight.kind === "priority") {
    const path = [...tierPath, "weight", "ranks"];
    const missing = served.filter((member) => !Object.hasOwn(weight.ranks, member));
    return [
      ...missing.map((member) => ({
        path,
        message: `member ${member} has no rank`,
        remedy: `Add a rank for ${member}, from 1, which is served first.`,
      })),
      ...checkKeys({ path, words: Object.keys(weight.ranks), thing: "member", known: members }),
    ];
  }
  return [];
}

function checkShares(
  shares: Readonly<Record<string, string>>,
  path: (string | number)[],
  { members, served }: { readonly members: readonly string[]; readonly served: readonly string[] },
): readonly PolicyProblem[] {
  const missing = served.filter((member) => !Object.hasOwn(shares, member));
  const known = new Set(members);
  const names = Object.keys(shares).sort();
  const odd = names.filter((name) => !isShare(shares[name] ?? ""));
  const sum = sumShares(Object.values(shares).filter(isShare).map(parseShare));
  return [
    ...odd.map((name) => ({
      path: [...path, name],
      message: `the share ${JSON.stringify(shares[name])} of ${name} is not an exact number from 0 up`,
      remedy: 'Write it as "0.25" or "1/4".',
    })),
    ...(sum.numerator > sum.denominator ? [sumAboveOne(shareInWords(sum), path)] : []),
    ...missing.map((member) => memberMissing(member, path)),
    ...names.filter((name) => !known.has(name)).map((name) => memberUnknown(name, path, members)),
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
