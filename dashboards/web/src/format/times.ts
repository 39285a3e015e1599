/**
 * Moments as people of the community read them. A zone is an IANA name or a fixed offset such as `-08:00`;
 * offsets are worked out here, because not every browser takes them.
 */

const OFFSET_PATTERN = /^([+-])(\d{2}):(\d{2})$/;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

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

/** A length of time in the largest fitting unit, as "3 hours ago"; a clock that runs ahead makes it 0 seconds. */
export function timeAgo(locale: string, length_ms: number, style: "long" | "short" = "long"): string {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "always", style });
  const seconds = Math.max(0, Math.round(length_ms / 1_000));
  if (seconds < 90) return format.format(-seconds, "second");
  const minutes = Math.round(length_ms / MINUTE_MS);
  if (minutes < 90) return format.format(-minutes, "minute");
  if (minutes < 48 * 60) return format.format(-Math.round(minutes / 60), "hour");
  return format.format(-Math.round(minutes / (24 * 60)), "day");
}

/**
 * The moment a wall clock of the zone shows `local`, as a `datetime-local` field gives it: `2026-06-20T12:15`. In the hour
 * that autumn repeats it is the earlier one, in the hour that spring leaves out the moment an hour on.
 * @returns epoch ms; NaN when `local` is no such text
 */
export function momentOfLocal(zone: string, local: string): number {
  const asUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtc)) return Number.NaN;
  const format = zonedFormat("sv-SE", zone, { dateStyle: "short", timeStyle: "medium" });
  const aheadAt = (at_ms: number): number => Date.parse(`${format(at_ms).replace(" ", "T")}Z`) - at_ms;
  const around = [asUtc - DAY_MS, asUtc + DAY_MS].map((at_ms) => asUtc - aheadAt(at_ms));
  return around.find((at_ms) => at_ms + aheadAt(at_ms) === asUtc) ?? Math.max(...around);
}

/** What a `datetime-local` field shows for a moment: `2026-06-20T12:15` in the zone. */
export function localOfMoment(zone: string, at_ms: number): string {
  return zonedFormat("sv-SE", zone, { dateStyle: "short", timeStyle: "short" })(at_ms).replace(" ", "T");
}
