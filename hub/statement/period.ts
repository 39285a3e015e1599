import { HubError } from "../errors.ts";
import type { Entry } from "../ledger/entry.ts";
import { addDays, isLocalDay, type LocalDay, localDayOf, rangeOfLocalDay, type TimeZone } from "../time-zone.ts";
import type { EpochMs } from "../units.ts";

/** Whole local days of the community, both ends included. */
export interface Period {
  readonly first: LocalDay;
  readonly last: LocalDay;
}

/** How a period is written: a year, a month, a day, or a first and a last day. */
export const PERIOD_PATTERN = "^\\d{4}(-\\d{2}(-\\d{2}(\\.\\.\\d{4}-\\d{2}-\\d{2})?)?)?$";
/** Most days of one statement: a leap year. */
const MOST_DAYS = 366;

/**
 * `2026-06`, `2026`, `2026-06-13` or `2026-06-01..2026-06-14`.
 * @throws HubError REQUEST_INVALID for anything else, and for more than a year
 */
export function parsePeriod(text: string): Period {
  const [from = "", to = from] = text.split("..");
  const period = { first: firstDayOf(from), last: lastDayOf(to) };
  const isPeriod = new RegExp(PERIOD_PATTERN).test(text) && isLocalDay(period.first) && isLocalDay(period.last);
  if (!isPeriod) return refuse(`"${text}" is no period`);
  if (period.last < period.first) return refuse(`the period ${text} ends before it begins`);
  if (daysOf(period).length > MOST_DAYS) return refuse(`the period ${text} is longer than a year`);
  return period;
}

/** As it was typed, in its shortest spelling; good for a file name. */
export function periodName({ first, last }: Period): string {
  if (first === last) return first;
  for (const short of [first.slice(0, 7), first.slice(0, 4)]) {
    if (firstDayOf(short) === first && lastDayOf(short) === last) return short;
  }
  return `${first}..${last}`;
}

/** Every day of the period; at most one more than a statement may have. */
export function daysOf({ first, last }: Period): readonly LocalDay[] {
  const days: LocalDay[] = [];
  for (let day = first; day <= last && days.length <= MOST_DAYS; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The last day of each month the period touches, the period's own last day in the end. */
export function monthEnds({ first, last }: Period): readonly LocalDay[] {
  const ends: LocalDay[] = [];
  for (let day = first; day <= last; day = addDays(ends.at(-1) ?? last, 1)) {
    const monthEnd = lastDayOf(day.slice(0, 7));
    ends.push(monthEnd < last ? monthEnd : last);
  }
  return ends;
}

/** [from, to) of the period by the community's clock: 23 and 25 hour days included. */
export function rangeOfPeriod(
  zone: TimeZone,
  { first, last }: Period,
): { readonly from: EpochMs; readonly to: EpochMs } {
  return { from: rangeOfLocalDay(zone, first).from, to: rangeOfLocalDay(zone, last).to };
}

/**
 * The day an entry counts on in statements: the settlement of a day on that day, a correction on the day it was booked.
 * So what was told of a period that is over never changes; what is corrected later is told when it happens.
 */
export function countedOn(zone: TimeZone, { kind, day, booked_ms }: Entry): LocalDay {
  if (kind === "settlement") return day;
  const booked = localDayOf(zone, booked_ms);
  return booked < day ? day : booked;
}

function firstDayOf(text: string): LocalDay {
  if (text.length === 4) return `${text}-01-01`;
  return text.length === 7 ? `${text}-01` : text;
}

function lastDayOf(text: string): LocalDay {
  if (text.length === 4) return `${text}-12-31`;
  if (text.length !== 7) return text;
  const [year = 0, month = 0] = text.split("-").map(Number);
  const last = new Date(Date.UTC(year, month, 0));
  return Number.isNaN(last.getTime()) ? text : last.toISOString().slice(0, 10);
}

function refuse(message: string): never {
  throw new HubError("REQUEST_INVALID", message, {
    remedy: "Write a month such as 2026-06, a day, a year, or two days such as 2026-06-01..2026-06-14.",
  });
}
