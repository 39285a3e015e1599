import { isLocalDay } from "../time-zone.ts";
import { checkWeight } from "./check-weight.ts";
import type { Policy, Tier } from "./policy.ts";
import { checkKeys, checkNames, type PolicyProblem } from "./policy-problem.ts";
import { parseShare } from "./share.ts";

/** The metering points of a community by what they count, for policies that name them. */
export interface PolicyPoints {
  readonly plants: readonly string[];
  readonly loads: readonly string[];
}

/**
 * What the schema cannot see: whether keys fit the members, and whether what is chosen goes together. Pure.
 * @param policy as the schema took it
 * @param memberIds every member of the community
 * @param points its metering points; without them, names of metering points are taken on trust
 * @returns an empty list for a sound policy; the same problems in the same order for the same members in any order
 */
export function checkPolicy(
  policy: Policy,
  memberIds: readonly string[],
  points?: PolicyPoints,
): readonly PolicyProblem[] {
  const members = [...new Set(memberIds)].sort();
  return [
    ...checkPointNames(policy, points),
    ...checkPools(policy, members, points),
    ...policy.tiers.flatMap((tier, index) => checkTier(tier, ["tiers", index], members)),
    ...checkProducers(policy, points),
    ...checkSurplus(policy),
  ];
}

function checkTier(tier: Tier, path: (string | number)[], members: readonly string[]): readonly PolicyProblem[] {
  const { budget, cap, rounds, weight } = tier;
  const served = { path: [...path, "members"], words: tier.members ?? [], thing: "member", known: members };
  const problems: PolicyProblem[] = [...checkNames(served), ...checkWeight(tier, path, members)];
  if (budget?.kind === "share_of_pool" && isAboveOne(budget.share)) {
    problems.push({
      path: [...path, "budget", "share"],
      message: `a budget of ${budget.share} is more than the pool`,
      remedy: "Write a share of at most 1.",
    });
  }
  if (weight.kind === "priority" && rounds !== undefined && rounds !== "until_exhausted") {
    problems.push({
      path: [...path, "rounds"],
      message: "ranks are always served until they have enough, so rounds cannot be limited",
      remedy: "Remove rounds, or write one tier for each rank.",
    });
  }
  if (cap?.kind === "none" && rounds !== undefined && rounds !== 1) {
    problems.push({
      path: [...path, "rounds"],
      message: "without a cap nobody leaves anything, so there is nothing to offer again",
      remedy: "Remove rounds.",
    });
  }
  return problems;
}

function checkPointNames(policy: Policy, points: PolicyPoints | undefined): readonly PolicyProblem[] {
  if (points === undefined) return [];
  const known = [...points.plants, ...points.loads];
  return (["loss_factors", "membership_percent"] as const).flatMap((key) =>
    checkKeys({ path: [key], words: Object.keys(policy[key] ?? {}), thing: "metering point", known }),
  );
}

function checkPools(
  { pools }: Policy,
  members: readonly string[],
  points: PolicyPoints | undefined,
): readonly PolicyProblem[] {
  if (pools?.kind !== "groups") return [];
  const { groups } = pools;
  const path = ["pools", "groups"];
  const plants = groups.flatMap((group) => group.plants);
  const reached = new Set(groups.flatMap((group) => group.members ?? members));
  return [
    ...groups.flatMap(({ name }, index) =>
      groups.findIndex((other) => other.name === name) === index
        ? []
        : [{ path: [...path, index, "name"], message: `${name} is named twice`, remedy: "Name each group once." }],
    ),
    ...groups.flatMap((group, index) => [
      ...checkNames({
        path: [...path, index, "plants"],
        words: group.plants,
        thing: "plant",
        known: points?.plants ?? plants,
      }),
      ...checkNames({ path: [...path, index, "members"], words: group.members ?? [], thing: "member", known: members }),
      ...group.plants
        .filter((plant) => groups.findIndex((other) => other.plants.includes(plant)) < index)
        .map((plant) => ({
          path: [...path, index, "plants"],
          message: `${plant} is in two groups, so its energy would count twice`,
          remedy: `Leave ${plant} in one group.`,
        })),
    ]),
    ...(points?.plants ?? [])
      .filter((plant) => !plants.includes(plant))
      .map((plant) => ({
        path,
        message: `plant ${plant} is in no group, so nobody would be given its energy`,
        remedy: `Add ${plant} to a group.`,
      })),
    ...members
      .filter((member) => !reached.has(member))
      .map((member) => ({
        path,
        message: `member ${member} is in no group, so no plant would serve them`,
        remedy: `Add ${member} to a group.`,
      })),
  ];
}

function checkProducers({ producers }: Policy, points: PolicyPoints | undefined): readonly PolicyProblem[] {
  if (producers === undefined || producers.kind === "pro_rata") return [];
  const path = ["producers", producers.kind === "by_order" ? "order" : "commissioned"];
  const named = producers.kind === "by_order" ? producers.order : Object.keys(producers.commissioned);
  const words = { path, words: named, thing: "plant", known: points?.plants ?? named };
  const missing = (points?.plants ?? []).filter((plant) => !named.includes(plant));
  return [
    ...(producers.kind === "by_order" ? checkNames(words) : checkKeys(words)),
    ...(producers.kind === "by_order"
      ? []
      : Object.entries(producers.commissioned)
          .filter(([, day]) => !isLocalDay(day))
          .map(([plant, day]) => ({
            path: [...path, plant],
            message: `${day} is no day of the calendar`,
            remedy: "Write the day as 2021-05-31.",
          }))),
    ...missing.map((plant) => ({
      path,
      message: `plant ${plant} has no place in the order`,
      remedy: `Add ${plant}.`,
    })),
  ];
}

function checkSurplus({ surplus, credit, tiers }: Policy): readonly PolicyProblem[] {
  const uncapped = tiers.findIndex(({ cap }) => cap?.kind === "none");
  const problems: PolicyProblem[] = [];
  if (surplus === "to_share_owner") problems.push(...checkShareOwner(tiers));
  else if (uncapped >= 0 && surplus !== "bank_as_credit") {
    problems.push({
      path: ["tiers", uncapped, "cap"],
      message: "without a cap members are given more than they use, and nothing says what becomes of it",
      remedy: "Write surplus: bank_as_credit, or remove the cap.",
    });
  }
  if (surplus === "bank_as_credit" && uncapped < 0) {
    problems.push({
      path: ["surplus"],
      message: "every tier is capped by demand, so nobody ever has anything to bank",
      remedy: "Write cap: {kind: none} in the last tier.",
    });
  }
  if (surplus === "bank_as_credit" && credit === undefined) {
    problems.push({
      path: ["surplus"],
      message: "credit is banked, but nothing says for how long",
      remedy: "Add credit with expires_after_months and order.",
    });
  }
  if (surplus !== "bank_as_credit" && credit !== undefined) {
    problems.push({
      path: ["credit"],
      message: `with surplus ${surplus} no credit is ever banked`,
      remedy: "Remove credit, or write surplus: bank_as_credit.",
    });
  }
  return problems;
}

/** A share is somebody's whole part of the pool only if nothing was taken before it and nothing is offered after it. */
function checkShareOwner(tiers: readonly Tier[]): readonly PolicyProblem[] {
  const [tier] = tiers;
  const path = ["tiers", 0];
  const problem = (key: string, message: string, remedy: string): PolicyProblem => ({
    path: [...path, key],
    message,
    remedy,
  });
  if (tiers.length > 1 || tier === undefined) {
    const message = "what a member leaves can only stay theirs when there is one tier";
    return [{ path: ["tiers"], message, remedy: "Keep one tier, or choose another surplus." }];
  }
  const { weight, cap, rounds, budget, base, members } = tier;
  const hasShares = weight.kind === "fixed" || weight.kind === "equal" || weight.kind === "external";
  return [
    ...(hasShares
      ? []
      : [problem("weight", `by ${weight.kind} nobody owns a share`, "Write weight fixed, equal or external.")]),
    ...(cap === undefined || cap.kind === "demand"
      ? []
      : [problem("cap", "what is beyond a member's use stays theirs only under cap demand", "Remove cap.")]),
    ...(rounds === undefined || rounds === 1
      ? []
      : [problem("rounds", "what stays a member's own is not offered again", "Remove rounds.")]),
    ...(budget === undefined || budget.kind === "all"
      ? []
      : [problem("budget", "shares are shares of the whole pool", "Remove budget.")]),
    ...(base === undefined || base === "all"
      ? []
      : [problem("base", "shares are owned by those who use nothing too", "Remove base.")]),
    ...(members === undefined
      ? []
      : [problem("members", "shares are owned by all members", 'Give the others the share "0".')]),
  ];
}

function isAboveOne(share: string): boolean {
  const { numerator, denominator } = parseShare(share);
  return numerator > denominator;
}
