import type { DeviceRow } from "../api/device-contract.ts";

/** How a device is, in one word: whoever talks with it knows, else its silence tells. */
export type Condition = "answering" | "waiting" | "penalised" | "unreachable" | "silent";

/** A device that has said nothing for this long is called silent. */
export const SILENT_AFTER_MS = 60 * 60_000;

/** @param now_ms the hub's clock */
export function conditionOf({ state, via, last_seen_ms }: DeviceRow, now_ms: number): Condition {
  if (state === "penalised" || state === "unreachable") return state;
  if (last_seen_ms === null) return "waiting";
  // Nobody asks a device that publishes by itself, so only its silence tells that it is gone.
  if (via !== "modbus" && now_ms - last_seen_ms > SILENT_AFTER_MS) return "silent";
  return state === "waiting" ? "waiting" : "answering";
}

/** Somebody should go and look. */
export const needsCare = (condition: Condition): boolean =>
  condition === "penalised" || condition === "unreachable" || condition === "silent";
