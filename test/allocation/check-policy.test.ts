import { Value } from "typebox/value";
import { expect, test } from "vitest";
import { checkPolicy } from "../../hub/allocation/check-policy.ts";
import { describePolicy } from "../../hub/allocation/describe-policy.ts";
import { PolicySchema } from "../../hub/allocation/policy.ts";
import { policyOf } from "./any-input.ts";

const fixed = (shares: Record<string, string>) => policyOf({ kind: "fixed", shares });
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
