import type { Reading } from "../reading.ts";
import { EpochMs, MilliWattHours, type Ms } from "../units.ts";
import { type IntervalEnergy, worseQuality } from "./interval.ts";
import { type RegisterAt, registersAt } from "./register-at.ts";
import type { RegisterChange } from "./register-change.ts";
import { type RegisterTrack, trackRegister } from "./register-track.ts";
import type { TypicalEnergy } from "./typical-day.ts";

export interface IntervalsInput {
  /** One register in Wh, sorted by time; give those around the range too, or its ends are unknown. */
  readonly readings: readonly Reading[];
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly interval: Ms;
  /** Rated power behind the register in W; makes impossible jumps visible. */
  readonly ratedW?: number;
  /** What was decided about the register, by time. */
  readonly changes?: readonly RegisterChange[];
  /** What this metering point usually does: shapes gaps whose total is known. */
  readonly typical?: TypicalEnergy;
  /** True where an interval that nothing tells of may be what is usual then; a plant's never may. */
  readonly mayEstimate?: boolean;
}

/**
 * Energy of every interval of [from, to) in mWh, by difference of the register at its two ends. Each end is rounded
 * once, so the intervals of any stretch without a missing one sum exactly to the register's difference over it.
 *
 * The quality speaks of the ends: what lies between two known registers is known whether or not it was watched. (An
 * unwatched stretch as long as INTERPOLATE_WITHIN fits only into longer intervals, and no community has such.)
 * An interval with an unknown end, or whose ends lie on both sides of a break, is missing, with its reason.
 * @throws RangeError when the range is not a whole number of intervals, or for readings `trackRegister` refuses
 */
export function intervalEnergies(input: IntervalsInput): readonly IntervalEnergy[] {
  const { readings, from, to, interval, ratedW, changes, typical, mayEstimate = false } = input;
  if (!(interval > 0) || to < from || (to - from) % interval !== 0) {
    throw new RangeError(`[${from}, ${to}) is not a whole number of intervals of ${interval} ms`);
  }
  const track = trackRegister(readings, ratedW, changes);
  const count = (to - from) / interval;
  const ends = registersAt(
    track,
    Array.from({ length: count + 1 }, (_, n) => EpochMs(from + n * interval)),
    typical === undefined ? undefined : { typical, interval },
  );
  const energies = ends.slice(1).map((end, n) => energyBetween(track, ends[n] ?? end, end));
  return mayEstimate && typical !== undefined ? energies.map((each) => estimate(each, typical)) : energies;
}

/** Whatever is missing is as usual, where anything is usual; the reason stays, so that it can be told. */
function estimate(missing: IntervalEnergy, typical: TypicalEnergy): IntervalEnergy {
  const usual = missing.energy === null ? typical(missing.from) : undefined;
  return usual === undefined ? missing : { ...missing, energy: MilliWattHours(usual), quality: "estimated" };
}

function energyBetween(track: RegisterTrack, start: RegisterAt, end: RegisterAt): IntervalEnergy {
  const span = { from: start.at, to: end.at };
  if (start.value === null || end.value === null) {
    const reason = start.reason ?? end.reason ?? "gap";
    return { ...span, energy: null, quality: "missing", reason };
  }
  if (start.segment !== end.segment) {
    const reason = track.segments[(start.segment ?? 0) + 1]?.brokenBy ?? "register_fell";
    return { ...span, energy: null, quality: "missing", reason };
  }
  const energy = MilliWattHours(end.value - start.value);
  return { ...span, energy, quality: worseQuality(start.quality, end.quality) };
}
