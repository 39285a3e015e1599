import { type AllocationInput, allocate } from "../../hub/allocation/allocate.ts";
import { prepareSharing } from "../../hub/allocation/plan-sharing.ts";
import type { Policy, Tier, Weight } from "../../hub/allocation/policy.ts";
import { shareInterval } from "../../hub/allocation/share-interval.ts";
import { MilliWattHours } from "../../hub/units.ts";
import type { Bench, Line } from "./bench.ts";

/** Quarter-hours of a year. */
const INTERVALS = 35_040;
/** Different intervals that are gone through again and again, so that making them is not measured. */
const DIFFERENT = 96;
const LARGEST_MWH = 500_000;
/** Products pool x weight pass 2^53. */
const LARGEST_BIGINT_MWH = 1_000_000_000;
const PLANTS = 20;
/** So that a year of 1,000 members leaves most of settlement's 20 s to everything else. */
const INTERVAL_US = 250;

export const allocateBench: Bench = {
  name: "allocate",
  about: "how long the rules alone take over a year of quarter-hours, and what being exact costs",
  async run({ quick }) {
    const measureMs = quick ? 500 : 2_000;
    return [17, 1_000].flatMap((members) => measureSize(members, measureMs));
  },
};

/** Every case of one size, and how they compare. */
function measureSize(members: number, measureMs: number): readonly Line[] {
  const size = { members, measureMs, largestMwh: LARGEST_MWH };
  const consumption = measure({ ...size, tier: { weight: { kind: "consumption" } } });
  const filling = measure({ ...size, tier: { weight: { kind: "equal" }, rounds: "until_exhausted" } });
  const large = measure({ ...size, largestMwh: LARGEST_BIGINT_MWH, tier: { weight: { kind: "consumption" } } });
  const floats = measureFloats(size);
  const points = measurePoints(size);
  const line = (name: string, seconds: number): Line => ({
    name: `allocate a year, ${members} members, ${name}`,
    measured: seconds,
    unit: "s",
  });
  const ratio = (name: string, measured: number): Line => ({
    name: `${members} members, ${name}`,
    measured,
    unit: "x",
  });
  return [
    {
      ...line("consumption, to 0.5 kWh each", consumption),
      ...(members === 1_000 && { budget: { atMost: (INTERVALS * INTERVAL_US) / 1e6 } }),
    },
    line("equal, to 0.5 kWh each", measure({ ...size, tier: { weight: { kind: "equal" } } })),
    line("fixed, to 0.5 kWh each", measure({ ...size, tier: { weight: evenShares(members) } })),
    line("equal until exhausted", filling),
    line("consumption, to 1 MWh each (BigInt)", large),
    line("consumption from 20 plants' metering points, both margins", points),
    line("consumption in plain floats, not exact", floats),
    { ...ratio("water-filling against consumption", filling / consumption), budget: { atMost: 3 } },
    ratio("BigInt against safe integers", large / consumption),
    ratio("exact against plain floats", consumption / floats),
  ];
}

interface Size {
  readonly members: number;
  readonly largestMwh: number;
  readonly measureMs: number;
}

/** Seconds for a year by `allocate`. */
function measure({ members, largestMwh, tier, measureMs }: Size & { readonly tier: Tier }): number {
  const day = makeDay(members, largestMwh, { name: "bench", tiers: [tier], surplus: "to_grid" });
  return secondsOfYear(measureMs, (index) => {
    allocate(day[index] as AllocationInput);
  });
}

/** The same from metering points, as settlement runs it. */
function measurePoints({ members, largestMwh, measureMs }: Size): number {
  const policy: Policy = { name: "bench", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_producer" };
  const names = memberNames(members);
  const plants = Array.from({ length: PLANTS }, (_, index) => ({ point: `roof-${index}` }));
  const plan = prepareSharing(policy, {
    members: names,
    loads: names.map((member) => ({ point: member, member })),
    plants,
  });
  const day = Array.from({ length: DIFFERENT }, () => ({
    loads: names.map(() => nextBelow(largestMwh)),
    plants: plants.map(() => nextBelow((members * largestMwh) / PLANTS / 2)),
  }));
  return secondsOfYear(measureMs, (index) => {
    shareInterval(plan, { intervalIndex: index, ...(day[index] as (typeof day)[number]) });
  });
}

/** The rule as it is usually written: a ratio for everybody, and whatever rounding leaves. */
function measureFloats({ members, largestMwh, measureMs }: Size): number {
  const day = makeDay(members, largestMwh, {
    name: "bench",
    tiers: [{ weight: { kind: "consumption" } }],
    surplus: "to_grid",
  });
  return secondsOfYear(measureMs, (index) => {
    const { pool, demands } = day[index] as AllocationInput;
    let total = 0;
    for (const { consumption } of demands) total += consumption;
    const ratio = total === 0 ? 0 : Math.min(1, pool / total);
    const allotments = demands.map(({ member, consumption }) => ({ member, allotted: consumption * ratio }));
    if (allotments.length !== demands.length) throw new Error("the floats lost a member");
  });
}

function secondsOfYear(measureMs: number, run: (index: number) => void): number {
  for (let index = 0; index < DIFFERENT; index += 1) run(index);
  const start = performance.now();
  let intervals = 0;
  while (performance.now() - start < measureMs) {
    for (let index = 0; index < DIFFERENT; index += 1) run(index);
    intervals += DIFFERENT;
  }
  return (INTERVALS * (performance.now() - start)) / 1_000 / intervals;
}

/** A linear congruential generator (constants of Numerical Recipes): the same load on each machine. */
let state = 1;
function nextBelow(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function makeDay(members: number, largestMwh: number, policy: Policy): AllocationInput[] {
  const names = memberNames(members);
  return Array.from({ length: DIFFERENT }, (_, intervalIndex) => ({
    policy,
    // About half of what is used, so that rounding has work to do.
    pool: MilliWattHours(nextBelow((members * largestMwh) / 2)),
    demands: names.map((member) => ({ member, consumption: MilliWattHours(nextBelow(largestMwh)) })),
    intervalIndex,
  }));
}

function evenShares(members: number): Weight {
  return { kind: "fixed", shares: Object.fromEntries(memberNames(members).map((name) => [name, `1/${members}`])) };
}

function memberNames(members: number): readonly string[] {
  return Array.from({ length: members }, (_, index) => `home-${String(index).padStart(4, "0")}`);
}
