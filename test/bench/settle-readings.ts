import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Community } from "../../hub/members/community.ts";
import { createSettlement } from "../../hub/settlement/settlement.ts";
import { verify } from "../../hub/settlement/verify.ts";
import { encodeChunk } from "../../hub/store/sqlite/chunk-codec.ts";
import { encodeRollup } from "../../hub/store/sqlite/day-rollup.ts";
import { openDatabase } from "../../hub/store/sqlite/open-database.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { createReadingsTables, dayOf, floatToBytes } from "../../hub/store/sqlite/readings-schema.ts";
import { DAY, EpochMs, MINUTE, Ms } from "../../hub/units.ts";
import type { Bench } from "./bench.ts";
import { medianOf } from "./percentiles.ts";
import { communityOf, dayColumns, FIRST_DAY_MS } from "./settlement.ts";

const MEMBERS = 1_000;
const PLANTS = 20;
const DAYS = 60;
const QUICK_DAYS = 15;
const QUARTERS = 96;
const QUARTER_MS = 15 * MINUTE;
const YEAR_DAYS = 365;

export const settleReadingsBench: Bench = {
  name: "settle-readings",
  about:
    "settle and verify whole days from stored readings: a register every quarter-hour of each of 1,020 metering points",
  async run({ quick, folder }) {
    const days = quick ? QUICK_DAYS : DAYS;
    const { community } = communityOf(MEMBERS, PLANTS);
    const data = mkdtempSync(join(folder, "settle-readings-"));
    writeRegisters(join(data, "readings.db"), community, days);
    const stores = await openStores(data, { windowMs: null });
    await stores.communities.adopt(community, FIRST_DAY_MS);
    // The day after the last one, so that none is made final in between.
    const clock = () => EpochMs(FIRST_DAY_MS + (days + 1) * DAY);
    const settlement = createSettlement({ ...stores, clock, grace: Ms(10 * MINUTE) });
    const settled: number[] = [];
    const verified: number[] = [];
    let began = performance.now();
    const tick = (took: number[]) => () => {
      took.push(performance.now() - began);
      began = performance.now();
    };
    const range = { from: EpochMs(FIRST_DAY_MS), to: EpochMs(FIRST_DAY_MS + days * DAY) };
    const report = await settlement.settle(range, tick(settled));
    if (report.days.settled !== days) throw new Error(`settled ${report.days.settled} of ${days} days`);
    began = performance.now();
    const { differences } = await verify({ ...stores, settlement }, { onDay: tick(verified) });
    if (differences.length > 0) throw new Error(differences[0]?.what);
    await stores.close();
    rmSync(data, { recursive: true });
    const year = (took: readonly number[]) => (medianOf(took) * YEAR_DAYS) / 1_000;
    return [
      { name: "a day from its readings, 1,000 members", measured: medianOf(settled), unit: "ms" },
      { name: "the first one of a process", measured: settled[0] ?? Number.NaN, unit: "ms" },
      { name: `a year of them (from ${days} days)`, measured: year(settled), unit: "s" },
      { name: `verify that year (from ${days} days)`, measured: year(verified), unit: "s" },
    ];
  },
};

/** A readings.db as sealing leaves it: every register each quarter-hour, from a day before the first to a day after the last. */
function writeRegisters(path: string, community: Community, days: number): void {
  const db = openDatabase(path);
  createReadingsTables(db);
  db.pragma("synchronous = OFF");
  const sql = {
    series: db.prepare("INSERT INTO series (key, first_ms, last_flags) VALUES (?, ?, 0)"),
    day: db.prepare("INSERT INTO chunk (series_id, day, count, rollup, body) VALUES (?, ?, ?, ?, ?)"),
    count: db.prepare("UPDATE series SET readings = readings + ?, last_ms = ?, last_value = ? WHERE id = ?"),
  };
  const ids = community.metering_points.map(({ series }) => sql.series.run(series, FIRST_DAY_MS - DAY).lastInsertRowid);
  const registers = new Float64Array(ids.length).fill(100_000_000);
  const writeDay = db.transaction((index: number) => {
    for (const [place, { energy_mwh }] of dayColumns(community, Math.max(0, index)).entries()) {
      const from = FIRST_DAY_MS + index * DAY;
      const at = Float64Array.from({ length: QUARTERS }, (_, quarter) => from + quarter * QUARTER_MS);
      const value = Float64Array.from({ length: QUARTERS }, (_, quarter) => {
        const register = registers[place] ?? 0;
        registers[place] = register + (energy_mwh[quarter] ?? 0);
        return register / 1_000;
      });
      const columns = { at, value, flags: new Uint8Array(QUARTERS) };
      const id = ids[place] ?? 0;
      sql.day.run(id, dayOf(from), QUARTERS, encodeRollup(columns), encodeChunk(columns));
      sql.count.run(QUARTERS, at.at(-1), floatToBytes(value.at(-1) ?? 0), id);
    }
  });
  for (let index = -1; index <= days; index += 1) writeDay(index);
  db.close();
}
