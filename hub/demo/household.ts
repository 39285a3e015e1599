import type { EpochMs } from "../units.ts";
import { airTemperature } from "./air-temperature.ts";
import { type LocalTime, SATURDAY } from "./local-time.ts";
import { chanceAt, driftAt, seedOf } from "./noise.ts";

/** What an appliance draws, step by step from the moment it is switched on. */
export type Program = readonly { readonly minutes: number; readonly power_w: number }[];

/** Local time of day as `HH:MM`. */
export type TimeOfDay = `${number}:${number}`;

/** Something the people of a home do about the same time on some days. */
export interface Habit {
  readonly name: string;
  readonly program: Program;
  readonly at: TimeOfDay;
  /** Begins up to this much earlier or later. */
  readonly spread_minutes: number;
  readonly days: "every day" | "weekdays" | "weekends";
  /** How often it happens on such a day, 0 to 1. */
  readonly chance: number;
}

/** When somebody is at home and awake, from and to by local time; a stretch never passes midnight. */
export type Waking = readonly (readonly [TimeOfDay, TimeOfDay])[];

/** One home, told as a life. */
export interface Household {
  readonly device: string;
  readonly life: string;
  /** Router, clocks and everything else that is never off. */
  readonly base_w: number;
  /** A fridge's compressor while it runs, which is about a third of the time. */
  readonly fridge_w: number;
  /** Screens, lamps and small things while somebody is awake; more of it when it is dark. */
  readonly waking_w: number;
  readonly waking: { readonly weekdays: Waking; readonly weekends: Waking };
  readonly habits: readonly Habit[];
  /** Electric power of a heat pump for each degree that the day is colder than HEATING_LIMIT_DEGC. */
  readonly heating_w_per_degree?: number;
}

const MINUTES_IN_DAY = 1440;
const FRIDGE_CYCLE_MINUTES = 52;
const FRIDGE_RUNNING_MINUTES = 18;
/** Below this outdoor temperature homes are heated (the usual heating limit of well insulated houses is 12 to 15). */
const HEATING_LIMIT_DEGC = 14;
/** A heat pump runs half of each such stretch, harder when it is colder. */
const HEATING_CYCLE_MINUTES = 40;
/** Waking hours before and after which lamps are on. */
const LAMPS_UNTIL_MINUTE = 7.5 * 60;
const LAMPS_FROM_MINUTE = 20 * 60;
const LAMPS_W = 70;

interface ReadyHabit extends Habit {
  readonly seed: number;
  readonly begins: number;
  readonly lasts: number;
}

/**
 * The power a home draws.
 * @returns W in the minute that begins at a moment; positive, a function of seed and time alone
 */
export function householdPower(
  household: Household,
  seed: number,
  localTime: (at: EpochMs) => LocalTime,
): (at: EpochMs) => number {
  const own = seedOf(seed, household.device);
  const fridgePhase = Math.floor(FRIDGE_CYCLE_MINUTES * chanceAt(own, 1));
  const heatingPhase = Math.floor(HEATING_CYCLE_MINUTES * chanceAt(own, 2));
  const driftSeed = seedOf(own, "drift");
  const habits = household.habits.map(
    (habit): ReadyHabit => ({
      ...habit,
      seed: seedOf(own, habit.name),
      begins: minuteOf(habit.at),
      lasts: habit.program.reduce((sum, step) => sum + step.minutes, 0),
    }),
  );
  const weekdays = household.waking.weekdays.map(readyStretch);
  const weekends = household.waking.weekends.map(readyStretch);

  return (at) => {
    const local = localTime(at);
    const { day, minute, weekday } = local;
    const running = day * MINUTES_IN_DAY + minute;
    const drift = 0.8 + 0.4 * driftAt(driftSeed, running / 17);
    let power = household.base_w * drift;
    if ((running + fridgePhase) % FRIDGE_CYCLE_MINUTES < FRIDGE_RUNNING_MINUTES) power += household.fridge_w;
    const waking = weekday >= SATURDAY ? weekends : weekdays;
    if (waking.some(([from, to]) => minute >= from && minute < to)) {
      const dark = minute < LAMPS_UNTIL_MINUTE || minute >= LAMPS_FROM_MINUTE;
      power += (household.waking_w + (dark ? LAMPS_W : 0)) * drift;
    }
    power += heatingPower(household, at, (running + heatingPhase) % HEATING_CYCLE_MINUTES);
    for (const habit of habits) power += habitPower(habit, local);
    return power;
  };
}

function heatingPower(household: Household, at: EpochMs, intoCycle: number): number {
  const cold = HEATING_LIMIT_DEGC - airTemperature(at);
  if (household.heating_w_per_degree === undefined || cold <= 0) return 0;
  return intoCycle < HEATING_CYCLE_MINUTES / 2 ? 2 * household.heating_w_per_degree * cold : 0;
}

/** A habit of today, or one of yesterday that has not ended by midnight. */
function habitPower(habit: ReadyHabit, { day, minute, weekday }: LocalTime): number {
  const today = powerSince(habit, day, weekday, minute);
  const late = habit.begins + habit.spread_minutes + habit.lasts > MINUTES_IN_DAY;
  return late ? today + powerSince(habit, day - 1, (weekday + 6) % 7, minute + MINUTES_IN_DAY) : today;
}

/** @param minute minutes since the midnight that began `day`; past 1439 on the day after */
function powerSince(habit: ReadyHabit, day: number, weekday: number, minute: number): number {
  if (Math.abs(minute - habit.begins) > habit.spread_minutes + habit.lasts) return 0;
  if (habit.days !== "every day" && (habit.days === "weekends") !== weekday >= SATURDAY) return 0;
  if (chanceAt(habit.seed, day, 1) >= habit.chance) return 0;
  const begins = habit.begins + Math.round((2 * chanceAt(habit.seed, day, 2) - 1) * habit.spread_minutes);
  let rest = minute - begins;
  if (rest < 0) return 0;
  for (const step of habit.program) {
    if (rest < step.minutes) return step.power_w;
    rest -= step.minutes;
  }
  return 0;
}

const readyStretch = ([from, to]: readonly [TimeOfDay, TimeOfDay]): readonly [number, number] => [
  minuteOf(from),
  minuteOf(to),
];

function minuteOf(time: TimeOfDay): number {
  const [hours, minutes] = time.split(":").map(Number);
  if (hours === undefined || minutes === undefined || !(hours >= 0 && hours <= 24 && minutes >= 0 && minutes < 60)) {
    throw new RangeError(`not a time of day: ${time}`);
  }
  return 60 * hours + minutes;
}
