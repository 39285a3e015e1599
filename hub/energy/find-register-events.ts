import type { Reading } from "../reading.ts";
import { EpochMs, MilliWattHours, milliWattHoursFromWh } from "../units.ts";
import type { RegisterChange } from "./register-change.ts";
import { RATED_FACTOR, REGISTER_LIMIT_WH, REGISTER_STEP_MWH, trackRegister, UNRATED_W } from "./register-track.ts";

/** Something that happened to a register, as its readings show it: between the last reading before and the first after. */
export interface FoundRegisterEvent {
  readonly kind: "rollover" | "reset" | "swap" | "jump";
  readonly from: EpochMs;
  readonly to: EpochMs;
  /** What the register showed at `from` and at `to`. */
  readonly end: MilliWattHours;
  readonly start: MilliWattHours;
  /** Where a register that rolled over begins anew. */
  readonly width?: MilliWattHours;
  /** `continues`: exact and known. `question`: somebody must say what it was. `left_out`: wrong readings, no energy is lost. */
  readonly verdict: "continues" | "question" | "left_out";
}

export interface RegisterEventsInput {
  /** One register in Wh by time. */
  readonly readings: readonly Reading[];
  readonly ratedW?: number;
  readonly changes?: readonly RegisterChange[];
  /** Where the register may begin anew: from the plate, the profile's width, or several where a scale is not known. */
  readonly widths?: readonly MilliWattHours[];
}

/** A rollover goes from the last tenth of a register to the first; anything else that fell did something else. */
const NEAR_THE_END = 0.9;
const NEAR_THE_START = 0.1;
/** A register that begins this far below where it stood was set back; one that begins higher is rather another meter. */
const SET_BACK_BELOW = 0.1;

/**
 * What happened to a register that its readings show and nothing decided yet. Pure.
 * A fall is an exact rollover where the width is known and the energy is possible; else it is a question. Readings that
 * those around them contradict are told once a stretch, except the zeros a sleeping device answers with.
 */
export function findRegisterEvents(input: RegisterEventsInput): readonly FoundRegisterEvent[] {
  const { readings, ratedW, changes = [], widths = [] } = input;
  const track = trackRegister(readings, ratedW, changes);
  const shown = new Map(
    readings.flatMap(({ at, value }) =>
      value === null || Math.abs(value) > REGISTER_LIMIT_WH ? [] : [[at, milliWattHoursFromWh(value)] as const],
    ),
  );
  const events: FoundRegisterEvent[] = [];
  for (const [index, segment] of track.segments.entries()) {
    const before = track.segments[index - 1]?.points.at(-1);
    const after = segment.points[0];
    if (before === undefined || after === undefined || segment.brokenBy === null) continue;
    const end = shown.get(before.at) ?? before.register;
    const start = shown.get(after.at) ?? after.register;
    const span = { from: before.at, to: after.at, end, start };
    const width = widths.find((each) => isRollover(span, each, ratedW));
    if (segment.brokenBy === "register_jumped") events.push({ ...span, kind: "jump", verdict: "question" });
    else if (width !== undefined) events.push({ ...span, kind: "rollover", verdict: "continues", width });
    else events.push({ ...span, kind: start < SET_BACK_BELOW * end ? "reset" : "swap", verdict: "question" });
  }
  return [
    ...events,
    ...findSpikes(
      readings,
      track.outliers.map(({ at }) => at),
      shown,
    ),
  ].sort((a, b) => a.to - b.to);
}

/** How a found rollover continues the register: at the first reading after it, the whole width later. */
export function changeOfRollover({ to, width }: FoundRegisterEvent): RegisterChange {
  if (width === undefined) throw new RangeError("this is no rollover");
  return { kind: "continues", at: to, end: width, start: MilliWattHours(0), isReadThen: false };
}

function isRollover(
  { from, to, end, start }: Pick<FoundRegisterEvent, "from" | "to" | "end" | "start">,
  width: MilliWattHours,
  ratedW: number | undefined,
): boolean {
  if (end >= width || start < 0) return false;
  if (end < NEAR_THE_END * width || start > NEAR_THE_START * width) return false;
  const rise = start + width - end;
  return rise <= (RATED_FACTOR * (ratedW ?? UNRATED_W) * (to - from)) / 3600 + REGISTER_STEP_MWH;
}

/** Stretches of readings that were left out, from the last good reading to the next one. */
function findSpikes(
  readings: readonly Reading[],
  outliers: readonly EpochMs[],
  shown: ReadonlyMap<EpochMs, MilliWattHours>,
): readonly FoundRegisterEvent[] {
  const left = new Set(outliers);
  const events: FoundRegisterEvent[] = [];
  let before: EpochMs | undefined;
  let worst: MilliWattHours | undefined;
  let first: EpochMs | undefined;
  for (const { at, outcome } of readings) {
    const register = shown.get(at);
    if (outcome !== "value" || register === undefined) continue;
    if (left.has(at)) {
      first ??= at;
      worst = worst === undefined || Math.abs(register) > Math.abs(worst) ? register : worst;
      continue;
    }
    if (first !== undefined && worst !== undefined && worst !== 0) {
      const end = before === undefined ? register : (shown.get(before) ?? register);
      events.push({ kind: "jump", from: before ?? EpochMs(first), to: first, end, start: worst, verdict: "left_out" });
    }
    first = undefined;
    worst = undefined;
    before = at;
  }
  return events;
}
