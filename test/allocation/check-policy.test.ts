import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { checkPolicy } from "../../hub/allocation/check-policy.ts";
import { describePolicy } from "../../hub/allocation/describe-policy.ts";
import { type Policy, PolicySchema, type Tier } from "../../hub/allocation/policy.ts";
import { policyOf } from "./any-input.ts";

const fixed = (shares: Record<string, string>) => policyOf({ kind: "fixed", shares });
const MEMBERS = ["weir", "mill", "lock"];
const POINTS = { plants: ["dam", "roof"], loads: ["lock-1", "mill-1", "weir-1"] };
const SHARES = ["tiers", 0, "weight", "shares"];

test.each([
  ["consumption needs no key", policyOf({ kind: "consumption" }, { kind: "equal" })],
  ["shares that sum to exactly 1", fixed({ mill: "1/3", weir: "0.25", lock: "5/12" })],
  ["shares that leave a part unassigned", fixed({ mill: "0.1", weir: "0", lock: "1/7" })],
])("sound: %s", (_name, policy) => {
  expect(checkPolicy(policy, ["weir", "mill", "lock"])).toEqual([]);
});

test.each([
  [
    "fractions that sum to more than 1",
    { mill: "1/3", weir: "1/3", lock: "0.333334" },
    {
      path: SHARES,
      message: "the fixed shares sum to 1500001/1500000, which is more than 1",
      remedy: "Lower the shares until they sum to 1 or less.",
    },
  ],
  [
    "a member missing from the key",
    { mill: "1/3", weir: "1/3" },
    {
      path: SHARES,
      message: "member lock has no fixed share",
      remedy: 'Add a share for lock, or "0" to give nothing.',
    },
  ],
  [
    "an unknown member near a known one",
    { mill: "0.3", weir: "0.3", lock: "0.3", wier: "0.1" },
    {
      path: [...SHARES, "wier"],
      message: "wier has a fixed share but is not a member",
      remedy: "Write weir instead of wier.",
    },
  ],
  [
    "an unknown member near nobody",
    { mill: "0.3", weir: "0.3", lock: "0.3", constructor: "0.1" },
    {
      path: [...SHARES, "constructor"],
      message: "constructor has a fixed share but is not a member",
      remedy: "Remove constructor, or add it to the members.",
    },
  ],
])("%s", (_name, shares, problem) => {
  expect(checkPolicy(fixed(shares), ["weir", "mill", "lock"])).toEqual([problem]);
});

test("every problem is named, with the tier it is in, in an order that does not depend on the lists", () => {
  const key = { kind: "fixed", shares: { b: "0.9", x1: "0.9", a: "0" } } as const;
  const problems = checkPolicy(policyOf({ kind: "equal" }, key), ["c", "b", "a", "d", "c"]);
  expect(problems.map(({ message }) => message)).toEqual([
    "the fixed shares sum to 9/5, which is more than 1",
    "member c has no fixed share",
    "member d has no fixed share",
    "x1 has a fixed share but is not a member",
  ]);
  expect(problems.every(({ path }) => path[1] === 1)).toBe(true);
});

test.each([
  [
    policyOf({ kind: "consumption" }),
    "In every interval, what the community generated is shared in proportion to what each member used, never more than they used; what nobody used goes to the grid.",
  ],
  [
    policyOf({ kind: "equal" }),
    "In every interval, what the community generated is shared in equal parts, one for each member, never more than they used; what a member leaves of their part is not offered to the others; what nobody used goes to the grid.",
  ],
  [
    fixed({ mill: "0.3", weir: "3/10" }),
    "In every interval, what the community generated is shared by the fixed share of each member (2/5 of it is assigned to nobody), never more than they used; what a member leaves of their part is not offered to the others; what nobody used goes to the grid.",
  ],
  [
    policyOf({ kind: "fixed", shares: { mill: "0.5", weir: "1/2" } }, { kind: "consumption" }),
    "In every interval, what the community generated is shared first by the fixed share of each member, then what is left in proportion to what each member still needs, never more than they used; what nobody used goes to the grid.",
  ],
])("in words: %#", (policy, words) => {
  expect(describePolicy(policy)).toBe(words);
});

test.each([
  ["a sound key", { mill: "0.3", weir: "3/10" }, true],
  ["a negative share", { mill: "-0.3" }, false],
  ["a decimal comma", { mill: "0,3" }, false],
  ["division by zero", { mill: "1/0" }, false],
  ["more digits than an exact share may have", { mill: "1/1234567890123" }, false],
  ["a key with a name that no member can have", { "the mill": "0.3" }, false],
])("the schema on %s", (_name, shares, isSound) => {
  expect(Value.Check(PolicySchema, fixed(shares))).toBe(isSound);
});

test("a policy of which nothing is said is by consumption", () => {
  expect(Value.Default(PolicySchema, undefined)).toEqual({
    ...policyOf({ kind: "consumption" }),
    name: "by consumption",
  });
});

const sound: Policy = {
  name: "sound",
  tiers: [{ weight: { kind: "fixed", shares: { lock: "0.2", mill: "0.3", weir: "0.5" } } }],
  surplus: "to_grid",
};
const tierWith = (more: Partial<Tier>): Policy => ({ ...sound, tiers: [{ ...sound.tiers[0]!, ...more }] });
const byRank = (ranks: Record<string, number>, more: Partial<Tier> = {}): Policy => ({
  ...sound,
  tiers: [{ weight: { kind: "priority", ranks }, ...more }],
});
const credit = { expires_after_months: 60, order: "oldest_first" } as const;
const groups = (...those: { name: string; plants: string[]; members?: string[] }[]): Policy => ({
  ...sound,
  pools: { kind: "groups", groups: those },
});

test.each<[string, Policy]>([
  ["every rank, until they have enough", byRank({ lock: 1, mill: 1, weir: 2 }, { rounds: "until_exhausted" })],
  ["shares that stay their owner's", { ...sound, surplus: "to_share_owner" }],
  ["credit without a cap", { ...tierWith({ cap: { kind: "none" } }), surplus: "bank_as_credit", credit }],
  ["some members first", { ...sound, tiers: [{ weight: { kind: "equal" }, members: ["mill"] }, ...sound.tiers] }],
  ["a quota of a day", tierWith({ cap: { kind: "demand_and_quota", quota_mwh: 5, per: "day" }, rounds: 3 })],
  ["two groups", groups({ name: "a", plants: ["roof"], members: ["lock"] }, { name: "b", plants: ["dam"] })],
  ["an order of plants", { ...sound, producers: { kind: "by_order", order: ["dam", "roof"] } }],
  ["factors of metering points", { ...sound, loss_factors: { roof: "0.97" }, membership_percent: { "weir-1": 70 } }],
])("sound as a whole: %s", (_name, policy) => {
  expect(Value.Check(PolicySchema, policy)).toBe(true);
  expect(checkPolicy(policy, MEMBERS, POINTS)).toEqual([]);
});

test.each<[string, Policy, (string | number)[], string, string]>([
  [
    "a negative share that came round the schema",
    { ...sound, tiers: [{ weight: { kind: "fixed", shares: { lock: "-0.1", mill: "0", weir: "0" } } }] },
    ["tiers", 0, "weight", "shares", "lock"],
    'the share "-0.1" of lock is not an exact number from 0 up',
    'Write it as "0.25" or "1/4".',
  ],
  [
    "a member without a rank",
    byRank({ lock: 1, mill: 2 }),
    ["tiers", 0, "weight", "ranks"],
    "member weir has no rank",
    "Add a rank for weir, from 1, which is served first.",
  ],
  [
    "a rank of nobody",
    byRank({ lock: 1, mill: 2, weir: 3, wier: 4 }),
    ["tiers", 0, "weight", "ranks", "wier"],
    "wier is no member",
    "Write weir instead of wier.",
  ],
  [
    "ranks in one round",
    byRank({ lock: 1, mill: 2, weir: 3 }, { rounds: 1 }),
    ["tiers", 0, "rounds"],
    "ranks are always served until they have enough, so rounds cannot be limited",
    "Remove rounds, or write one tier for each rank.",
  ],
  [
    "a tier for somebody twice",
    tierWith({ members: ["lock", "mill", "weir", "mill"] }),
    ["tiers", 0, "members", 3],
    "mill is named twice",
    "Name each member once.",
  ],
  [
    "a tier for nobody known",
    tierWith({ members: ["lock", "miller"] }),
    ["tiers", 0, "members", 1],
    "miller is no member",
    "Write mill instead of miller.",
  ],
  [
    "a budget above the pool",
    tierWith({ budget: { kind: "share_of_pool", share: "3/2" } }),
    ["tiers", 0, "budget", "share"],
    "a budget of 3/2 is more than the pool",
    "Write a share of at most 1.",
  ],
  [
    "no cap, and nothing says whose the rest is",
    tierWith({ cap: { kind: "none" } }),
    ["tiers", 0, "cap"],
    "without a cap members are given more than they use, and nothing says what becomes of it",
    "Write surplus: bank_as_credit, or remove the cap.",
  ],
  [
    "no cap and rounds",
    { ...tierWith({ cap: { kind: "none" }, rounds: 2 }), surplus: "bank_as_credit", credit },
    ["tiers", 0, "rounds"],
    "without a cap nobody leaves anything, so there is nothing to offer again",
    "Remove rounds.",
  ],
  [
    "no cap, and the share stays its owner's",
    { ...tierWith({ cap: { kind: "none" } }), surplus: "to_share_owner" },
    ["tiers", 0, "cap"],
    "what is beyond a member's use stays theirs only under cap demand",
    "Remove cap.",
  ],
  [
    "share owners by consumption",
    { ...sound, tiers: [{ weight: { kind: "consumption" } }], surplus: "to_share_owner" },
    ["tiers", 0, "weight"],
    "by consumption nobody owns a share",
    "Write weight fixed, equal or external.",
  ],
  [
    "share owners in two tiers",
    { ...sound, tiers: [...sound.tiers, ...sound.tiers], surplus: "to_share_owner" },
    ["tiers"],
    "what a member leaves can only stay theirs when there is one tier",
    "Keep one tier, or choose another surplus.",
  ],
  [
    "share owners whose rest is offered again",
    { ...tierWith({ rounds: "until_exhausted" }), surplus: "to_share_owner" },
    ["tiers", 0, "rounds"],
    "what stays a member's own is not offered again",
    "Remove rounds.",
  ],
  [
    "credit that nobody can earn",
    { ...sound, surplus: "bank_as_credit", credit },
    ["surplus"],
    "every tier is capped by demand, so nobody ever has anything to bank",
    "Write cap: {kind: none} in the last tier.",
  ],
  [
    "credit for ever or for a day",
    { ...tierWith({ cap: { kind: "none" } }), surplus: "bank_as_credit" },
    ["surplus"],
    "credit is banked, but nothing says for how long",
    "Add credit with expires_after_months and order.",
  ],
  [
    "credit that is never banked",
    { ...sound, credit },
    ["credit"],
    "with surplus to_grid no credit is ever banked",
    "Remove credit, or write surplus: bank_as_credit.",
  ],
  [
    "a plant in two groups",
    groups({ name: "a", plants: ["roof", "dam"] }, { name: "b", plants: ["dam"] }),
    ["pools", "groups", 1, "plants"],
    "dam is in two groups, so its energy would count twice",
    "Leave dam in one group.",
  ],
  [
    "a plant in no group",
    groups({ name: "a", plants: ["roof"] }),
    ["pools", "groups"],
    "plant dam is in no group, so nobody would be given its energy",
    "Add dam to a group.",
  ],
  [
    "a member in no group",
    groups({ name: "a", plants: ["roof", "dam"], members: ["mill", "lock"] }),
    ["pools", "groups"],
    "member weir is in no group, so no plant would serve them",
    "Add weir to a group.",
  ],
  [
    "two groups of one name",
    groups({ name: "a", plants: ["roof"] }, { name: "a", plants: ["dam"] }),
    ["pools", "groups", 1, "name"],
    "a is named twice",
    "Name each group once.",
  ],
  [
    "a plant without a place",
    { ...sound, producers: { kind: "by_order", order: ["roof"] } },
    ["producers", "order"],
    "plant dam has no place in the order",
    "Add dam.",
  ],
  [
    "a plant nobody knows",
    { ...sound, producers: { kind: "by_order", order: ["dam", "roof", "rof"] } },
    ["producers", "order", 2],
    "rof is no plant",
    "Write roof instead of rof.",
  ],
  [
    "a day that never was",
    { ...sound, producers: { kind: "by_commissioning", commissioned: { roof: "2021-02-30", dam: "2019-01-01" } } },
    ["producers", "commissioned", "roof"],
    "2021-02-30 is no day of the calendar",
    "Write the day as 2021-05-31.",
  ],
  [
    "a factor of an unknown point",
    { ...sound, membership_percent: { "weir-2": 50 } },
    ["membership_percent", "weir-2"],
    "weir-2 is no metering point",
    "Write weir-1 instead of weir-2.",
  ],
])("as a whole: %s", (_name, policy, path, message, remedy) => {
  expect(checkPolicy(policy, MEMBERS, POINTS)).toEqual([{ path, message, remedy }]);
});

test.each([
  ["a quota without a period", { cap: { kind: "demand_and_quota", quota_mwh: 5 } }],
  ["a quota of a year", { cap: { kind: "demand_and_quota", quota_mwh: 5, per: "year" } }],
  ["half a round", { rounds: 0.5 }],
  ["no round at all", { rounds: 0 }],
  ["a budget below nothing", { budget: { kind: "amount", amount_mwh: -1 } }],
  ["nobody to serve", { members: [] }],
])("the schema refuses %s", (_name, more) => {
  expect(Value.Check(PolicySchema, tierWith(more as Partial<Tier>))).toBe(false);
});

test("the schema refuses percentages above 100", () => {
  expect(Value.Check(PolicySchema, { ...sound, membership_percent: { roof: 101 } })).toBe(false);
  expect(Value.Check(PolicySchema, { ...sound, membership_percent: { roof: 70.5 } })).toBe(false);
});

test.each<[string, Policy, string]>([
  [
    "ranks, then the rest by consumption",
    {
      ...sound,
      tiers: [
        { weight: { kind: "priority", ranks: { lock: 1 } }, members: ["lock"] },
        { weight: { kind: "consumption" } },
      ],
    },
    "In every interval, what the community generated is shared first by rank, the first rank until it has enough, and equally within a rank among lock, then what is left in proportion to what each member still needs, never more than they used; what nobody used goes to the grid.",
  ],
  [
    "a quota until exhausted",
    tierWith({
      weight: { kind: "equal" },
      base: "active",
      rounds: "until_exhausted",
      cap: { kind: "demand_and_quota", quota_mwh: 3_000_000, per: "day" },
    }),
    "In every interval, what the community generated is shared in equal parts, one for each member who used any, at most 3 kWh each a day, again and again until nothing is left or everybody has enough, never more than they used; what nobody used goes to the grid.",
  ],
  [
    "Spanish shares",
    { ...sound, surplus: "to_share_owner", rounding: "es_1_wh" },
    "In every interval, what the community generated is shared by the fixed share of each member, never more than they used; what a member leaves of their share stays theirs and goes to the grid for them. Shares are whole Wh.",
  ],
  [
    "credit after own use",
    { ...tierWith({ cap: { kind: "none" } }), own_use: "site_netting", surplus: "bank_as_credit", credit },
    "In every interval, what the community generated is shared by the fixed share of each member; what a member is given beyond their use becomes their credit for 60 months, the oldest used first. Before that each member uses what their own plants generate.",
  ],
  [
    "a frame of everything else",
    {
      ...sound,
      tiers: [
        {
          weight: { kind: "external", coefficients: "enedis" },
          budget: { kind: "share_of_pool", share: "1/2" },
          rounds: 3,
        },
      ],
      surplus: "to_producer",
      loss_factors: { roof: "0.97" },
      membership_percent: { roof: 70, dam: 50 },
      pools: { kind: "per_producer" },
      producers: { kind: "by_order", order: ["dam", "roof"] },
      rounding: "de_cut_6dp",
    },
    "In every interval, what the community generated is shared up to 1/2 of it by the coefficients enedis that are named for each interval, offered up to 3 times, never more than they used; what nobody used stays with the plant that generated it. Before that one metering point is multiplied by a factor for losses. Before that 2 metering points are counted in part, the rest stays outside. Each plant is shared out by itself. Plants are used in the order dam, roof. Quotients are cut to 6 decimals, and what that leaves is surplus.",
  ],
])("in words, as a whole: %s", (_name, policy, words) => {
  expect(describePolicy(policy)).toBe(words);
});
