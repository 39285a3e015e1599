import type { EpochMs, Ms } from "../../units.ts";

/** Rows looked at to find the length of an interval: two weeks of quarter-hours, or a day of minutes. */
export const INFERENCE_ROWS = 1_440;

/**
 * The length of the intervals of a file: the smallest step between two rows of one series. Pure.
 * @param moments by series, each in the order of the file
 * @returns `undefined` when no series has two rows
 */
export function inferInterval(moments: Iterable<readonly EpochMs[]>): Ms | undefined {
  let smallest: number | undefined;
  for (const series of moments) {
    for (const [index, at] of series.entries()) {
      const step = at - (series[index - 1] ?? at);
      if (step > 0 && (smallest === undefined || step < smallest)) smallest = step;
    }
  }
  return smallest as Ms | undefined;
}
