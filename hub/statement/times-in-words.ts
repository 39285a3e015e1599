import type { LocalDay, TimeZone } from "../time-zone.ts";
import type { EpochMs } from "../units.ts";
import { type Period, periodName } from "./period.ts";

/** "Thu, 1 Oct". */
export function dayInWords(locale: string, day: LocalDay): string {
  return format(locale, { weekday: "short", day: "numeric", month: "short" }).format(noon(day));
}

/** "October 2026", "2026", or "1 October 2026 – 14 October 2026". */
export function periodInWords(locale: string, period: Period): string {
  const name = periodName(period);
  if (name.length === 4) return name;
  if (name.length === 7) return format(locale, { month: "long", year: "numeric" }).format(noon(period.first));
  const long = format(locale, { day: "numeric", month: "long", year: "numeric" });
  return period.first === period.last
    ? long.format(noon(period.first))
    : `${long.format(noon(period.first))} – ${long.format(noon(period.last))}`;
}

/** A moment by the community's clock. */
export function momentInWords(locale: string, timeZone: TimeZone, at: EpochMs): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone }).format(at);
}

/** A calendar day is the same in every zone. */
function format(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
}

function noon(day: LocalDay): number {
  return Date.parse(`${day}T12:00:00Z`);
}
