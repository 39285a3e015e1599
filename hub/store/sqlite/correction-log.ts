import type Database from "better-sqlite3";
import type { SeriesKey } from "../../reading.ts";
import type { Change, Correction, CorrectionLog, KeptCorrection } from "../../series/corrections.ts";
import { EpochMs } from "../../units.ts";
import { digestRows } from "./row-digests.ts";

interface CorrectionRow {
  readonly version: number;
  readonly series: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly change: string;
  readonly author: string;
  readonly reason: string;
  readonly made_ms: number;
}

/** Corrections in books.db: few, precious, and kept when old readings are forgotten. @param db as `openBooks` gives it */
export function sqliteCorrectionLog(db: Database.Database): CorrectionLog {
  const insert = db.prepare(`INSERT INTO correction (series, from_ms, to_ms, change, author, reason, made_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const select = db.prepare<[], CorrectionRow>("SELECT * FROM correction ORDER BY version");
  const keep = digestRows(db, "correction");
  const add = db.transaction((corrections: readonly Correction[]) => {
    for (const { series, range, change, author, reason, made_ms } of corrections) {
      keep(insert.run(series, range.from, range.to, JSON.stringify(change), author, reason, made_ms).lastInsertRowid);
    }
  }).immediate;
  return {
    async add(corrections) {
      add(corrections);
    },
    async list() {
      return select.all().map(
        ({ version, series, from_ms, to_ms, change, author, reason, made_ms }): KeptCorrection => ({
          version,
          series: series as SeriesKey,
          range: { from: EpochMs(from_ms), to: EpochMs(to_ms) },
          change: JSON.parse(change) as Change,
          author,
          reason,
          made_ms: EpochMs(made_ms),
        }),
      );
    },
  };
}
