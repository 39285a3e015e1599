import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { EpochMs } from "../../hub/units.ts";

export const series = SeriesKey("roof/active_energy_export");

export function valueAt(at_ms: number, value_wh: number): Reading {
  return { series, at: EpochMs(at_ms), stampedBy: "device", outcome: "value", value: value_wh };
}

export function faultAt(at_ms: number, outcome: "not_available" | "read_failed" = "not_available"): Reading {
  return { series, at: EpochMs(at_ms), stampedBy: "device", outcome, value: null };
}

/** A moment of one test day, UTC; "24:15" is a quarter past midnight of the next. */
export function clock(time: string): EpochMs {
  const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
  return EpochMs(Date.UTC(2026, 2, 1) + ((hours * 60 + minutes) * 60 + seconds) * 1000);
}

/** "12:07 998, 12:15 1000, 12:30 ?" as readings in kWh; `?` is not available, `!` is a failed read. */
export function readingsOf(text: string): Reading[] {
  const words = text.split(",").map((each) => each.trim());
  return words.filter(Boolean).map((each) => {
    const [time = "", kwh = ""] = each.split(" ");
    if (kwh === "?") return faultAt(clock(time));
    if (kwh === "!") return faultAt(clock(time), "read_failed");
    return valueAt(clock(time), Math.round(Number(kwh) * 1e6) / 1e3);
  });
}

/** Minute by minute from a time: "100 101 102" in kWh. */
export function minutesOf(start: string, text: string): Reading[] {
  const words = text.split(" ").filter(Boolean);
  return words.map((kwh, n) => {
    const at = clock(start) + n * 60_000;
    return kwh === "?" ? faultAt(at) : valueAt(at, Math.round(Number(kwh) * 1e6) / 1e3);
  });
}
