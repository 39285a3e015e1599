import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { checkPolicy } from "../../hub/allocation/check-policy.ts";
import { describePolicy } from "../../hub/allocation/describe-policy.ts";
import { prepareSharing } from "../../hub/allocation/plan-sharing.ts";
import { PolicySchema } from "../../hub/allocation/policy.ts";
import { readyMadePolicies } from "../../hub/allocation/ready-made/catalogue.ts";
import { shareInterval } from "../../hub/allocation/share-interval.ts";

const members = ["ann", "ben", "cay"];
const plants = ["roof", "mill"];
const layout = {
  members,
  loads: members.map((member) => ({ point: member, member })),
  plants: [{ point: "roof", owner: "ann" }, { point: "mill" }],
};

/** What 100 mWh of a roof and 20 of a mill become when ann used 10, ben 30 and cay 200. */
const expected: Readonly<Record<string, readonly number[]>> = {
  "austria-dynamic": [5, 15, 100],
  "austria-static": [10, 30, 40],
  "belgium-equal": [10, 30, 40],
  "belgium-fixed": [10, 30, 40],
  "belgium-rounds": [10, 30, 80],
  "brazil-scee": [10, 30, 36],
  "france-default": [5, 15, 100],
  "france-dynamic": [10, 30, 12],
  "france-equal": [10, 30, 80],
  "france-priority": [10, 30, 80],
  "france-static": [10, 30, 40],
  "germany-cascading": [10, 30, 80],
  "germany-constant": [10, 30, 40],
  "germany-equal": [10, 30, 40],
  "germany-variable": [5, 15, 100],
  "italy-cer": [5, 15, 100],
  "luxembourg-priority": [10, 30, 80],
  "luxembourg-prorata": [5, 15, 100],
  "portugal-fixed": [10, 30, 40],
  "portugal-hierarchical": [10, 30, 80],
  "solidarity-quota": [10, 30, 80],
  "spain-static": [10, 30, 40],
  "switzerland-zev": [5, 15, 100],
  "uk-energy-local": [10, 30, 80],
  "us-virtual-net-metering": [10, 30, 36],
};

test("every ready-made policy is in the catalogue, once and by its file's name", () => {
  const files = readdirSync(join(import.meta.dirname, "../../hub/allocation/ready-made"))
    .map((file) => file.replace(/\.ts$/, ""))
    .filter((file) => file !== "catalogue" && file !== "ready-made-policy");
  expect(readyMadePolicies.map(({ id }) => id)).toEqual(files.sort());
  expect(Object.keys(expected)).toEqual(files);
  expect(files).toHaveLength(25);
});

describe.each(readyMadePolicies.map((ready) => [ready.id, ready] as const))("%s", (id, ready) => {
  const policy = ready.policyFor(members, plants);

  test("is sound and can be read", () => {
    expect(Value.Check(PolicySchema, policy)).toBe(true);
    expect(checkPolicy(policy, members, { plants, loads: members })).toEqual([]);
    expect(ready.source.length).toBeGreaterThan(20);
    expect(describePolicy(policy)).toMatch(/^In every interval/);
  });

  test("shares as the country does", () => {
    const even = { ann: "0.5", ben: "0.4", cay: "0.1" };
    const shared = shareInterval(prepareSharing(policy, layout), {
      intervalIndex: 0,
      loads: [10, 30, 200],
      plants: [100, 20],
      coefficients: { enedis: { joint: even } },
    });
    const used = shared.members.allotted.map((allotted, index) => allotted + shared.members.own[index]!);
    expect(used).toEqual(expected[id]);
    if (id === "italy-cer") expect(shared.plants.shared).toEqual([20, 100]);
    if (id === "spain-static") expect(shared.members.beyond).toEqual([30, 10, 0]);
    if (policy.surplus === "bank_as_credit") expect(shared.members.beyond).toEqual([37, 7, 0]);
  });
});
