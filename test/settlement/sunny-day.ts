import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Community } from "../../hub/members/community.ts";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs, Ms } from "../../hub/units.ts";

/** Midnight in Vienna of 2026-06-13. */
export const DAY_START = Date.UTC(2026, 5, 12, 22);
const HOUR_MS = 3_600_000;

export const community: Community = {
  name: "Test street",
  time_zone: "Europe/Vienna",
  interval_minutes: 60,
  members: [{ id: "ann" }, { id: "ben" }],
  metering_points: [
    { id: "roof", role: "generation", series: "roof/active_energy_export", rated_kw: 10 },
    { id: "ann", role: "consumption", member: "ann", series: "ann/active_energy_import" },
    { id: "ben", role: "consumption", member: "ben", series: "ben/active_energy_import" },
  ],
  policy: { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
};

/** Hourly register readings of one series: energies[h] Wh is used in hour h of the day; null leaves the reading out. */
export function registerReadings(series: string, energies: readonly (number | null)[], from = DAY_START): Reading[] {
  let register = 1_000;
  const readings: Reading[] = [];
  const add = (index: number) =>
    readings.push({
      series: SeriesKey(series),
      at: EpochMs(from + index * HOUR_MS),
      stampedBy: "device",
      outcome: "value",
      value: register,
    });
  add(0);
  energies.forEach((energy, index) => {
    if (energy === null) return;
    register += energy;
    add(index + 1);
  });
  return readings;
}

/** Stores in a new folder with the community adopted, and a settlement whose clock the test sets. */
export async function openSettlement(
  now = DAY_START + 48 * HOUR_MS,
  folder = mkdtempSync(join(tmpdir(), "millrace-settle-")),
) {
  const stores = await openStores(folder, { windowMs: 0 });
  const time = { now };
  const settlement = createSettlement({ ...stores, clock: () => EpochMs(time.now), grace: Ms(600_000) });
  await stores.communities.adopt(community, 1);
  return { folder, stores, settlement, time, [Symbol.asyncDispose]: () => stores.close() };
}

export const wholeDay = { from: EpochMs(DAY_START), to: EpochMs(DAY_START + 24 * HOUR_MS) };
