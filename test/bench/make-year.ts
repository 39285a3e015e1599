import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { openDatabase } from "../../hub/store/sqlite/open-database.ts";
import { createReadingsTables, floatToBytes } from "../../hub/store/sqlite/readings-schema.ts";
import type { SealedDay, YearWorkerData } from "./year-worker.ts";

/** Meters and for how many days each has been there, counted back from the last day. */
export interface YearPlan {
  readonly meters: readonly { readonly index: number; readonly days: number }[];
  /** Whole days since 1970. */
  readonly lastDay: number;
}

export interface MadeYear {
  readonly readings: number;
  readonly series: number;
  /** Bytes of chunks and rollups by quantity, and how many readings they hold. */
  readonly byQuantity: ReadonlyMap<string, { readonly readings: number; readonly bytes: number }>;
}

/**
 * A readings.db as sealing would leave it, day after day, made by the store's own encoders in all cores; what is skipped
 * is the way through the head, which would take days of writing.
 */
export async function makeYear(path: string, plan: YearPlan): Promise<MadeYear> {
  const db = openDatabase(path);
  createReadingsTables(db);
  db.pragma("synchronous = OFF");
  const sql = {
    addSeries: db.prepare("INSERT INTO series (key, first_ms, last_flags) VALUES (?, ?, 0)"),
    addDay: db.prepare("INSERT INTO chunk (series_id, day, count, rollup, body) VALUES (?, ?, ?, ?, ?)"),
    count: db.prepare("UPDATE series SET readings = readings + ?, last_ms = ?, last_value = ? WHERE id = ?"),
  };
  const ids = new Map<string, number | bigint>();
  const byQuantity = new Map<string, { readings: number; bytes: number }>();
  let readings = 0;
  const keepDay = db.transaction((day: number, those: readonly SealedDay[]) => {
    for (const one of those) {
      const key = `${one.device}/${one.quantity}`;
      const id = ids.get(key) ?? sql.addSeries.run(key, one.firstMs).lastInsertRowid;
      ids.set(key, id);
      sql.addDay.run(id, day, one.count, one.rollup, one.body);
      sql.count.run(one.count, one.lastMs, floatToBytes(one.lastValue), id);
      const sum = byQuantity.get(one.quantity) ?? { readings: 0, bytes: 0 };
      sum.readings += one.count;
      sum.bytes += one.rollup.length + one.body.length;
      byQuantity.set(one.quantity, sum);
      readings += one.count;
    }
  });

  const threads = Math.min(availableParallelism(), plan.meters.length);
  const workers = Array.from({ length: threads }, (_, thread) => {
    const meters = plan.meters
      .filter((_meter, index) => index % threads === thread)
      .map(({ index, days }) => ({ index, firstDay: plan.lastDay - days + 1 }));
    return new Worker(new URL("./year-worker.ts", import.meta.url), {
      workerData: { meters } satisfies YearWorkerData,
    });
  });
  const ask = (day: number) =>
    workers.map(async (worker) => {
      const answer = once(worker, "message") as Promise<[readonly SealedDay[]]>;
      worker.postMessage(day);
      return (await answer)[0];
    });
  const longest = Math.max(...plan.meters.map(({ days }) => days));
  let asked = ask(plan.lastDay - longest + 1);
  for (let day = plan.lastDay - longest + 1; day <= plan.lastDay; day += 1) {
    const those = (await Promise.all(asked)).flat();
    // The next day is made while this one is written.
    if (day < plan.lastDay) asked = ask(day + 1);
    keepDay(day, those);
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  db.pragma("wal_checkpoint(TRUNCATE)");
  db.close();
  return { readings, series: ids.size, byQuantity };
}
