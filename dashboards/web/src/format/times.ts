/**
 * Moments as people of the community read them. A zone is an IANA name or a fixed offset such as `-08:00`;
 * offsets are worked out here, because not every browser takes them.
 */

const OFFSET_PATTERN = /^([+-])(\d{2}):(\d{2})$/;
const MINUTE_MS = 60_000;

/** Format moments (epoch ms) in one zone. Making a formatter is slow, using it is not: keep it. */
export function zonedFormat(
  locale: string,
  zone: string,
  options: Intl.DateTimeFormatOptions,
): (at_ms: number) => string {
  const offset = OFFSET_PATTERN.exec(zone);
  if (offset === null) {
    const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    return (at_ms) => format.format(at_ms);
  }
  const minutes = (Number(offset[2]) * 60 + Number(offset[3])) * (offset[1] === "-" ? -1 : 1);
  const format = new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" });
  return (at_ms) => format.format(at_ms + minutes * MINUTE_MS);
}

/** `09:15` in the zone, 24 hours, whatever the language. */
export function timeOfDayFormat(zone: string): (at_ms: number) => string {
  return zonedFormat("en-GB", zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** A local day such as `2026-06-20` in words; it is a date, so no zone can move it. */
export function dayInWords(locale: string, day: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  return format.format(Date.parse(`${day}T00:00Z`));
}

/** The day `count` days after (negative: before) a local day. */
export function dayAfter(day: string, count: number): string {
  const date = new Date(`${day}T00:00Z`);
  date.setUTCDate(date.getUTCDate() + count);
  return date.toISOString().slice(0, 10);
}

/** A length of time in the largest fitting unit, as "3 hours ago". */
export function timeAgo(locale: string, length_ms: number): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always" });
  const minutes = Math.round(length_ms / MINUTE_MS);
  if (minutes < 90) return format.format(-minutes, "minute");
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), "hour");
  return format.format(-Math.round(minutes / (24 * 60)), "day");
}
