import type { Reading } from "../reading.ts";
import { type EpochMs, MilliWattHours, milliWattHoursFromWh } from "../units.ts";
import type { MissingReason } from "./interval.ts";
import type { RegisterChange } from "./register-change.ts";

/**
 * One register over time, made believable. A register only ever rises, and no faster than the thing behind it can run.
 * Where readings disagree with that, either single readings are wrong (outliers, left out) or the register itself
 * changed (a reset, a swap: a new segment). Energy is known inside a segment only; what lies between two is a question.
 */

/** Why a segment begins: the register fell and stayed down, or rose faster than is physically possible and stayed up. */
export type BreakReason = Extract<MissingReason, "register_fell" | "register_jumped">;

export interface RegisterPoint {
  readonly at: EpochMs;
  /** As if one register had counted all the time: continued by what was decided about it. */
  readonly register: MilliWattHours;
  /** Decided to be right, whatever it looks like. */
  readonly isTrusted?: true;
}

/** Points by time whose register never falls; at least one. */
export interface RegisterSegment {
  /** Null for the first segment only. */
  readonly brokenBy: BreakReason | null;
  readonly points: readonly RegisterPoint[];
}

export interface RegisterTrack {
  /** By time, without overlap. */
  readonly segments: readonly RegisterSegment[];
  /** Readings that were left out because those around them contradict them, for the steward to see. */
  readonly outliers: readonly RegisterPoint[];
  /** Set when the newest readings contradict the register and too few followed to tell why: all after the last segment is unknown. */
  readonly unconfirmed: BreakReason | null;
}

/** Readings on a new level that make it the register's level: one may be a slip, two may be its echo. */
export const CONFIRMED_BY = 3;
/** How far above its rated power a plant or connection may run: inverters peak and ratings are nominal. */
export const RATED_FACTOR = 1.5;
/** A register in whole kWh steps by this much at once, in mWh. */
export const REGISTER_STEP_MWH = 1_000_000;
/** The power behind a register whose rated power nobody stated: beyond any community's plant, far below 0xFFFFFFFF as energy. */
export const UNRATED_W = 10_000_000;
/**
 * The same for a step out of 0: a village's transformer. Many devices answer 0 until they are awake, and a whole life's
 * register must not become the energy of the morning when the readings begin in the night.
 */
export const UNRATED_FROM_ZERO_W = 250_000;
/** Registers beyond this are "not available" in a wide integer; within it the difference of any two is a safe integer in mWh. */
export const REGISTER_LIMIT_WH = 4e12;

/**
 * Readings of one register series to segments of non-falling registers in mWh, each reading rounded once.
 * Only readings with outcome "value" count; at equal stamps the first stands.
 *
 * A reading out of line is held in doubt until later ones decide. If the register comes back in line, the doubted ones
 * were outliers. If CONFIRMED_BY readings agree on the new level and it moves, it is a new segment, or the reading before
 * was a spike and is the outlier. A level that never moves proves nothing: 0 and 0xFFFFFFFF are what many devices
 * answer while they sleep. Where two explanations are possible, what they disagree about is cut out, never added up.
 * @param readings by time, Wh
 * @param ratedW   rated power behind the register in W; without it UNRATED_W and UNRATED_FROM_ZERO_W are the limits
 * @param changes  what was decided about this register, by time
 * @throws RangeError when readings or changes are not sorted by time, readings are of several series without a change
 *   between them, or the rated power is not positive
 */
export function trackRegister(
  readings: readonly Reading[],
  ratedW?: number,
  changes: readonly RegisterChange[] = [],
): RegisterTrack {
  if (ratedW !== undefined && !(ratedW > 0)) throw new RangeError(`rated power is not positive: ${ratedW} W`);
  const draft: Draft = { ratedW, segments: [], outliers: [], doubted: [], chainFrom: 0 };
  for (const point of continuedPoints(readings, changes)) takePoint(draft, point);
  return finishDraft(draft);
}

interface DraftSegment extends RegisterSegment {
  readonly points: RegisterPoint[];
}

interface Draft {
  readonly ratedW: number | undefined;
  readonly segments: DraftSegment[];
  readonly outliers: RegisterPoint[];
  /** Readings out of line with the last segment, by time. */
  doubted: RegisterPoint[];
  /** From here on the doubted readings are in line with each other. */
  chainFrom: number;
}

/**
 * Usable readings as points of one register that every change continues. What came before the first reading changes no
 * difference. In plain loops: a day of a large community is a hundred thousand readings.
 */
function continuedPoints(readings: readonly Reading[], changes: readonly RegisterChange[]): readonly RegisterPoint[] {
  const points: RegisterPoint[] = [];
  const first = readings[0]?.at ?? 0;
  let of = readings[0]?.series;
  const due = changes.filter(({ at }) => at > first);
  let offset = 0;
  let next = 0;
  let newest = Number.NEGATIVE_INFINITY;
  let taken = Number.NEGATIVE_INFINITY;
  for (const { series, at, outcome, value } of readings) {
    if (at < newest) throw new RangeError(`readings are not sorted by time: ${at} after ${newest}`);
    newest = at;
    if (outcome !== "value" || value === null || !(Math.abs(value) <= REGISTER_LIMIT_WH) || at === taken) continue;
    taken = at;
    let isTrusted = false;
    let isKnown = false;
    for (let change = due[next]; change !== undefined && change.at <= at; change = due[next]) {
      next += 1;
      if (change.at < (due[next - 2]?.at ?? 0)) throw new RangeError("changes are not sorted by time");
      if (change.kind === "energy") {
        isTrusted = isTrusted || change.at === at;
        continue;
      }
      if (change.isReadThen) {
        points.push({ at: change.at, register: MilliWattHours(change.end + offset), isTrusted: true });
        isKnown = change.at === at;
      }
      offset += change.end - change.start;
      of = series;
    }
    if (series !== of) throw new RangeError(`readings of two series: ${series}, ${of}, and no change between them`);
    if (isKnown) continue;
    const register = MilliWattHours(milliWattHoursFromWh(value) + offset);
    points.push(isTrusted ? { at, register, isTrusted } : { at, register });
  }
  return points;
}

/** True when the register can have moved from one point to the other: not down, and not faster than the plant can run. */
function isInLine(draft: Draft, earlier: RegisterPoint, later: RegisterPoint): boolean {
  const rise = later.register - earlier.register;
  if (later.isTrusted === true && rise >= 0) return true;
  const power = draft.ratedW ?? (earlier.register === 0 ? UNRATED_FROM_ZERO_W : UNRATED_W);
  // W x ms / 3600 = mWh
  const possible = (RATED_FACTOR * power * (later.at - earlier.at)) / 3600 + REGISTER_STEP_MWH;
  return rise >= 0 && rise <= possible;
}

function takePoint(draft: Draft, point: RegisterPoint): void {
  const current = draft.segments.at(-1);
  const last = current?.points.at(-1);
  if (current === undefined || last === undefined) {
    draft.segments.push({ brokenBy: null, points: [point] });
  } else if (!isInLine(draft, last, point)) {
    doubtPoint(draft, point);
  } else if (draft.doubted.length === 0 || wereOutliers(draft, point)) {
    if (draft.doubted.length > 0) dropDoubted(draft, draft.doubted.length);
    current.points.push(point);
  } else {
    // The doubted readings counted from their own level up to here: this may be either register, so it begins anew.
    beginSegment(draft);
    beginSegment(draft, [point]);
  }
}

/** The register is back in line. One doubted reading, one level, or readings it cannot have come from: they were wrong. */
function wereOutliers(draft: Draft, back: RegisterPoint): boolean {
  const last = draft.doubted.at(-1);
  return (draft.chainFrom === 0 && isFlat(draft.doubted)) || (last !== undefined && !isInLine(draft, last, back));
}

function doubtPoint(draft: Draft, point: RegisterPoint): void {
  const previous = draft.doubted.at(-1);
  if (previous !== undefined && !isInLine(draft, previous, point)) draft.chainFrom = draft.doubted.length;
  draft.doubted.push(point);
  const agreeing = draft.doubted.length - draft.chainFrom;
  if (agreeing >= CONFIRMED_BY && !isFlat(draft.doubted, draft.chainFrom)) confirmChain(draft);
}

/** The doubted readings are right: those before them were a spike, or another register. */
function confirmChain(draft: Draft): void {
  const current = draft.segments.at(-1);
  const above = runUndone(draft);
  if (current !== undefined && above !== undefined && isFlat(current.points, above)) {
    keepAll(draft.outliers, current.points.splice(above));
    dropDoubted(draft, draft.chainFrom);
    keepAll(current.points, draft.doubted);
    draft.doubted = [];
    return;
  }
  if (current !== undefined && above !== undefined && isMostlyOneStep(draft, current.points, above)) {
    // Up in one step, several different readings, down again: nobody can tell whether the step was energy.
    draft.segments.push({ brokenBy: "register_jumped", points: current.points.splice(above) });
  }
  beginSegment(draft);
}

/**
 * Where the end of the last segment rose above the doubted chain, if the chain continues the line from before:
 * the index of the first point above it. Undefined when the chain continues no line.
 */
function runUndone(draft: Draft): number | undefined {
  const points = draft.segments.at(-1)?.points ?? [];
  const head = draft.doubted[draft.chainFrom];
  if (head === undefined) return undefined;
  const below = points.findLastIndex((point) => point.register <= head.register);
  const before = points[below];
  return before !== undefined && below < points.length - 1 && isInLine(draft, before, head) ? below + 1 : undefined;
}

/** True when one step made at least half of the height that the chain's fall undid. */
function isMostlyOneStep(draft: Draft, points: readonly RegisterPoint[], above: number): boolean {
  const step = registerOf(points[above]) - registerOf(points[above - 1]);
  return 2 * step >= registerOf(points.at(-1)) - registerOf(draft.doubted[draft.chainFrom]);
}

/** Turn the doubted chain, or the given points, into a new segment. */
function beginSegment(draft: Draft, points?: RegisterPoint[]): void {
  const reason = reasonOfDoubt(draft) ?? draft.segments.at(-1)?.brokenBy ?? null;
  dropDoubted(draft, draft.chainFrom);
  draft.segments.push({ brokenBy: reason, points: points ?? draft.doubted });
  draft.doubted = [];
}

function reasonOfDoubt(draft: Draft): BreakReason | null {
  const head = draft.doubted[draft.chainFrom];
  if (head === undefined) return null;
  return head.register < registerOf(draft.segments.at(-1)?.points.at(-1)) ? "register_fell" : "register_jumped";
}

function dropDoubted(draft: Draft, count: number): void {
  keepAll(draft.outliers, draft.doubted.splice(0, count));
  draft.chainFrom = 0;
}

function finishDraft(draft: Draft): RegisterTrack {
  const unconfirmed = reasonOfDoubt(draft);
  const current = draft.segments.at(-1);
  const above = runUndone(draft);
  // Either the newest readings are wrong or the step before them was a spike: until one more tells, neither counts.
  if (current !== undefined && above !== undefined && isFlat(current.points, above)) current.points.splice(above);
  return { segments: draft.segments, outliers: draft.outliers, unconfirmed };
}

/** True when non-falling points all stand at one level, a lone point included. */
function isFlat(points: readonly RegisterPoint[], from = 0): boolean {
  return points[from]?.register === points.at(-1)?.register;
}

function registerOf(point: RegisterPoint | undefined): number {
  if (point === undefined) throw new Error("a segment has at least one point");
  return point.register;
}

/** Not `push(...those)`: a night of zeros would be more arguments than a call can take. */
function keepAll(kept: RegisterPoint[], those: readonly RegisterPoint[]): void {
  for (const point of those) kept.push(point);
}
