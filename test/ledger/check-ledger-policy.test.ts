import Value from "typebox/value";
import { expect, test } from "vitest";
import { checkLedgerPolicy } from "../../hub/ledger/check-ledger-policy.ts";
import { LedgerPolicySchema } from "../../hub/ledger/credit-limit.ts";

const quarter = {
  kind: "share_of_sales",
  numerator: 1,
  denominator: 4,
  window_days: 365,
  counts: "trades",
  at_least: 0,
  at_most: 1000,
} as const;
const sound = {
  units: [{ name: "acorn", decimals: 2 }],
  limits: [{ name: "quarter", unit: "acorn", formula: quarter }],
};

test("a sound policy has no problems, and fits its schema", () => {
  expect(checkLedgerPolicy(sound)).toEqual([]);
  expect(Value.Check(LedgerPolicySchema, sound)).toBe(true);
  expect(
    Value.Check(LedgerPolicySchema, { ...sound, limits: [{ ...sound.limits[0], formula: { kind: "guess" } }] }),
  ).toBe(false);
});

test.each([
  ["a unit twice", { ...sound, units: [...sound.units, { name: "acorn", decimals: 0 }] }, ["units", 1, "name"]],
  ["a unit that is built in", { ...sound, units: [...sound.units, { name: "ms", decimals: 0 }] }, ["units", 1, "name"]],
  ["a limit in no unit", { ...sound, units: [] }, ["limits", 0, "unit"]],
  ["two limits of a unit", { ...sound, limits: [...sound.limits, ...sound.limits] }, ["limits", 1, "unit"]],
  [
    "at least more than at most",
    { ...sound, limits: [{ ...sound.limits[0]!, formula: { ...quarter, at_least: 1001 } }] },
    ["limits", 0, "formula"],
  ],
])("%s is a problem, and its place is named", (_case, policy, path) => {
  expect(checkLedgerPolicy(policy).map((problem) => problem.path)).toEqual([path]);
});
