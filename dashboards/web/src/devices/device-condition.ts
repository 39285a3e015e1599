import type { Community } from "../api/contract.ts";
import type { DeviceRow } from "../api/device-contract.ts";

/** How a device is, in one word: whoever talks with it knows, else its silence tells. */
export type Condition = "answering" | "sending" | "waiting" | "penalised" | "unreachable" | "silent";

/** A device that has said nothing for this long is called silent. */
export const SILENT_AFTER_MS = 60 * 60_000;

/** @param now_ms the hub's clock */
export function conditionOf({ state, via, last_seen_ms }: DeviceRow, now_ms: number): Condition {
  if (state === "penalised" || state === "unreachable") return state;
  if (last_seen_ms === null || state === "waiting") return "waiting";
  if (via === "modbus") return "answering";
  // Nobody asks a device that publishes by itself, so only its silence tells that it is gone.
  return now_ms - last_seen_ms > SILENT_AFTER_MS ? "silent" : "sending";
}

/**
 * Whether somebody should go and look. A silent device that nobody describes any more and that counts for nobody was
 * taken away: its readings stay, and nobody misses new ones.
 */
export function needsCare(row: DeviceRow, now_ms: number, points: Community["metering_points"]): boolean {
  const condition = conditionOf(row, now_ms);
  if (condition === "penalised" || condition === "unreachable") return true;
  const isMissed = row.declared_in !== null || points.some(({ series }) => series.startsWith(`${row.device}/`));
  return condition === "silent" && isMissed;
}
