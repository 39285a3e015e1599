import fc from "fast-check";
import type { SharingLayout } from "../../hub/allocation/plan-sharing.ts";
import type { Policy, Tier } from "../../hub/allocation/policy.ts";
import type { IntervalInput } from "../../hub/allocation/share-interval.ts";
import { anyEnergy } from "./any-input.ts";

/** Any community, any policy over it and one interval of it: everything a policy can say, in every combination. */
export interface SharingCase {
  readonly policy: Policy;
  readonly layout: SharingLayout;
  readonly interval: IntervalInput;
}

const MEMBERS = ["a", "B", "b", "home-1", "home-10", "Z"];
const PLANTS = ["roof-2", "roof-10", "Mill", "b"];
const COEFFICIENTS = "from-outside";

/** Whole parts of a whole that is at least their sum. */
function anySharesOf(members: readonly string[]): fc.Arbitrary<Record<string, string>> {
  return fc
    .tuple(fc.array(fc.nat(9), { minLength: members.length, maxLength: members.length }), fc.nat(2))
    .map(([parts, unassigned]) => {
      const whole = Math.max(1, parts.reduce((sum, part) => sum + part, 0) + unassigned);
      return Object.fromEntries(members.map((member, index) => [member, `${parts[index]}/${whole}`]));
    });
}

function anyTier(members: readonly string[]): fc.Arbitrary<Tier> {
  const weight: fc.Arbitrary<Tier["weight"]> = fc.oneof(
    fc.constant({ kind: "consumption" } as const),
    fc.constant({ kind: "equal" } as const),
    anySharesOf(members).map((shares) => ({ kind: "fixed", shares }) as const),
    fc.constant({ kind: "external", coefficients: COEFFICIENTS } as const),
    fc.array(fc.integer({ min: 1, max: 3 }), { minLength: members.length, maxLength: members.length }).map((ranks) => ({
      kind: "priority" as const,
      ranks: Object.fromEntries(members.map((member, index) => [member, ranks[index]!])),
    })),
  );
  const cap: fc.Arbitrary<NonNullable<Tier["cap"]>> = fc.oneof(
    fc.constant({ kind: "demand" } as const),
    fc.constant({ kind: "none" } as const),
    fc
      .tuple(anyEnergy, fc.constantFrom("interval", "day", "month"))
      .map(([quota_mwh, per]) => ({ kind: "demand_and_quota", quota_mwh, per }) as const),
  );
  const budget: fc.Arbitrary<NonNullable<Tier["budget"]>> = fc.oneof(
    fc.constant({ kind: "all" } as const),
    fc.constantFrom("0", "0.1", "1/3", "1").map((share) => ({ kind: "share_of_pool", share }) as const),
    anyEnergy.map((amount_mwh) => ({ kind: "amount", amount_mwh }) as const),
  );
  return fc
    .tuple(
      weight,
      fc.record(
        {
          members: fc.subarray([...members], { minLength: Math.min(1, members.length) }),
          budget,
          demand: fc.constantFrom("remaining", "gross"),
          base: fc.constantFrom("all", "active"),
          cap,
          rounds: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant("until_exhausted" as const)),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([kind, { rounds, ...rest }]) => ({
      weight: kind,
      ...(rest as Omit<Tier, "weight">),
      ...(rounds !== undefined && kind.kind !== "priority" && { rounds }),
    }));
}

function anyPolicy(members: readonly string[], plants: readonly string[]): fc.Arbitrary<Policy> {
  const groups = fc
    .tuple(
      fc.array(fc.nat(1), { minLength: plants.length, maxLength: plants.length }),
      fc.option(fc.subarray([...members])),
    )
    .map(([sides, some]) => ({
      kind: "groups" as const,
      groups: [0, 1]
        .map((side) => ({
          name: `group-${side}`,
          plants: plants.filter((_, index) => sides[index] === side),
          ...(side === 0 && some !== null && some.length > 0 && { members: some }),
        }))
        .filter((group) => group.plants.length > 0),
    }));
  const days = fc.array(fc.constantFrom("2019-05-01", "2021-07-31"), {
    minLength: plants.length,
    maxLength: plants.length,
  });
  return fc
    .record(
      {
        tiers: fc.array(anyTier(members), { minLength: 1, maxLength: 3 }),
        surplus: fc.constantFrom("to_grid", "to_producer", "to_share_owner", "to_member_pot"),
        own_use: fc.constantFrom("none", "site_netting"),
        loss_factors: fc.constantFrom({ roof: "1" }, { "roof-2": "0.97", "a-load": "1.08" }),
        membership_percent: fc.constantFrom({ "roof-10": 70, "B-load": 33, "a-second": 0 }, { Mill: 100 }),
        pools: fc.oneof(fc.constantFrom({ kind: "joint" as const }, { kind: "per_producer" as const }), groups),
        producers: fc.oneof(
          fc.constant({ kind: "pro_rata" as const }),
          fc.shuffledSubarray([...plants], { minLength: Math.min(1, plants.length) }).map((order) => ({
            kind: "by_order" as const,
            order,
          })),
          days.map((each) => ({
            kind: "by_commissioning" as const,
            commissioned: Object.fromEntries(plants.map((plant, index) => [plant, each[index]!])),
          })),
        ),
      },
      { requiredKeys: ["tiers", "surplus"] },
    )
    .map((rest) => ({ name: "any", ...rest }) as Policy);
}

export const anySharing: fc.Arbitrary<SharingCase> = fc
  .tuple(
    fc.shuffledSubarray(MEMBERS, { minLength: 1 }),
    fc.shuffledSubarray(PLANTS, { minLength: 1 }),
    fc.array(fc.option(fc.nat(5)), { minLength: PLANTS.length, maxLength: PLANTS.length }),
    fc.array(fc.nat(2), { minLength: MEMBERS.length, maxLength: MEMBERS.length }),
  )
  .chain(([members, plants, owners, loadCounts]) => {
    const loads = members.flatMap((member, index) =>
      ["load", "second"].slice(0, loadCounts[index]).map((word) => ({ point: `${member}-${word}`, member })),
    );
    const layout: SharingLayout = {
      members,
      loads,
      plants: plants.map((point, index) => {
        const owner = owners[index];
        return owner === null || owner === undefined ? { point } : { point, owner: members[owner % members.length]! };
      }),
    };
    const pools = ["joint", "group-0", "group-1", ...plants];
    const energies = (count: number) => fc.array(anyEnergy, { minLength: count, maxLength: count });
    return fc
      .record({
        policy: anyPolicy(members, plants),
        intervalIndex: fc.integer(),
        loads: energies(loads.length),
        plants: energies(plants.length),
        shares: fc.tuple(...pools.map(() => anySharesOf(members))),
        quotaUsed: fc.array(energies(members.length), { minLength: 3, maxLength: 3 }),
      })
      .map(({ policy, shares, ...interval }) => ({
        policy,
        layout,
        interval: {
          ...interval,
          coefficients: { [COEFFICIENTS]: Object.fromEntries(pools.map((pool, index) => [pool, shares[index]!])) },
        },
      }));
  });
