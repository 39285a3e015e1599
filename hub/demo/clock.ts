import { addDays, rangeOfLocalDay } from "../time-zone.ts";
import { type Clock, EpochMs, HOUR, Ms } from "../units.ts";
import { DEMO_ZONE } from "./community.ts";

/**
 * A clock that runs faster than the day outside. It stands still until it is started, so that a hub can be made ready
 * at one simulated moment; once it runs it never goes back.
 */
export interface DemoClock {
  readonly now: Clock;
  /** How many simulated ms pass in a real one. */
  readonly speed: number;
  /** From here on simulated time = anchor + real time since now x speed. Starting twice changes nothing. */
  start(): void;
}

/** The demo begins in summer, on a morning, so that the roof makes something soon: 21 June, 07:30 local. */
const BEGINS = { month_day: "06-21", after_midnight: Ms(7.5 * HOUR) };
/** Days of history before it, from local midnight. */
export const HISTORY_DAYS = 7;

/**
 * @param monotonicMs real ms from any origin that never jump and stand still while the computer sleeps, so that a lid
 *   closed for a night is no year of readings; `performance.now()` is one
 */
export function demoClock(options: {
  readonly anchor: EpochMs;
  readonly speed: number;
  readonly monotonicMs: () => number;
}): DemoClock {
  const { anchor, speed, monotonicMs } = options;
  if (!(speed > 0 && Number.isFinite(speed))) throw new RangeError(`not a speed: ${speed}`);
  let startedAt: number | undefined;
  return {
    speed,
    now: () => (startedAt === undefined ? anchor : EpochMs(anchor + Math.floor((monotonicMs() - startedAt) * speed))),
    start() {
      startedAt ??= monotonicMs();
    },
  };
}

/** The span of simulated time before the demo goes live: history from its first reading, then live. */
export interface DemoSpan {
  readonly startOfHistory: EpochMs;
  readonly startOfLive: EpochMs;
}

/** The span of a first start in a year. */
export function firstSpan(year: number): DemoSpan {
  const day = `${year}-${BEGINS.month_day}`;
  return {
    startOfHistory: rangeOfLocalDay(DEMO_ZONE, addDays(day, -HISTORY_DAYS)).from,
    startOfLive: EpochMs(rangeOfLocalDay(DEMO_ZONE, day).from + BEGINS.after_midnight),
  };
}

/**
 * Where a demo goes on that has readings already: at its newest one, or at the end of its history if that was cut short.
 * @param stored the oldest and the newest stamp in the folder
 */
export function resumedSpan(stored: { readonly oldest: EpochMs; readonly newest: EpochMs }): DemoSpan {
  const first = firstSpan(new Date(stored.oldest).getUTCFullYear());
  const length = first.startOfLive - first.startOfHistory;
  return {
    startOfHistory: stored.oldest,
    startOfLive: EpochMs(Math.max(stored.newest, stored.oldest + length)),
  };
}
