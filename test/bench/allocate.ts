/** How many intervals a second `allocate` settles, printed; run it by `node test/bench/allocate.ts`. */
import { type AllocationInput, allocate } from "../../hub/allocation/allocate.ts";
import type { Policy, Weight } from "../../hub/allocation/policy.ts";
import { MilliWattHours } from "../../hub/units.ts";

/** Quarter-hours of a year. */
const INTERVALS = 35_040;
/** Different intervals that are gone through again and again, so that making them is not measured. */
const DIFFERENT = 96;
/** How long each line measures at most. */
const MEASURE_MS = 2_000;

/** A linear congruential generator (constants of Numerical Recipes): the same load on each machine. */
let state = 1;
function nextBelow(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

function makeDay(members: number, largestMwh: number, weight: Weight): AllocationInput[] {
  const policy: Policy = { name: "bench", tiers: [{ weight }], surplus: "to_grid" };
  const names = Array.from({ length: members }, (_, index) => `home-${String(index).padStart(4, "0")}`);
  return Array.from({ length: DIFFERENT }, (_, intervalIndex) => ({
    policy,
    // About half of what is used, so that rounding has work to do.
    pool: MilliWattHours(nextBelow((members * largestMwh) / 2)),
    demands: names.map((member) => ({ member, consumption: MilliWattHours(nextBelow(largestMwh)) })),
    intervalIndex,
  }));
}

function measure(name: string, members: number, largestMwh: number, weight: Weight): void {
  const day = makeDay(members, largestMwh, weight);
  for (const input of day) allocate(input);
  const start = performance.now();
  let intervals = 0;
  while (performance.now() - start < MEASURE_MS) {
    for (const input of day) allocate(input);
    intervals += day.length;
  }
  const perSecond = intervals / ((performance.now() - start) / 1_000);
  const year = (INTERVALS / perSecond).toFixed(1);
  console.log(`${name}, ${members} members: ${Math.round(perSecond)} intervals/s, a year in ${year} s`);
}

function evenShares(members: number): Weight {
  const names = Array.from({ length: members }, (_, index) => `home-${String(index).padStart(4, "0")}`);
  return { kind: "fixed", shares: Object.fromEntries(names.map((name) => [name, `1/${members}`])) };
}

for (const members of [17, 1_000]) {
  measure("consumption, to 0.5 kWh each", members, 500_000, { kind: "consumption" });
  measure("equal, to 0.5 kWh each", members, 500_000, { kind: "equal" });
  measure("fixed, to 0.5 kWh each", members, 500_000, evenShares(members));
  measure("consumption, to 1 MWh each (BigInt)", members, 1_000_000_000, { kind: "consumption" });
}
