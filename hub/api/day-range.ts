import { HubError } from "../errors.ts";
import { addDays, type LocalDay, localDayOf, type TimeZone } from "../time-zone.ts";
import { EpochMs } from "../units.ts";

/** Most days one request may ask for: a leap year and its two cut ends. */
const MOST_DAYS = 368;

/** The local days a range touches, none after today. @throws HubError REQUEST_INVALID for a range that is too long or turned round */
export function daysOfRange(
  zone: TimeZone,
  { from_ms, to_ms }: { readonly from_ms: number; readonly to_ms: number },
  today: LocalDay,
): readonly LocalDay[] {
  if (to_ms <= from_ms) return refuse("the range is empty or turned round", "Give from_ms before to_ms.");
  const days: LocalDay[] = [];
  const last = localDayOf(zone, EpochMs(to_ms - 1));
  for (let day = localDayOf(zone, EpochMs(from_ms)); day <= last && day <= today; day = addDays(day, 1)) {
    days.push(day);
    if (days.length > MOST_DAYS) return refuse(`more than ${MOST_DAYS} days asked for`, "Ask for a year at a time.");
  }
  return days;
}

function refuse(message: string, remedy: string): never {
  throw new HubError("REQUEST_INVALID", message, { remedy });
}
