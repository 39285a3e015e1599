import type { Community, CommunityVersion } from "../../hub/members/community.ts";
import type { PointColumn } from "../../hub/settlement/day-cells.ts";
import { shareDay } from "../../hub/settlement/share-day.ts";
import { DAY } from "../../hub/units.ts";
import type { Bench, Line } from "./bench.ts";
import { peakResidentMb, residentMb } from "./process-figures.ts";

const INTERVALS_A_DAY = 96;
const DAYS = 365;
export const FIRST_DAY_MS = Date.UTC(2025, 0, 1);
const PLANT_MEMBERS = 10;
const YEAR_SECONDS = 20;

export const settlementBench: Bench = {
  name: "settlement",
  about: "share out a year of quarter-hours, day by day; the measured columns of a day are made, not read",
  async run({ quick }) {
    const lines: Line[] = [];
    for (const members of [100, 1_000]) {
      const days = quick ? 36 : DAYS;
      const adopted = communityOf(members);
      const before = residentMb(process.pid);
      let spentMs = 0;
      for (let day = 0; day < days; day += 1) {
        const points = dayColumns(adopted.community, day);
        const name = new Date(FIRST_DAY_MS + day * DAY).toISOString().slice(0, 10);
        const from = performance.now();
        shareDay(adopted, name, points);
        spentMs += performance.now() - from;
      }
      const yearSeconds = (spentMs / 1_000) * (DAYS / days);
      lines.push(
        {
          name: `settle a year of ${members} members, sharing${days < DAYS ? ` (from ${days} days)` : ""}`,
          measured: yearSeconds,
          unit: "s",
          ...(members === 1_000 && { budget: { atMost: YEAR_SECONDS } }),
        },
        {
          name: `settle ${members} members: memory grew by`,
          measured: peakResidentMb(process.pid) - before,
          unit: "MB",
        },
      );
    }
    return lines;
  },
};

export function communityOf(members: number, plantCount = members / PLANT_MEMBERS): CommunityVersion {
  const ids = Array.from({ length: members }, (_, index) => `home-${String(index).padStart(4, "0")}`);
  const plants = Array.from({ length: plantCount }, (_, index) => `roof-${String(index).padStart(3, "0")}`);
  const community: Community = {
    name: "bench",
    time_zone: "UTC",
    interval_minutes: 15,
    members: ids.map((id) => ({ id })),
    metering_points: [
      ...ids.map((id) => ({ id, role: "consumption" as const, member: id, series: `${id}/active_energy_import` })),
      ...plants.map((id) => ({ id, role: "generation" as const, series: `${id}/active_energy_export` })),
    ],
    policy: { name: "bench", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
  };
  return { version: "bench", adopted_ms: FIRST_DAY_MS, community };
}

/** Whole mWh that differ from point to point and interval to interval; plants make nothing at night. */
export function dayColumns(community: Community, day: number): readonly PointColumn[] {
  return community.metering_points.map(({ id, role, member, series }, point) => ({
    point: id,
    role,
    member: member ?? null,
    series,
    energy_mwh: Array.from({ length: INTERVALS_A_DAY }, (_, interval) => {
      const sun = Math.max(0, Math.sin(((interval - 24) / 48) * Math.PI));
      const noise = ((day * 31 + point * 17 + interval * 7) * 2_654_435_761) % 100_003;
      return role === "generation" ? Math.round(sun * 2_000_000 + sun * noise) : 20_000 + noise;
    }),
    quality: Array.from({ length: INTERVALS_A_DAY }, () => "measured" as const),
    reason: Array.from({ length: INTERVALS_A_DAY }, () => null),
  }));
}
