import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { completePolicy } from "../../hub/allocation/complete-policy.ts";
import { followQuotas } from "../../hub/allocation/follow-quotas.ts";
import { prepareSharing } from "../../hub/allocation/plan-sharing.ts";
import { fillMatrix } from "../../hub/allocation/plant-matrix.ts";
import type { Policy } from "../../hub/allocation/policy.ts";
import type { TierRun } from "../../hub/allocation/run-step.ts";
import { type IntervalInput, type SharedInterval, shareInterval } from "../../hub/allocation/share-interval.ts";
import { rangeOfLocalDay } from "../../hub/time-zone.ts";
import { anyEnergy, RUNS } from "./any-input.ts";
import { anySharing, type SharingCase } from "./any-sharing.ts";

const share = ({ policy, layout, interval }: SharingCase) => shareInterval(prepareSharing(policy, layout), interval);
const sum = (those: readonly number[]) => those.reduce((all, one) => all + one, 0);

function always(law: (sharing: SharingCase, shared: SharedInterval) => void, cases = anySharing): void {
  fc.assert(
    fc.property(cases, (sharing) => law(sharing, share(sharing))),
    { numRuns: RUNS },
  );
}

const isCapped = ({ policy }: SharingCase) =>
  policy.tiers.every(({ cap }) => cap?.kind !== "none") && policy.surplus !== "to_share_owner";
const cappedSharing = anySharing.filter(isCapped);

/** One pool, one tier that takes part as a whole, so that a law speaks of the tier alone. */
const oneStep = (tier: Policy["tiers"][number]) =>
  anySharing.map((sharing): SharingCase => {
    const policy: Policy = { name: "one step", tiers: [tier], surplus: "to_grid" };
    return { ...sharing, policy };
  });

describe("laws of sharing, on any policy", () => {
  test("allotments + beyond + surplus = pool, for members, pools and plants", () => {
    always((_, { members, plants, pools, pool, surplus, leak }) => {
      expect(leak).toBe(0);
      expect(sum(members.allotted) + sum(members.beyond) + surplus).toBe(pool);
      expect(sum(plants.shared) + sum(plants.beyond) + sum(plants.surplus)).toBe(pool);
      expect(sum(plants.shared)).toBe(sum(members.allotted));
      expect(sum(pools.map(({ rest }) => rest))).toBe(surplus);
      for (const one of pools) for (const amount of one.allotted) expect(amount).toBeGreaterThanOrEqual(0);
    });
  });

  test("nobody consumes more than they used, and all together no more than there was", () => {
    always((_, { members, pool }) => {
      members.allotted.forEach((amount, index) => {
        expect(amount).toBeGreaterThanOrEqual(0);
        expect(amount).toBeLessThanOrEqual(members.demand[index]!);
        expect(members.beyond[index]).toBeGreaterThanOrEqual(0);
      });
      expect(sum(members.allotted)).toBeLessThanOrEqual(Math.min(pool, sum(members.demand)));
    });
  });

  test("what was used is own use, allotted or from the grid; what was generated has gone somewhere", () => {
    always(({ layout, interval }, { members, plants, lossOfLoads }) => {
      members.consumption.forEach((used, index) => {
        expect(members.own[index]! + members.allotted[index]! + members.fromGrid[index]!).toBe(used);
        expect(members.fromGrid[index]).toBeGreaterThanOrEqual(0);
      });
      expect(sum(members.consumption) + lossOfLoads).toBe(sum(Array.from(interval.loads)));
      const ids = layout.plants.map(({ point }) => point).sort();
      plants.generation.forEach((energy, index) => {
        const at = layout.plants.findIndex(({ point }) => point === ids[index]);
        const gone = [plants.own, plants.outside, plants.shared, plants.beyond, plants.surplus];
        for (const column of gone) expect(column[index]).toBeGreaterThanOrEqual(0);
        expect(sum(gone.map((column) => column[index]!))).toBe(energy);
        expect(energy + plants.loss[index]!).toBe(interval.plants[at]);
      });
      expect(sum(members.own)).toBe(sum(plants.own));
    });
  });

  test("each step gives less than one mWh more or less than the exact quota", () => {
    fc.assert(
      fc.property(anySharing, ({ policy, layout, interval }) => {
        shareInterval(prepareSharing(policy, layout), interval, (run: TierRun) => {
          const { level, caps, given } = run;
          const total = BigInt(level.key.total);
          given.forEach((amount, index) => {
            const over = BigInt(level.pool) * BigInt(level.key.weights[index]!);
            const cap = run.isCapped ? BigInt(caps[index]!) * total : over;
            const off = BigInt(amount) * total - (over < cap ? over : cap);
            expect(total === 0n ? amount === 0 : off < total && -off < total).toBe(true);
          });
        });
      }),
      { numRuns: RUNS },
    );
  });

  test("the order of members, loads, plants and keys changes nothing", () => {
    always(({ policy, layout, interval }, shared) => {
      const turned = share({
        policy: {
          ...policy,
          tiers: policy.tiers.map((tier) => ({
            ...tier,
            ...(tier.members !== undefined && { members: tier.members.toReversed() }),
          })),
        },
        layout: {
          members: layout.members.toReversed(),
          loads: layout.loads.toReversed(),
          plants: layout.plants.toReversed(),
        },
        interval: {
          ...interval,
          loads: Array.from(interval.loads).reverse(),
          plants: Array.from(interval.plants).reverse(),
        },
      });
      expect(turned).toEqual(shared);
    });
  });

  test("the same input gives the same bytes", () => {
    always((sharing, shared) => {
      expect(JSON.stringify(share(structuredClone(sharing)))).toBe(JSON.stringify(shared));
    });
  });

  test("scaling pool and demand scales the quotas", () => {
    const factors = fc.integer({ min: 2, max: 900 });
    const plain = fc.constantFrom<Policy["tiers"][number]>(
      { weight: { kind: "consumption" } },
      { weight: { kind: "equal" }, rounds: "until_exhausted" },
      { weight: { kind: "equal" }, rounds: 2 },
    );
    fc.assert(
      fc.property(anySharing, plain, factors, ({ layout, interval }, tier, factor) => {
        const policy: Policy = { name: "scaled", tiers: [tier], surplus: "to_grid" };
        const quotasOf = (input: IntervalInput) => {
          let quotas: (readonly [bigint, bigint])[] = [];
          shareInterval(prepareSharing(policy, layout), input, ({ level, caps }) => {
            const total = BigInt(level.key.total) || 1n;
            quotas = caps.map((cap, index) => {
              const over = BigInt(level.pool) * BigInt(level.key.weights[index]!);
              return over < BigInt(cap) * total ? [over, total] : [BigInt(cap), 1n];
            });
          });
          return quotas;
        };
        const times = (energies: ArrayLike<number>) => Array.from(energies, (energy) => energy * factor);
        const before = quotasOf(interval);
        quotasOf({ ...interval, loads: times(interval.loads), plants: times(interval.plants) }).forEach(
          ([over, under], index) => {
            expect(over * before[index]![1]).toBe(BigInt(factor) * before[index]![0] * under);
          },
        );
      }),
      { numRuns: RUNS },
    );
  });

  test("no members, no pool, nothing at all: no crash and no credit", () => {
    always(({ policy, layout, interval }) => {
      const nothing = { ...interval, loads: layout.loads.map(() => 0), plants: layout.plants.map(() => 0) };
      const shared = share({ policy, layout, interval: nothing });
      expect([...shared.members.allotted, ...shared.members.beyond, shared.pool]).toEqual(
        Array.from({ length: 2 * layout.members.length + 1 }, () => 0),
      );
      const idle = share({ policy, layout, interval: { ...interval, loads: layout.loads.map(() => 0) } });
      expect(sum(idle.members.allotted)).toBe(0);
    });
    const alone = prepareSharing(
      { name: "empty", tiers: [{ weight: { kind: "equal" } }], surplus: "to_grid" },
      { members: [], loads: [], plants: [{ point: "roof" }] },
    );
    expect(shareInterval(alone, { intervalIndex: 0, loads: [], plants: [5] })).toMatchObject({ pool: 5, surplus: 5 });
  });
});

describe("laws of single rules", () => {
  test("members with equal weight and demand get amounts that differ by at most one mWh", () => {
    const tier = fc.constantFrom<Policy["tiers"][number]>(
      { weight: { kind: "consumption" } },
      { weight: { kind: "equal" }, rounds: "until_exhausted" },
      { weight: { kind: "equal" }, rounds: 3, base: "active" },
    );
    const twins = fc.tuple(anySharing, tier).map(
      ([sharing, only]): SharingCase => ({
        ...sharing,
        policy: { name: "twins", tiers: [only], surplus: "to_grid" },
        interval: { ...sharing.interval, loads: Array.from(sharing.interval.loads, (energy) => (energy % 5) * 1_000) },
      }),
    );
    always((_, { members }) => {
      members.demand.forEach((demand, one) => {
        members.demand.forEach((other, two) => {
          if (demand === other) {
            expect(Math.abs(members.allotted[one]! - members.allotted[two]!)).toBeLessThanOrEqual(1);
          }
        });
      });
    }, twins);
  });

  test("by consumption: who used nothing gets nothing, and enough meets everybody, from one pool or many", () => {
    const pools = fc.constantFrom({ kind: "joint" as const }, { kind: "per_producer" as const });
    const cases = fc.tuple(oneStep({ weight: { kind: "consumption" } }), pools).map(([sharing, chosen]) => ({
      ...sharing,
      policy: { ...sharing.policy, pools: chosen },
    }));
    always((_, { members, pool }) => {
      members.demand.forEach((demand, index) => {
        if (demand === 0) expect(members.allotted[index]).toBe(0);
      });
      if (pool >= sum(members.demand)) expect(members.allotted).toEqual(members.demand);
      else expect(sum(members.allotted)).toBe(pool);
    }, cases);
  });

  test("until exhausted: something is left only when everybody with a weight has enough", () => {
    const cases = cappedSharing.map((sharing): SharingCase => {
      const [tier] = sharing.policy.tiers;
      const { members: _some, budget: _part, cap: _cap, ...rest } = tier!;
      const last = { ...rest, rounds: "until_exhausted" as const };
      return { ...sharing, policy: { ...sharing.policy, pools: { kind: "per_producer" }, tiers: [last] } };
    });
    always((sharing, { members, surplus }) => {
      if (surplus === 0) return;
      const { weight } = sharing.policy.tiers[0]!;
      const ids = sharing.layout.members.toSorted();
      ids.forEach((member, index) => {
        const { coefficients } = sharing.interval;
        const keys =
          weight.kind === "fixed"
            ? [weight.shares]
            : weight.kind === "external"
              ? sharing.layout.plants.map(({ point }) => coefficients![weight.coefficients]![point]!)
              : [];
        const weighs = keys.every((shares) => !/^0/.test(shares[member] ?? "0"));
        if (weighs) expect(members.allotted[index]).toBe(members.demand[index]);
      });
    }, cases);
  });

  test("by rank: the next rank gets something only when the one before has enough", () => {
    const cases = anySharing.map((sharing): SharingCase => {
      const ranks = Object.fromEntries(sharing.layout.members.map((member, index) => [member, (index % 3) + 1]));
      const policy: Policy = { name: "ranks", tiers: [{ weight: { kind: "priority", ranks } }], surplus: "to_grid" };
      return { ...sharing, policy };
    });
    always(({ policy, layout }, { members }) => {
      const { weight } = policy.tiers[0]!;
      const ranks = weight.kind === "priority" ? weight.ranks : {};
      const ids = layout.members.toSorted();
      const last = Math.max(0, ...ids.map((member, index) => (members.allotted[index]! > 0 ? ranks[member]! : 0)));
      ids.forEach((member, index) => {
        if (ranks[member]! < last) expect(members.allotted[index]).toBe(members.demand[index]);
      });
    }, cases);
  });

  test("a fixed share in one round does not depend on what others use", () => {
    const shares = { a: "2/7", B: "0.1", b: "0", "home-1": "3/11", "home-10": "0.05", Z: "1/9" };
    fc.assert(
      fc.property(oneStep({ weight: { kind: "fixed", shares } }), anyEnergy, (sharing, other) => {
        const { layout, interval } = sharing;
        const changed = {
          ...interval,
          loads: Array.from(interval.loads, (energy, at) => (layout.loads[at]?.member === "a" ? energy : other)),
        };
        const place = layout.members.toSorted().indexOf("a");
        const [one, two] = [share(sharing), share({ ...sharing, interval: changed })];
        expect(Math.abs((one.members.allotted[place] ?? 0) - (two.members.allotted[place] ?? 0))).toBeLessThanOrEqual(
          1,
        );
      }),
      { numRuns: RUNS },
    );
  });

  test("splitting a plant of a joint pool in two changes no member's share", () => {
    const cases = anySharing.map((sharing): SharingCase => {
      const { pools: _pools, own_use: _own, loss_factors: _loss, membership_percent: _part, ...rest } = sharing.policy;
      return { ...sharing, policy: { ...rest, producers: { kind: "pro_rata" } } };
    });
    always(({ policy, layout, interval }, { members }) => {
      const [first = 0, ...others] = Array.from(interval.plants);
      const half = Math.floor(first / 3);
      const split = share({
        policy,
        layout: { ...layout, plants: [...layout.plants, { point: "second-half" }] },
        interval: { ...interval, plants: [first - half, ...others, half] },
      });
      expect(split.members).toEqual(members);
    }, cases);
  });

  test("the matrix of plants and members has both margins of every pool", () => {
    always((sharing, { pools, plants }) => {
      const plan = prepareSharing(sharing.policy, sharing.layout);
      pools.forEach(({ allotted }, index) => {
        const rows = plan.pools[index]!.plants.map((plant) => plants.shared[plant]!);
        const cells = fillMatrix({ rows, columns: allotted });
        expect(cells.map(sum)).toEqual(rows);
        expect(allotted.map((_, member) => sum(cells.map((row) => row[member]!)))).toEqual(allotted);
      });
    });
  });
});

describe("laws of periods", () => {
  /** A short period of one community. */
  const anyPeriod = fc
    .tuple(anySharing, fc.array(fc.tuple(anyEnergy, anyEnergy), { minLength: 2, maxLength: 6 }))
    .map(([sharing, energies]) => ({
      ...sharing,
      intervals: energies.map(([used, made], index): IntervalInput => {
        const { quotaUsed: _used, ...interval } = sharing.interval;
        return {
          ...interval,
          intervalIndex: index,
          loads: sharing.layout.loads.map((_, at) => (used + at * 7) % 1_000_003),
          plants: sharing.layout.plants.map((_, at) => (made + at * 5) % 1_000_003),
        };
      }),
    }));

  test("changing one interval changes no other, and a correction is the difference to a run from scratch", () => {
    fc.assert(
      fc.property(anyPeriod, anyEnergy, ({ policy, layout, intervals }, energy) => {
        const plan = prepareSharing(policy, layout);
        const run = (those: readonly IntervalInput[]) => those.map((one) => shareInterval(plan, one).members.allotted);
        const before = run(intervals);
        const changed = intervals.map((one, index) =>
          index === 1 ? { ...one, loads: Array.from(one.loads, () => energy % 1_000_003) } : one,
        );
        const after = run(changed);
        after.forEach((cells, index) => {
          if (index !== 1) expect(cells).toEqual(before[index]);
        });
        const totals = (cells: readonly (readonly number[])[]) =>
          plan.members.map((_, member) => sum(cells.map((one) => one[member]!)));
        const differences = after[1]!.map((cell, member) => cell - before[1]![member]!);
        expect(totals(before).map((total, member) => total + differences[member]!)).toEqual(totals(after));
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test("a quota of a day binds the intervals of its day and no others", () => {
    const policy: Policy = {
      name: "solidarity",
      tiers: [
        {
          weight: { kind: "equal" },
          cap: { kind: "demand_and_quota", quota_mwh: 1_000, per: "day" },
          rounds: "until_exhausted",
        },
      ],
      surplus: "to_grid",
    };
    fc.assert(
      fc.property(anyPeriod, ({ layout, intervals }) => {
        const plan = prepareSharing(policy, layout);
        const quotas = followQuotas(plan);
        const days = intervals.map((_, index) => (index < 3 ? "2026-03-28" : "2026-03-29"));
        const cells = intervals.map((interval, index) => {
          const shared = shareInterval(plan, { ...interval, quotaUsed: quotas.usedBefore(days[index]!) });
          quotas.add(shared);
          return shared.members.allotted;
        });
        for (const day of new Set(days)) {
          plan.members.forEach((_, member) => {
            const got = sum(cells.map((one, index) => (days[index] === day ? one[member]! : 0)));
            expect(got).toBeLessThanOrEqual(1_000);
          });
        }
      }),
      { numRuns: RUNS / 4 },
    );
  });

  test("a local day has 92, 96 or 100 quarter-hours, and each has an index of its own", () => {
    const quarters = (zone: string, day: string) => {
      const { from, to } = rangeOfLocalDay(zone, day);
      const count = (to - from) / 900_000;
      const indexes = Array.from({ length: count }, (_, index) => Math.floor(from / 900_000) + index);
      expect(new Set(indexes).size).toBe(count);
      return count;
    };
    expect(quarters("Europe/Vienna", "2023-03-26")).toBe(92);
    expect(quarters("Europe/Berlin", "2026-10-25")).toBe(100);
    expect(quarters("Europe/Madrid", "2024-02-29")).toBe(96);
  });
});

test("what a policy does not say means what it always meant", () => {
  expect(completePolicy({ name: "plain", tiers: [{ weight: { kind: "equal" } }], surplus: "to_grid" })).toEqual({
    name: "plain",
    lossFactors: {},
    ownUse: "none",
    membershipPercent: {},
    pools: { kind: "joint" },
    tiers: [
      {
        weight: { kind: "equal" },
        members: undefined,
        budget: { kind: "all" },
        demand: "remaining",
        base: "all",
        cap: { kind: "demand" },
        rounds: 1,
      },
    ],
    producers: { kind: "pro_rata" },
    surplus: "to_grid",
    rounding: "exact",
  });
});
