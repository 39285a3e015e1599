import { HubError } from "../../errors.ts";
import type { CommunityVersion } from "../../members/community.ts";
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
  for (const booked of cells.points) {
    const anew = now.points.find(({ point }) => point === booked.point);
    const isLost = booked.quality.some((quality, index) => {
      return quality !== "missing" && anew?.reason[index] === "no_readings";
    });
    if (!isLost) continue;
    throw new HubError("CASE_INVALID", `readings of ${booked.point} on ${day} are not kept any more`, {
      remedy: "The day cannot be settled anew: reject the case, and book what is right as a correction by hand.",
    });
  }
}
