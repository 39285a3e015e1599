import { EpochMs } from "../../units.ts";
import { type ExactEnergy, wattHoursOf, wholeMilliWattHours } from "./exact-energy.ts";

export interface RegisterReading {
  readonly at: EpochMs;
  /** Decimal with at most three places: whole mWh. */
  readonly wattHours: number;
}

export interface IntervalOfEnergy {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly energy: ExactEnergy;
}

export interface IntervalRegister {
  /** Count one interval. @returns the readings it adds, by time @throws RangeError when it begins before the last one's end */
  count(interval: IntervalOfEnergy): readonly RegisterReading[];
  /** Stretches without a known interval so far. */
  gaps(): number;
}

/** How far the register falls at a gap: 100 MWh, more than any one interval of a community's meter. */
export const GAP_FALL_MWH = 100_000_000_000;

/**
 * A meter that never was: the register whose differences are a file's interval energies. It starts at the first interval's
 * start and has one reading at each interval's end; sums are exact, each reading is rounded once to mWh.
 *
 * A gap stays a gap. A register that went on counting after it would say that nothing flowed meanwhile, so it begins
 * anew, 100 MWh below its last beginning: a fall that nothing makes up for, which hub/energy takes as a new segment. One
 * reading a millisecond before the gap's end and 1 mWh below shows that the new register moves; together with the ends
 * of the first interval it makes the three readings that confirm it, so no known interval is lost, not even one of 0.
 * Each reading depends on earlier rows only: a longer file of the same meter continues a shorter one.
 */
export function intervalRegister(start: ExactEnergy): IntervalRegister {
  let footing = wholeMilliWattHours(start);
  /** Since the register last began. */
  let counted: ExactEnergy = 0n;
  let end: EpochMs | undefined;
  let gaps = 0;
  const reading = (at: EpochMs, milliWattHours: number): RegisterReading => {
    return { at, wattHours: wattHoursOf(milliWattHours) };
  };
  return {
    gaps: () => gaps,
    count({ from, to, energy }) {
      if (end !== undefined && from < end) throw new RangeError(`interval begins before ${end}`);
      const readings: RegisterReading[] = [];
      if (end === undefined) {
        readings.push(reading(from, footing));
      } else if (from > end) {
        gaps += 1;
        counted = 0n;
        footing -= GAP_FALL_MWH;
        if (from - 1 > end) readings.push(reading(EpochMs(from - 1), footing - 1));
        readings.push(reading(from, footing));
      }
      counted += energy;
      end = to;
      readings.push(reading(to, footing + wholeMilliWattHours(counted)));
      return readings;
    },
  };
}
