import type { LateMark } from "../../hub/series/series-store.ts";
import type { Finding, StoredReadings } from "./audit-readings.ts";

/**
 * Whether each reading that was stored before the booked moment has its mark. Pure. Nothing forgets marks here, and every
 * reading came after the moment was booked; so what stands without a mark was stored without it.
 * @param bookedMs ms since 1970 UTC
 */
export function auditMarks(
  bookedMs: number,
  { stored, marks }: { readonly stored: StoredReadings; readonly marks: readonly LateMark[] },
): readonly Finding[] {
  const bySeries = Map.groupBy(marks, ({ series }) => series);
  const findings: Finding[] = [];
  for (const { series, readings } of stored) {
    const those = bySeries.get(series) ?? [];
    for (const { at } of readings) {
      if (at >= bookedMs || those.some(({ from_ms, to_ms }) => from_ms <= at && at <= to_ms)) continue;
      findings.push({ fault: "unmarked", about: `${series} at ${at}, before the booked moment ${bookedMs}` });
    }
  }
  return findings;
}
