import { type TimeZone, zoneOffset } from "../time-zone.ts";
import { DAY, type EpochMs, MINUTE } from "../units.ts";

/** A moment as people in the town live it. */
export interface LocalTime {
  /** Local days since 1 January 1970. */
  readonly day: number;
  /** Minute of the local day, 0 to 1439; summer time leaves some out or repeats them. */
  readonly minute: number;
  /** Monday is 0, Sunday is 6. */
  readonly weekday: number;
}

export const SATURDAY = 5;
/** 1 January 1970 was a Thursday. */
const WEEKDAY_OF_1970 = 3;

/** What the clock and the calendar on the kitchen wall show. */
export function localTimeAt(zone: TimeZone, at: EpochMs): LocalTime {
  const local = at + zoneOffset(zone, at);
  const day = Math.floor(local / DAY);
  return { day, minute: Math.floor((local - day * DAY) / MINUTE), weekday: (((day + WEEKDAY_OF_1970) % 7) + 7) % 7 };
}
