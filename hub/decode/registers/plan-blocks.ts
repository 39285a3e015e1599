import {
  type Point,
  type RegisterProfile,
  registersOf,
  requestLimits,
  type Table,
} from "../profiles/device-profile.ts";
import type { RegisterBlock } from "./register-block.ts";

/** What planning needs of a profile; identity and rated power are planned by handing them in as points. */
export type PlannedProfile = Pick<RegisterProfile, "table" | "points" | "sums" | "request">;

/**
 * The fewest requests that read all points of a profile, or those of one kind. A number is never split, a point comes
 * with its scale factor, and the parts of a sum come together where the device's limits allow it; a sum whose parts do
 * not fit one request is in no block. Registers that no point of the profile (of any kind) is in are holes.
 * @returns blocks by table and address
 * @throws RangeError when a point and its scale factor lie further apart than one request reaches
 */
export function planBlocks(profile: PlannedProfile, kind?: Point["kind"]): readonly RegisterBlock[] {
  const limits = { ...requestLimits, ...profile.request };
  const all = spansOf(profile.points, profile.table);
  const wanted = all.filter(({ point }) => kind === undefined || point.kind === kind);
  const tables = [...new Set(wanted.map(({ table }) => table))].sort();
  return tables.flatMap((table) => {
    const runs = findRuns(ofTable(all, table), limits.maxHole);
    const groups = joinSums(ofTable(wanted, table), profile.sums ?? {}, { runs, limits });
    return fillRequests(groups, { runs, limits }).map((spans) => makeBlock(table, spans, profile.sums));
  });
}

/**
 * Two halves of a block that a device refused as a whole, by points; a cut through a sum only where no other is left.
 * @returns undefined when the block has only one point
 */
export function halveBlock(block: RegisterBlock): readonly [RegisterBlock, RegisterBlock] | undefined {
  const spans = spansOf(block.points, block.table);
  if (spans.length < 2) return undefined;
  const cuts = spans.slice(1).map((_, index) => index + 1);
  const keepsSums = (cut: number) => {
    const left = new Set(spans.slice(0, cut).map(({ key }) => key));
    return Object.values(block.sums ?? {}).every((parts) =>
      parts.every((part) => left.has(part) === left.has(parts[0] ?? "")),
    );
  };
  const whole = cuts.filter(keepsSums);
  const fromMiddle = (cut: number) => Math.abs(cut - spans.length / 2);
  const cut = (whole.length > 0 ? whole : cuts).reduce((best, one) =>
    fromMiddle(one) < fromMiddle(best) ? one : best,
  );
  return [
    makeBlock(block.table, spans.slice(0, cut), block.sums),
    makeBlock(block.table, spans.slice(cut), block.sums),
  ];
}

/** A range of registers: from `start` up to, not including, `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** A point with all registers that must be read with it. */
interface Span extends Range {
  readonly key: string;
  readonly point: Point;
  readonly table: Table;
}

/** Points that stay together. */
interface Group extends Range {
  readonly spans: readonly Span[];
}

interface Bounds {
  /** Ranges without a hole that may not be read across. */
  readonly runs: readonly Range[];
  readonly limits: { readonly maxRegisters: number };
}

function spansOf(points: Readonly<Record<string, Point>>, table: Table): readonly Span[] {
  return Object.entries(points)
    .map(([key, point]): Span => {
      const scaleAt = point.scaleAt ?? point.at;
      const start = Math.min(point.at, scaleAt);
      const end = Math.max(point.at + registersOf[point.encoding], scaleAt + 1);
      return { key, point, table: point.table ?? table, start, end };
    })
    .sort((one, other) => one.start - other.start || one.end - other.end);
}

function ofTable(spans: readonly Span[], table: Table): readonly Span[] {
  return spans.filter((span) => span.table === table);
}

/** Join what may be read in one go as far as holes are concerned. What lies between a point and its factor is read anyway. */
function findRuns(spans: readonly Span[], maxHole: number): readonly Range[] {
  const runs: Range[] = [];
  for (const { start, end } of spans) {
    const last = runs.at(-1);
    if (last !== undefined && start - last.end <= maxHole) {
      runs[runs.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    } else runs.push({ start, end });
  }
  return runs;
}

/** Put the parts of each sum into one group, where the group still fits a request. */
function joinSums(
  spans: readonly Span[],
  sums: Readonly<Record<string, readonly string[]>>,
  bounds: Bounds,
): readonly Group[] {
  let groups = spans.map((span) => groupOf([span]));
  for (const parts of Object.values(sums)) {
    const touched = groups.filter((group) => group.spans.some(({ key }) => parts.includes(key)));
    if (touched.length < 2) continue;
    const joined = groupOf(touched.flatMap((group) => group.spans));
    const isWhole = parts.every((part) => joined.spans.some(({ key }) => key === part));
    if (isWhole && fits(joined, bounds)) groups = [...groups.filter((group) => !touched.includes(group)), joined];
  }
  return groups.sort((one, other) => one.start - other.start);
}

/**
 * From the lowest group that is left, everything that still fits: a request that begins there reads whatever any other
 * request for that group could read of the rest, so no plan has fewer requests.
 */
function fillRequests(groups: readonly Group[], bounds: Bounds): readonly (readonly Span[])[] {
  const requests: (readonly Span[])[] = [];
  let left = groups;
  for (let first = left[0]; first !== undefined; first = left[0]) {
    if (!fits(first, bounds)) throw tooFarApart(first, bounds);
    const { start } = first;
    const taken = left.filter(({ end }) => fits({ start, end }, bounds));
    requests.push(taken.flatMap(({ spans }) => spans));
    left = left.filter((group) => !taken.includes(group));
  }
  return requests;
}

function fits({ start, end }: Range, { runs, limits }: Bounds): boolean {
  return end - start <= limits.maxRegisters && runs.some((run) => run.start <= start && end <= run.end);
}

function tooFarApart({ spans, start, end }: Group, { limits }: Bounds): RangeError {
  const keys = spans.map(({ key }) => key).join(", ");
  return new RangeError(
    `${keys} takes the ${end - start} registers from ${start} on, and a request ${limits.maxRegisters}`,
  );
}

function groupOf(spans: readonly Span[]): Group {
  return {
    spans,
    start: Math.min(...spans.map(({ start }) => start)),
    end: Math.max(...spans.map(({ end }) => end)),
  };
}

function makeBlock(table: Table, spans: readonly Span[], sums: RegisterBlock["sums"] = {}): RegisterBlock {
  const { start, end } = groupOf(spans);
  const sorted = spans.toSorted((one, other) => one.point.at - other.point.at);
  const points = Object.fromEntries(sorted.map(({ key, point }) => [key, point]));
  const whole = Object.entries(sums).filter(([, parts]) => parts.every((part) => Object.hasOwn(points, part)));
  return { table, start, count: end - start, points, ...(whole.length > 0 && { sums: Object.fromEntries(whole) }) };
}
