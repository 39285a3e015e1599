import { join } from "node:path";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";

/** The series store of readings.db in both of its shapes: all in the head, and all in sealed chunks. */
export const sqliteSeriesStores: Readonly<Record<string, (folder: string) => Promise<SeriesStore>>> = {
  sqlite: (folder) => openSqliteSeriesStore(join(folder, "readings.db"), { windowMs: 0 }),
  "sqlite, sealed after every append": async (folder) => {
    const store = await openSqliteSeriesStore(join(folder, "readings.db"), { windowMs: 0 });
    const append: SeriesStore["append"] = async (readings, delivery) => {
      const receipt = await store.append(readings, delivery);
      await store.sealNow();
      return receipt;
    };
    return { ...store, append };
  },
};
