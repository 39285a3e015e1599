import { EpochMs, MINUTE, MilliWattHours } from "../units.ts";

/** What a meter counts: energy by the minute, and the register it is shown on. */
export interface CountedEnergy {
  /** Energy of the minute that begins at a moment, whole mWh, never negative. */
  readonly energyOfMinute: (minute: EpochMs) => MilliWattHours;
  /** What one count of the register is worth; the register shows whole counts only. */
  readonly step: MilliWattHours;
}

/** A register that can be read at any moment, by moments that never go back. */
export interface Counter {
  /** Whole counts that were reached by a moment; a moment before the last one reads as that one. */
  readAt(moment: EpochMs): MilliWattHours;
}

/**
 * A register that rises evenly within each minute and stands at every whole minute where the sum of the minutes' energies
 * stands, however often it was read on the way.
 * @param from a moment and what the register showed then; one between two counts goes on from the next, never back
 */
export function startCounter(
  { energyOfMinute, step }: CountedEnergy,
  from: { readonly at: EpochMs; readonly register: MilliWattHours },
): Counter {
  let at: number = from.at;
  let counted = Math.ceil(from.register / step) * step;
  return {
    readAt(moment) {
      while (at < moment) {
        const minute = Math.floor(at / MINUTE) * MINUTE;
        const to = Math.min(minute + MINUTE, moment);
        const energy = energyOfMinute(EpochMs(minute));
        counted += partOf(energy, to - minute) - partOf(energy, at - minute);
        at = to;
      }
      return MilliWattHours(Math.floor(counted / step) * step);
    },
  };
}

/** What of a minute's energy is counted after some ms of it; parts add up to the whole exactly. */
function partOf(energy: MilliWattHours, into_ms: number): number {
  return Math.floor((energy * into_ms) / MINUTE);
}
