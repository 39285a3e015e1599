import type { Point } from "../../decode/profiles/device-profile.ts";
import { EpochMs } from "../../units.ts";

/** Points that are polled together. */
export type PollGroup = Point["kind"];

/** How often each group is polled, whole ms of the hub's clock. */
export type PollPeriods = Readonly<Record<PollGroup, number>>;

/** The slot in which each group was polled last; a group that is not there never was. */
export type PolledSlots = Readonly<Partial<Record<PollGroup, EpochMs>>>;

/** Power changes with every cloud and kettle; five seconds is what most meters refresh their registers in. */
export const GAUGE_PERIOD_MS = 5_000;
/** A register read at most a minute before and after an interval's end counts as measured. */
export const COUNTER_PERIOD_MS = 60_000;
/** Between two looks at the schedule, real time, however fast the hub's clock runs. */
export const LEAST_WAIT_MS = 100;
/** A timer may fire this much before its time by the clock; woken before its slot, a poll would wait LEAST_WAIT_MS again. */
const TIMER_EARLY_MS = 1;
/** However long a period is: the hub's clock may be set meanwhile. */
export const LONGEST_WAIT_MS = 30_000;

/**
 * Slots are whole multiples of the period since 1970 UTC, so that a reading stands right after every interval's end,
 * whenever the hub was started and whatever the period is.
 */
export function slotOf(at: EpochMs, periodMs: number): EpochMs {
  return EpochMs(Math.floor(at / periodMs) * periodMs);
}

/**
 * Groups whose slot has come. A group is polled once in a slot; slots that passed unused are skipped, never caught up,
 * because what the registers said then nobody can read any more. A clock that was put back begins anew.
 */
export function dueGroups(now: EpochMs, periods: PollPeriods, polled: PolledSlots): readonly PollGroup[] {
  return groups.filter((group) => polled[group] !== slotOf(now, periods[group]));
}

/** These groups were polled in their slots of `now`. */
export function afterPoll(
  polled: PolledSlots,
  due: readonly PollGroup[],
  now: EpochMs,
  periods: PollPeriods,
): PolledSlots {
  return { ...polled, ...Object.fromEntries(due.map((group) => [group, slotOf(now, periods[group])])) };
}

/**
 * Real ms until the next slot of any group begins.
 * @param timeSpeed how much faster than real the hub's clock runs
 */
export function waitFor(now: EpochMs, periods: PollPeriods, timeSpeed: number): number {
  const next = Math.min(...groups.map((group) => slotOf(now, periods[group]) + periods[group]));
  const wait = Math.ceil((next - now) / timeSpeed) + TIMER_EARLY_MS;
  return Math.min(LONGEST_WAIT_MS, Math.max(LEAST_WAIT_MS, wait));
}

const groups: readonly PollGroup[] = ["gauge", "counter"];
