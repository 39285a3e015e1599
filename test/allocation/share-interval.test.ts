import fc from "fast-check";
import { expect, test } from "vitest";
import { prepareSharing } from "../../hub/allocation/plan-sharing.ts";
import { shareInterval } from "../../hub/allocation/share-interval.ts";
import { RUNS } from "./any-input.ts";
import { anySharing } from "./any-sharing.ts";
import { shareSlowly } from "./slow-reference.ts";

test("the slow reference in fractions agrees on any policy", () => {
  fc.assert(
    fc.property(anySharing, ({ policy, layout, interval }) => {
      const expected = shareSlowly(policy, layout, interval);
      const plan = prepareSharing(policy, layout);
      const { members, plants, surplus } = shareInterval(plan, interval);
      const byMember = (column: readonly number[]) =>
        new Map(plan.members.map((member, index) => [member, BigInt(column[index]!)]));
      expect(byMember(members.allotted)).toEqual(expected.allotted);
      expect(byMember(members.beyond)).toEqual(expected.beyond);
      expect(BigInt(surplus)).toBe(expected.surplus);
      expect(new Map(plan.plants.map(({ point }, index) => [point, BigInt(plants.shared[index]!)]))).toEqual(
        new Map([...expected.shared].sort()),
      );
    }),
    { numRuns: RUNS },
  );
});
