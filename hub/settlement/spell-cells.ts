import { canonicalJson, type SpelledLists } from "../canonical-json.ts";
import type { DayCells, PointColumn } from "./day-cells.ts";

/**
 * How a day's cells are written down. Qualities and reasons hardly ever change within a day, so format 2 writes them as
 * runs, `[value, times, value, times, ...]`: half the text, and half the time to write, hash, pack and read it. Format 1
 * wrote them out one by one.
 */

type Runs<T> = readonly (T | number)[];

type SpelledPoint = Omit<PointColumn, "quality" | "reason"> & {
  readonly quality: Runs<PointColumn["quality"][number]>;
  readonly reason: Runs<PointColumn["reason"][number]>;
};

type SpelledCells = Omit<DayCells, "state" | "points"> & {
  readonly state: Runs<DayCells["state"][number]>;
  readonly points: readonly SpelledPoint[];
};

/** The one text of these cells, by their own format. @param spelled as for `canonicalJson` */
export function spellCells(cells: DayCells, spelled?: SpelledLists): string {
  if (cells.format === 1) return canonicalJson(cells, spelled);
  const runs: SpelledCells = {
    ...cells,
    state: runsOf(cells.state),
    points: cells.points.map((point) => ({ ...point, quality: runsOf(point.quality), reason: runsOf(point.reason) })),
  };
  return canonicalJson(runs, spelled);
}

/** The cells of a text as `spellCells` gives it. @throws SyntaxError or RangeError for a text that is none */
export function readCells(text: string): DayCells {
  const said = JSON.parse(text) as DayCells | SpelledCells;
  if (said.format === 1) return said as DayCells;
  const spelled = said as SpelledCells;
  return {
    ...spelled,
    state: listOf(spelled.state),
    points: spelled.points.map((point) => ({ ...point, quality: listOf(point.quality), reason: listOf(point.reason) })),
  };
}

/** Nearly every list of every day is one run, and the same one: made once, it is also spelled once a day. */
const singleRuns = new Map<string, Runs<string | null>>();

function runsOf<T extends string | null>(list: readonly T[]): Runs<T> {
  const [first] = list;
  if (first !== undefined && list.every((value) => value === first)) {
    const name = `${JSON.stringify(first)} ${list.length}`;
    const known = singleRuns.get(name) ?? [first, list.length];
    singleRuns.set(name, known);
    return known as Runs<T>;
  }
  const runs: (T | number)[] = [];
  for (let from = 0; from < list.length; ) {
    const value = list[from] as T;
    let to = from + 1;
    while (to < list.length && list[to] === value) to += 1;
    runs.push(value, to - from);
    from = to;
  }
  return runs;
}

/** Longer than any day has intervals: a damaged text must not fill the memory. */
const LONGEST = 10_000;

function listOf<T extends string | null>(runs: Runs<T>): readonly T[] {
  const list: T[] = [];
  for (let at = 0; at < runs.length; at += 2) {
    const times = runs[at + 1];
    if (typeof times !== "number" || !(times >= 1) || list.length + times > LONGEST)
      throw new RangeError(`no run of ${runs[at]}: ${times} times`);
    for (let time = 0; time < times; time += 1) list.push(runs[at] as T);
  }
  return list;
}
