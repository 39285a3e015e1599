import { DAY, EpochMs, Ms } from "./units.ts";

/** An IANA zone such as `Europe/Vienna`, `UTC`, or a fixed offset such as `-08:00`. */
export type TimeZone = string;

const FIXED_OFFSET = /^([+-])(\d{2}):?(\d{2})$/;
/** Zones change their offset at whole quarter-hours of UTC, so one question answers for all of it. */
const QUARTER_MS = 900_000;
/** Remembered offsets of one zone before they are forgotten: a year of quarter-hours. */
const REMEMBERED_OFFSETS = 36_000;

const formats = new Map<TimeZone, Intl.DateTimeFormat>();
const offsets = new Map<TimeZone, Map<number, number>>();

export function isTimeZone(zone: string): boolean {
  const fixed = FIXED_OFFSET.exec(zone);
  if (fixed !== null) return Number(fixed[2]) <= 18 && Number(fixed[3]) < 60;
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** How far local time is ahead of UTC at a moment, ms. @throws RangeError for a zone that does not exist */
export function zoneOffset(zone: TimeZone, at: EpochMs): number {
  const fixed = FIXED_OFFSET.exec(zone);
  if (fixed !== null) return (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
  const quarter = Math.floor(at / QUARTER_MS);
  let known = offsets.get(zone);
  if (known === undefined || known.size > REMEMBERED_OFFSETS) {
    known = new Map();
    offsets.set(zone, known);
  }
  let offset = known.get(quarter);
  if (offset === undefined) {
    offset = readOffset(zone, quarter * QUARTER_MS);
    known.set(quarter, offset);
  }
  return offset;
}

/**
 * The moments a local wall clock shows `localMs` (epoch ms as if the clock were UTC): one, none in the hour that spring
 * leaves out, two in the hour that autumn repeats, earlier first.
 */
export function momentsOfLocal(zone: TimeZone, localMs: number): readonly EpochMs[] {
  const around = [localMs - DAY, localMs + DAY].map((at) => localMs - zoneOffset(zone, EpochMs(at)));
  return [...new Set(around)]
    .filter((at) => at + zoneOffset(zone, EpochMs(at)) === localMs)
    .sort((a, b) => a - b)
    .map(EpochMs);
}

/** A local calendar day, `YYYY-MM-DD`. */
export type LocalDay = string;

export function localDayOf(zone: TimeZone, at: EpochMs): LocalDay {
  return new Date(at + zoneOffset(zone, at)).toISOString().slice(0, 10);
}

export function isLocalDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function addDays(day: LocalDay, days: number): LocalDay {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** [from, to) of a local day: 23, 24 or 25 hours. Where midnight itself is left out, the day begins when it ends. */
export function rangeOfLocalDay(zone: TimeZone, day: LocalDay): { readonly from: EpochMs; readonly to: EpochMs } {
  return { from: startOfLocalDay(zone, day), to: startOfLocalDay(zone, addDays(day, 1)) };
}

export function lengthOfRange({ from, to }: { readonly from: EpochMs; readonly to: EpochMs }): Ms {
  return Ms(to - from);
}

function startOfLocalDay(zone: TimeZone, day: LocalDay): EpochMs {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  const [first] = momentsOfLocal(zone, midnight);
  if (first !== undefined) return first;
  // A zone that springs forward at midnight: the day begins at the moment of the change.
  return EpochMs(midnight - zoneOffset(zone, EpochMs(midnight - DAY)));
}

function readOffset(zone: TimeZone, at: number): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone: zone,
      hourCycle: "h23",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(zone, format);
  }
  const part = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0;
  return Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second")) - at;
}
