import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Reading, SeriesKey } from "../../hub/reading.ts";
import { openDatabase } from "../../hub/store/sqlite/open-database.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { DAY, EpochMs } from "../../hub/units.ts";
import type { Bench } from "./bench.ts";
import { writtenBytes } from "./process-figures.ts";
import { type SimulatedMeter, simulateMeter } from "./year-readings.ts";

const METERS = 100;
/** Readings of each series in one append: a hundred seconds. */
const STEPS_AN_APPEND = 10;
const STEPS_A_DAY = 8_640;

export const sealingBench: Bench = {
  name: "sealing",
  about:
    "a day of 500 series through the store itself: commits, the head, sealing as it goes, and the file that is left",
  async run({ folder, quick }) {
    const data = mkdtempSync(join(folder, "sealing-"));
    const path = join(data, "readings.db");
    const day = Math.floor(Date.now() / DAY) - 1;
    const steps = quick ? STEPS_A_DAY / 6 : STEPS_A_DAY;
    const columns = Array.from({ length: METERS }, (_, index) => readColumns(simulateMeter(index), day)).flat();
    const store = await openSqliteSeriesStore(path, { windowMs: 0 });
    const writtenBefore = writtenBytes(process.pid);
    const from = performance.now();
    let readings = 0;
    for (let step = 0; step < steps; step += STEPS_AN_APPEND) {
      const those = columns.flatMap(({ series, at, value }) => sliceReadings(series, at, value, step));
      await store.append(those);
      readings += those.length;
    }
    await store.sealNow();
    const seconds = (performance.now() - from) / 1_000;
    await store.close();
    const bytes = statSync(path).size;
    const free = freeBytes(path);
    const written = writtenBytes(process.pid) - writtenBefore;
    rmSync(data, { recursive: true });
    const part = `${(steps / STEPS_A_DAY) * 24} h of 500 series`;
    return [
      { name: `${part} stored and sealed`, measured: readings / seconds, unit: "readings/s" },
      { name: `${part}: pages in use after sealing`, measured: (bytes - free) / readings, unit: "bytes/reading" },
      // The head and rewritten days leave pages that are used again: a sum that does not grow with the years.
      { name: `${part}: pages free for what comes next`, measured: free / 1e6, unit: "MB" },
      { name: `${part}: written by large commits and sealing`, measured: written / readings, unit: "bytes/reading" },
    ];
  },
};

/** Pages of a database file that hold nothing now. */
function freeBytes(path: string): number {
  const db = openDatabase(path, { readonly: true });
  const pages = Number(db.pragma("freelist_count", { simple: true }));
  const pageBytes = Number(db.pragma("page_size", { simple: true }));
  db.close();
  return pages * pageBytes;
}

interface SeriesColumns {
  readonly series: SeriesKey;
  readonly at: Float64Array;
  readonly value: Float64Array;
}

function readColumns(meter: SimulatedMeter, day: number): readonly SeriesColumns[] {
  return meter.readDay(day).map(({ quantity, columns: { at, value } }) => {
    return { series: SeriesKey(`${meter.device}/${quantity}`), at, value };
  });
}

function sliceReadings(series: SeriesKey, at: Float64Array, value: Float64Array, step: number): readonly Reading[] {
  return Array.from(at.subarray(step, step + STEPS_AN_APPEND), (stamp, index) => ({
    series,
    at: EpochMs(stamp),
    stampedBy: "device" as const,
    outcome: "value" as const,
    value: value[step + index] ?? 0,
  }));
}
