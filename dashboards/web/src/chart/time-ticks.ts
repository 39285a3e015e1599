const QUARTER_MS = 15 * 60_000;
const FULL_HOUR = /^(\d{2}):00$/;

/**
 * Where the time axis of a local day gets its marks: full local hours that divide by `hours`, found on the real time
 * line, so that a day of 23 or 25 hours shows the hour it lacks or has twice.
 * @returns moments in epoch ms within [from_ms, to_ms)
 */
export function timeTicks(
  window: { readonly from_ms: number; readonly to_ms: number },
  hours: number,
  timeOfDay: (at_ms: number) => string,
): number[] {
  const ticks: number[] = [];
  for (let at_ms = window.from_ms; at_ms < window.to_ms; at_ms += QUARTER_MS) {
    const hour = FULL_HOUR.exec(timeOfDay(at_ms))?.[1];
    if (hour !== undefined && Number(hour) % hours === 0) ticks.push(at_ms);
  }
  return ticks;
}
