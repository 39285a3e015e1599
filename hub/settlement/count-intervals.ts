import type { DayCells } from "./day-cells.ts";
import type { RunCounts } from "./run.ts";

/** What a report says of a day's intervals. Pure. */
export function countIntervals({ state, points }: DayCells): RunCounts {
  const counts = { expected: state.length, measured: 0, substituted: 0, held: 0, unmeasured: 0 };
  for (const [index, stands] of state.entries()) {
    if (stands !== "shared") counts[stands] += 1;
    else if (points.some(({ quality }) => quality[index] === "estimated")) counts.substituted += 1;
    else counts.measured += 1;
  }
  return counts;
}
