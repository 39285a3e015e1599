import { type AllocationInput, allocate } from "../../hub/allocation/allocate.ts";
import type { Policy, Weight } from "../../hub/allocation/policy.ts";
import { MilliWattHours } from "../../hub/units.ts";
import type { Bench, Line } from "./bench.ts";

/** Quarter-hours of a year. */
const INTERVALS = 35_040;
/** Different intervals that are gone through again and again, so that making them is not measured. */
const DIFFERENT = 96;

export const allocateBench: Bench = {
  name: "allocate",
  about: "how long the rules alone take over a year of quarter-hours",
  async run({ quick }) {
    const measureMs = quick ? 500 : 2_000;
    return [17, 1_000].flatMap((members) => [
      measure("consumption, to 0.5 kWh each", {
        members,
        largestMwh: 500_000,
        weight: { kind: "consumption" },
        measureMs,
      }),
      measure("equal, to 0.5 kWh each", { members, largestMwh: 500_000, weight: { kind: "equal" }, measureMs }),
      measure("fixed, to 0.5 kWh each", { members, largestMwh: 500_000, weight: evenShares(members), measureMs }),
      measure("consumption, to 1 MWh each (BigInt)", {
        members,
        largestMwh: 1_000_000_000,
        weight: { kind: "consumption" },
        measureMs,
      }),
    ]);
  },
};

interface Case {
  readonly members: number;
  readonly largestMwh: number;
  readonly weight: Weight;
  readonly measureMs: number;
}

function measure(name: string, { members, largestMwh, weight, measureMs }: Case): Line {
  const day = makeDay(members, largestMwh, weight);
  for (const input of day) allocate(input);
  const start = performance.now();
  let intervals = 0;
  while (performance.now() - start < measureMs) {
    for (const input of day) allocate(input);
    intervals += day.length;
  }
  const perSecond = intervals / ((performance.now() - start) / 1_000);
  return { name: `allocate a year, ${members} members, ${name}`, measured: INTERVALS / perSecond, unit: "s" };
}

/** A linear congruential generator (constants of Numerical Recipes): the same load on each machine. */
let state = 1;
function nextBelow(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function makeDay(members: number, largestMwh: number, weight: Weight): AllocationInput[] {
  const policy: Policy = { name: "bench", tiers: [{ weight }], surplus: "to_grid" };
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
