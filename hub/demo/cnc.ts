import type { EpochMs } from "../units.ts";
import { type LocalTime, SATURDAY } from "./local-time.ts";
import { chanceAt, seedOf } from "./noise.ts";

/** What a CNC mill does in one minute. */
export interface CncMinute {
  /** Electric power, W. */
  readonly power_w: number;
  /** Spindle speed, rpm; 0 while no tool turns. */
  readonly spindle_rpm: number;
  readonly working: boolean;
}

/** The workshop opens its doors on weekdays; the mill is switched on a little earlier and off a little later. */
export const WORK_BEGINS_MINUTE = 9 * 60;
export const WORK_ENDS_MINUTE = 18 * 60;
const WARM_UP_MINUTES = 15;
/** A job may begin once in each slot of the day and is over before the slot ends. */
const SLOT_MINUTES = 90;
const LONGEST_WAIT_MINUTES = 25;
const SHORTEST_JOB_MINUTES = 18;
const LONGEST_JOB_MINUTES = 62;
const JOB_CHANCE = 0.62;
/** The tool is changed now and then; the spindle stands still for a minute. */
const TOOL_CHANGE_CHANCE = 0.07;
const STANDBY_W = 12;
const IDLE_W = 180;
const SPINDLE_SPEEDS_RPM = [6_000, 10_000, 12_000, 16_000, 18_000, 24_000] as const;
const CUTTING_W = { light: 650, heavy: 1_900 } as const;

/**
 * A CNC mill that is sometimes busy.
 * @returns what the mill does in the minute that begins at a moment
 */
export function cncMill(seed: number, localTime: (at: EpochMs) => LocalTime): (at: EpochMs) => CncMinute {
  const jobSeed = seedOf(seed, "cnc job");
  const waitSeed = seedOf(seed, "cnc wait");
  const lengthSeed = seedOf(seed, "cnc length");
  const speedSeed = seedOf(seed, "cnc speed");
  const loadSeed = seedOf(seed, "cnc load");
  const toolSeed = seedOf(seed, "cnc tool");
  return (at) => {
    const { day, minute, weekday } = localTime(at);
    const on = minute >= WORK_BEGINS_MINUTE - WARM_UP_MINUTES && minute < WORK_ENDS_MINUTE + WARM_UP_MINUTES;
    if (weekday >= SATURDAY || !on) return { power_w: STANDBY_W, spindle_rpm: 0, working: false };
    const idle = { power_w: IDLE_W + Math.round(20 * chanceAt(loadSeed, day, minute)), spindle_rpm: 0, working: false };
    if (minute < WORK_BEGINS_MINUTE || minute >= WORK_ENDS_MINUTE) return idle;

    const slot = Math.floor((minute - WORK_BEGINS_MINUTE) / SLOT_MINUTES);
    const intoSlot = minute - WORK_BEGINS_MINUTE - slot * SLOT_MINUTES;
    const begins = Math.floor(LONGEST_WAIT_MINUTES * chanceAt(waitSeed, day, slot));
    const span = LONGEST_JOB_MINUTES - SHORTEST_JOB_MINUTES;
    const ends = begins + SHORTEST_JOB_MINUTES + Math.floor(span * chanceAt(lengthSeed, day, slot));
    if (chanceAt(jobSeed, day, slot) >= JOB_CHANCE || intoSlot < begins || intoSlot >= ends) return idle;
    if (chanceAt(toolSeed, day, minute) < TOOL_CHANGE_CHANCE) return { ...idle, working: true };

    const speed = SPINDLE_SPEEDS_RPM[Math.floor(SPINDLE_SPEEDS_RPM.length * chanceAt(speedSeed, day, slot))] ?? 0;
    const cut = 0.6 * chanceAt(loadSeed, day, slot) + 0.4 * chanceAt(loadSeed, day, minute);
    return {
      power_w: Math.round(IDLE_W + CUTTING_W.light + (CUTTING_W.heavy - CUTTING_W.light) * cut),
      // A spindle under load falls a little behind what it was told.
      spindle_rpm: Math.round(speed * (1 - 0.01 * cut)),
      working: true,
    };
  };
}
