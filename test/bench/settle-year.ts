import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Policy } from "../../hub/allocation/policy.ts";
import { digestOfCells } from "../../hub/settlement/day-cells.ts";
import { entryOfDay } from "../../hub/settlement/entry-of-day.ts";
import { columnsDifference, hashDay } from "../../hub/settlement/prove-columns.ts";
import { shareDay } from "../../hub/settlement/share-day.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { DAY, EpochMs } from "../../hub/units.ts";
import type { Bench, Line } from "./bench.ts";
import { medianOf } from "./percentiles.ts";
import { peakResidentMb, residentMb } from "./process-figures.ts";
import { communityOf, dayColumns, FIRST_DAY_MS } from "./settlement.ts";

const MEMBERS = 1_000;
const PLANTS = 20;
const DAYS = 365;
const QUICK_DAYS = 30;
const MONTH_DAYS = 30;
/** What a collector of garbage leaves lying about more at one moment than at another. */
const FLAT_MB = 50;
const policies: Readonly<Record<string, Policy>> = {
  "by use": { name: "by use", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
  "water filling": {
    name: "equal, offered again",
    tiers: [{ weight: { kind: "equal" }, rounds: "until_exhausted" }],
    surplus: "to_grid",
  },
};

export const settleYearBench: Bench = {
  name: "settle-year",
  about: "share out and book a year with its frozen cells, salted columns, entries and log, then verify all of it",
  async run({ quick }) {
    const lines: Line[] = [];
    const days = quick ? QUICK_DAYS : DAYS;
    const seconds: Record<string, number> = {};
    for (const [name, policy] of Object.entries(policies)) {
      const adopted = { ...communityOf(MEMBERS, PLANTS), version: "0".repeat(64) };
      const community = { ...adopted, community: { ...adopted.community, policy } };
      const folder = mkdtempSync(join(tmpdir(), "millrace-bench-year-"));
      const stores = await openStores(folder, { windowMs: 0 });
      const before = residentMb(process.pid);
      let [settled, verified] = [0, 0];
      let afterMonth = Number.NaN;
      const daysTook: number[] = [];
      for (let index = 0; index < days; index += 1) {
        const points = dayColumns(community.community, index);
        const day = new Date(FIRST_DAY_MS + index * DAY).toISOString().slice(0, 10);
        const began = performance.now();
        const cells = shareDay(community, day, points);
        const [cells_sha256, { leaves, root }] = await Promise.all([
          stores.cells.keep(cells),
          hashDay(stores.columnSalts, cells, 1),
        ]);
        const entry = entryOfDay({ cells, cells_sha256, booked: [], now: EpochMs(FIRST_DAY_MS) });
        await stores.entries.append({ ...entry, columns_root: root });
        await stores.columnSalts.keepLeaves({ day, version: 1 }, leaves);
        const took = performance.now() - began;
        settled += took;
        daysTook.push(took);
        if (index === MONTH_DAYS - 1) afterMonth = residentMb(process.pid);
      }
      const atEnd = residentMb(process.pid);
      for (const day of await stores.entries.days()) {
        const began = performance.now();
        const [booked] = await stores.entries.ofDay(day);
        const cells = await stores.cells.byDigest(booked?.entry.cells_sha256 ?? "");
        if (booked === undefined || cells === undefined) throw new Error(`${day} is not booked`);
        const place = { version: 1, root: booked.entry.columns_root ?? "" };
        if ((await columnsDifference(stores.columnSalts, cells, place)) !== undefined)
          throw new Error(`${day} differs`);
        if (digestOfCells(shareDay(community, day, cells.points)) !== booked.entry.cells_sha256) throw new Error(day);
        verified += performance.now() - began;
      }
      seconds[name] = (settled / 1_000) * (DAYS / days);
      const from = days < DAYS ? ` (from ${days} days)` : "";
      lines.push(
        {
          name: `settle a year, ${name}${from}`,
          measured: seconds[name],
          unit: "s",
          ...(name === "by use" && { budget: { atMost: 20 } }),
        },
        {
          name: `verify it, ${name}${from}`,
          measured: (verified / 1_000) * (DAYS / days),
          unit: "s",
          ...(name === "by use" && { budget: { atMost: 40 } }),
        },
        {
          name: `one more day, median, ${name}`,
          measured: medianOf(daysTook),
          unit: "ms",
          ...(name === "by use" && { budget: { atMost: 100 } }),
        },
        { name: `first day of a process, ${name}`, measured: daysTook[0] ?? Number.NaN, unit: "ms" },
        {
          name: `memory at its peak beyond the start, ${name}`,
          measured: peakResidentMb(process.pid) - before,
          unit: "MB",
        },
        ...(quick
          ? []
          : [
              {
                name: `memory grew after the first month, ${name}`,
                measured: atEnd - afterMonth,
                unit: "MB",
                budget: { atMost: FLAT_MB },
              },
            ]),
      );
      await stores.close();
      rmSync(folder, { recursive: true });
    }
    const ratio = (seconds["water filling"] ?? 0) / (seconds["by use"] ?? 1);
    lines.push({ name: "water filling beside use", measured: ratio, unit: "x", budget: { atMost: 3 } });
    return lines;
  },
};
