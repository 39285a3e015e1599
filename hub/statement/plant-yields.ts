import { comparePlantYields, type PlantYield } from "../energy/plant-yield.ts";
import { accounts } from "../ledger/account.ts";
import { netOfEntries } from "../ledger/entry.ts";
import type { EntryStore } from "../ledger/entry-store.ts";
import type { CommunityStore } from "../members/community.ts";
import { addDays } from "../time-zone.ts";
import { MilliWattHours } from "../units.ts";

export interface BookedYield extends PlantYield {
  readonly ratedKw: number | null;
  readonly energy: MilliWattHours;
}

/**
 * What each plant generated in the newest settled days, against the community's median. All plants cover the same
 * intervals: those that were shared out. A flag is a question for the steward; it changes no number.
 * @param days how many days back from the newest settled one
 */
export async function bookedYields(
  { entries, communities }: { readonly entries: EntryStore; readonly communities: CommunityStore },
  days: number,
): Promise<readonly BookedYield[]> {
  const booked = await entries.days();
  const newest = booked.at(-1);
  const since = newest === undefined ? "" : addDays(newest, 1 - days);
  const those = await Promise.all(booked.filter((day) => day >= since).map((day) => entries.ofDay(day)));
  const net = netOfEntries(those.flat().map(({ entry }) => entry));
  const points = (await communities.current())?.community.metering_points ?? [];
  const plants = points
    .filter(({ role }) => role === "generation")
    .map(({ id, rated_kw }) => {
      const energy = MilliWattHours(-(net.get(accounts.plant(id)) ?? 0));
      return { point: id, energy, ...(rated_kw !== undefined && { ratedKw: rated_kw }) };
    });
  return comparePlantYields(plants).map((compared, index) => {
    const plant = plants[index];
    return { ...compared, energy: plant?.energy ?? MilliWattHours(0), ratedKw: plant?.ratedKw ?? null };
  });
}
