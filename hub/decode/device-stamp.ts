import type { Reading } from "../reading.ts";
import { EpochMs } from "../units.ts";

/** Whether the clock that stamped the arrival is known to be right. */
export type HubClock = "known_good" | "in_doubt";

/** When something arrived, and what that moment is worth. */
export interface ArrivalStamp {
  readonly at: EpochMs;
  readonly hubClock: HubClock;
}

/** Before this a device's clock was never set: 2000-01-01T00:00Z. */
export const EARLIEST_STAMP = 946_684_800_000;
/** How far a device's clock may run ahead of the hub's before its stamp is not believed. */
export const LATEST_AHEAD_MS = 300_000;
/** No device clock that was ever set is later than this: 2100-01-01T00:00Z. */
const LATEST_STAMP = 4_102_444_800_000;

/**
 * The moment of a reading: the device's own stamp when it is plausible, else its arrival; the reading says which.
 * A clock in doubt judges no device: its stamps are taken as they are when they are of this century.
 * @param stampMs ms since 1970 as the device says, with a known offset; undefined when it says none
 */
export function stampReading(
  stampMs: number | undefined,
  { at, hubClock }: ArrivalStamp,
): Pick<Reading, "at" | "stampedBy"> {
  const latest = hubClock === "known_good" ? at + LATEST_AHEAD_MS : LATEST_STAMP;
  const stamp = stampMs === undefined ? Number.NaN : Math.round(stampMs);
  if (!(stamp >= EARLIEST_STAMP && stamp <= latest)) return { at, stampedBy: "arrival" };
  return { at: EpochMs(stamp), stampedBy: "device" };
}
