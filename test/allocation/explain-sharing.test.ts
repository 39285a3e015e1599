import fc from "fast-check";
import { expect, test } from "vitest";
import { explainSharing } from "../../hub/allocation/explain-sharing.ts";
import { prepareSharing, type SharingLayout } from "../../hub/allocation/plan-sharing.ts";
import type { Policy, Tier } from "../../hub/allocation/policy.ts";
import { RUNS } from "./any-input.ts";
import { anySharing } from "./any-sharing.ts";

const layout: SharingLayout = {
  members: ["ann", "ben", "cay"],
  loads: ["ann", "ben", "cay"].map((member) => ({ point: member, member })),
  plants: [{ point: "roof", owner: "ann" }],
};
const explain = (policy: Policy, member: string, loads: number[], roof: number, coefficients = {}) =>
  explainSharing(prepareSharing(policy, layout), { intervalIndex: 0, loads, plants: [roof], coefficients }, member);
const policyOf = (tier: Tier, more: Partial<Policy> = {}): Policy => ({
  name: "test",
  tiers: [tier],
  surplus: "to_grid",
  ...more,
});

test("own use, an exact part, and its rounding", () => {
  const policy = policyOf({ weight: { kind: "consumption" } }, { own_use: "site_netting" });
  const { receipts, sentences } = explain(policy, "ben", [100_000, 200_000, 700_000], 400_000);
  expect(receipts).toMatchObject([{ quota: "66666 2/3", rounded_up: true, allotted_mwh: 66_667, rule: "consumption" }]);
  expect(sentences).toEqual([
    "You used 0.2 kWh, and 0.3 kWh were there to share.",
    "Step 1: 0.3 kWh were left. Your part is 0.3 kWh x 200000 / 900000 = 66666 2/3 mWh; rounded up to 66667 mWh, because its fraction was among the largest.",
    "You got 0.066667 kWh from the community and 0.133333 kWh from elsewhere.",
  ]);
  expect(explain(policy, "ann", [100_000, 200_000, 700_000], 400_000).sentences[1]).toBe(
    "Of that 0.1 kWh came from your own plants first.",
  );
});

test("what those with enough leave to the others", () => {
  const policy = policyOf({ weight: { kind: "equal" }, rounds: "until_exhausted" });
  const { receipts, sentences } = explain(policy, "ben", [1_000_000, 9_000_000, 9_000_000], 9_000_000);
  expect(receipts).toMatchObject([{ pool_mwh: 8_000_000, weight_value: "1", weight_total: "2", quota: "4000000" }]);
  expect(sentences[1]).toBe(
    "Step 1: 9 kWh were left. Those who needed less than their part left 8 kWh to the others. Your part is 8 kWh x 1 / 2 = 4000000 mWh; rounded down to 4000000 mWh.",
  );
});

test("a member's own rank, and nothing left for the next", () => {
  const policy = policyOf({ weight: { kind: "priority", ranks: { ann: 1, ben: 2, cay: 3 } } });
  const cay = explain(policy, "cay", [40, 80, 80], 100);
  expect(cay.receipts).toMatchObject([{ rule: "priority", weight: "equal", rank: 3, allotted_mwh: 0 }]);
  expect(cay.sentences[1]).toBe("Step 1, rank 3: the ranks before yours left nothing.");
  expect(explain(policy, "ben", [40, 80, 80], 100).receipts).toMatchObject([{ rank: 2, allotted_mwh: 60 }]);
});

test("coefficients from outside are shown as shares", () => {
  const policy = policyOf({ weight: { kind: "external", coefficients: "enedis" } });
  const coefficients = { enedis: { joint: { ann: "0.25", ben: "0.5" } } };
  expect(explain(policy, "ben", [90, 90, 90], 100, coefficients).receipts).toMatchObject([
    { rule: "external", weight: "fixed", weight_value: "1/2", weight_total: "1", allotted_mwh: 50 },
  ]);
});

test("a share beyond use, exported or banked", () => {
  const shares = { ann: "0.5", ben: "0.5", cay: "0" };
  const spain = policyOf({ weight: { kind: "fixed", shares } }, { surplus: "to_share_owner" });
  const { receipts, sentences } = explain(spain, "ben", [0, 20_000, 0], 100_000);
  expect(receipts).toMatchObject([{ allotted_mwh: 20_000, beyond_mwh: 30_000 }]);
  expect(sentences).toContain("0.03 kWh of your share were beyond your use and went to the grid for you.");
  const credit = { expires_after_months: 60, order: "oldest_first" } as const;
  const brazil = policyOf(
    { weight: { kind: "fixed", shares }, cap: { kind: "none" } },
    { surplus: "bank_as_credit", credit },
  );
  expect(explain(brazil, "ben", [0, 20_000, 0], 100_000).sentences).toContain(
    "0.03 kWh beyond your use were banked as your credit.",
  );
});

test.each([
  ["exact", "rounded up to 33334 mWh, because its fraction was among the largest"],
  ["at_half_up_6dp", "rounded half up to 33333 mWh"],
  ["de_cut_6dp", "cut to 33333 mWh"],
  ["es_1_wh", "in whole Wh that is 34000 mWh"],
] as const)("the words of rounding %s", (rounding, words) => {
  const policy = policyOf({ weight: { kind: "equal" } }, { rounding });
  expect(explain(policy, "ann", [90_000, 90_000, 90_000], 100_000).sentences[1]).toContain(words);
});

test("a budget, and nothing left for the second step", () => {
  const policy: Policy = {
    ...policyOf({ weight: { kind: "equal" }, budget: { kind: "amount", amount_mwh: 60_000 } }),
  };
  expect(explain(policy, "ann", [90_000, 90_000, 90_000], 100_000).sentences[1]).toMatch(
    /^Step 1: 0.1 kWh were left, of which this step may give 0.06 kWh. Your part is 0.06 kWh x 1 \/ 3 = 20000 mWh;/,
  );
  const twice: Policy = { ...policy, tiers: [{ weight: { kind: "consumption" } }, { weight: { kind: "equal" } }] };
  expect(explain(twice, "ann", [90_000, 90_000, 90_000], 100_000).sentences).toContain("Step 2: nothing was left.");
});

test("only members have anything to explain", () => {
  expect(() => explain(policyOf({ weight: { kind: "equal" } }), "dan", [1, 1, 1], 1)).toThrow("dan is no member");
});

test("receipts of any policy add up to what the member was given, and each is true in itself", () => {
  fc.assert(
    fc.property(anySharing, ({ policy, layout: community, interval }) => {
      const plan = prepareSharing(policy, community);
      const [member = ""] = community.members;
      const index = plan.members.indexOf(member);
      const { receipts, shared, sentences } = explainSharing(plan, interval, member);
      expect(receipts.reduce((sum, one) => sum + one.beyond_mwh + one.allotted_mwh, 0)).toBe(
        shared.members.allotted[index]! + shared.members.beyond[index]!,
      );
      for (const one of receipts) {
        expect(one.allotted_mwh + one.beyond_mwh).toBe(one.floor_mwh + (one.rounded_up ? 1 : 0));
        expect(one.allotted_mwh).toBeLessThanOrEqual(one.cap_mwh);
      }
      expect(sentences.every((sentence) => /^[A-Z0-9].*\.$/.test(sentence))).toBe(true);
    }),
    { numRuns: RUNS },
  );
});
