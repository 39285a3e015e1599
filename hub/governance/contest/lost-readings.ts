import { HubError } from "../../errors.ts";
import type { CommunityVersion } from "../../members/community.ts";
import { pointWithLostReadings } from "../../settlement/lost-readings.ts";
import type { Settlement } from "../../settlement/settlement.ts";
import type { LocalDay } from "../../time-zone.ts";

/**
 * A day whose readings were forgotten since cannot be settled anew: everything it booked would be taken back.
 * @throws HubError CASE_INVALID naming a metering point that had energy when the day was booked and has no readings now
 */
export async function refuseLostReadings(
  day: LocalDay,
  adopted: CommunityVersion,
  settlement: Settlement,
): Promise<void> {
  const { cells, entry, run } = await settlement.day(day);
  if (entry === null) return;
  const now = await settlement.recompute(day, adopted, run?.state ?? "preliminary");
  const point = pointWithLostReadings(cells, now);
  if (point === undefined) return;
  throw new HubError("CASE_INVALID", `readings of ${point} on ${day} are not kept any more`, {
    remedy: "The day cannot be settled anew: reject the case, and book what is right as a correction by hand.",
  });
}
