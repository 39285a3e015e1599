import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { HubError } from "../../errors.ts";
import type { Reading, SeriesKey } from "../../reading.ts";
import { type QuarantineRow, RANGE_LIMIT, type SeriesStore, type TimeRange } from "../../series/series-store.ts";
import { bucketReadings, findGaps } from "../../series/time-buckets.ts";
import { EpochMs } from "../../units.ts";
import { groupCommit } from "./group-commit.ts";
import { openDatabase } from "./open-database.ts";
import type { CommitReply } from "./readings-commit.ts";
import { createReadingsTables, unpackFlags } from "./readings-schema.ts";

interface ReadingRow {
  readonly at_ms: number;
  readonly value: number | null;
  readonly flags: number;
}

interface SeriesRow {
  readonly id: number;
  readonly key: string;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly readings: number;
  readonly conflicts: number;
}

/**
 * Readings in one SQLite file: a writer thread commits, the calling thread reads through its own connection.
 * @param path     readings.db
 * @param windowMs at most one commit, and so one sync of the card, in this time; null for a store that only reads
 * @throws HubError FOLDER_NOT_WRITABLE
 */
export async function openSqliteSeriesStore(
  path: string,
  options: { readonly windowMs: number | null },
): Promise<SeriesStore> {
  const db = openDatabase(path);
  createReadingsTables(db);
  const writer = options.windowMs === null ? undefined : await startWriter(path);
  const commits = groupCommit({ windowMs: options.windowMs ?? 0, send: (request) => writer?.postMessage(request) });
  if (writer === undefined) commits.fail("this store was opened for reading only");
  writer?.on("message", (reply: CommitReply) => commits.settle(reply));
  writer?.on("error", (cause) => commits.fail(cause));

  const sql = {
    series: db.prepare<[], SeriesRow>("SELECT * FROM series WHERE readings > 0 ORDER BY key"),
    seriesOf: db.prepare<[string], SeriesRow>("SELECT * FROM series WHERE key = ?"),
    latest: db.prepare<[number], ReadingRow>(
      "SELECT at_ms, value, flags FROM reading WHERE series_id = ? ORDER BY at_ms DESC LIMIT 1",
    ),
    range: db.prepare<[number, number, number, number], ReadingRow>(
      "SELECT at_ms, value, flags FROM reading WHERE series_id = ? AND at_ms >= ? AND at_ms < ? ORDER BY at_ms LIMIT ?",
    ),
    drop: db.prepare("DELETE FROM reading WHERE series_id = ? AND at_ms < ?"),
    recount: db.prepare(`UPDATE series SET readings = (SELECT count(*) FROM reading WHERE series_id = series.id),
      first_ms = coalesce((SELECT min(at_ms) FROM reading WHERE series_id = series.id), last_ms) WHERE id = ?`),
    quarantined: db.prepare<[number], QuarantineRow & { at_ms: number }>(
      "SELECT id, at_ms, source, device, reason, payload FROM quarantine ORDER BY id DESC LIMIT ?",
    ),
    totals: db.prepare<[], { series: number; readings: number; conflicts: number }>(
      "SELECT count(*) AS series, coalesce(sum(readings), 0) AS readings, coalesce(sum(conflicts), 0) AS conflicts FROM series",
    ),
    quarantineTotal: db.prepare<[], { total: number }>(
      "SELECT coalesce(max(seq), 0) AS total FROM sqlite_sequence WHERE name = 'quarantine'",
    ),
  };
  const readRange = function* (series: SeriesKey, { from, to }: TimeRange, limit: number): Generator<Reading> {
    const row = sql.seriesOf.get(series);
    if (row === undefined) return;
    for (const one of sql.range.iterate(row.id, from, to, limit)) yield toReading(series, one);
  };
  const newest = (row: SeriesRow): readonly Reading[] => {
    const latest = sql.latest.get(row.id);
    return latest === undefined ? [] : [toReading(row.key as SeriesKey, latest)];
  };

  return {
    append: (readings) => commits.append(readings),
    quarantine: (refusal) => commits.quarantine(refusal),
    async catalogue() {
      return sql.series.all().map(({ key, first_ms, last_ms, readings, conflicts }) => ({
        series: key as SeriesKey,
        first_ms: EpochMs(first_ms),
        last_ms: EpochMs(last_ms),
        readings,
        conflicts,
      }));
    },
    async latest(series) {
      if (series === undefined) return sql.series.all().flatMap(newest);
      const rows = [...new Set(series)].sort().map((key) => sql.seriesOf.get(key));
      return rows.flatMap((row) => (row === undefined ? [] : newest(row)));
    },
    async range(series, range, limit = RANGE_LIMIT) {
      return [...readRange(series, range, limit)];
    },
    async buckets(series, range, width) {
      return bucketReadings(readRange(series, range, Number.MAX_SAFE_INTEGER), width);
    },
    async gaps(series, range, longest) {
      const stamps = Iterator.from(readRange(series, range, Number.MAX_SAFE_INTEGER)).map(({ at }) => at);
      return findGaps(stamps, range, longest);
    },
    async dropBefore(series, before) {
      await commits.drain();
      const row = sql.seriesOf.get(series);
      if (row === undefined) return 0;
      return db.transaction(() => {
        const { changes } = sql.drop.run(row.id, before);
        sql.recount.run(row.id);
        return changes;
      })();
    },
    async quarantined(limit) {
      return sql.quarantined.all(limit).map(({ at_ms, ...row }) => ({ ...row, at: EpochMs(at_ms) }));
    },
    async counts() {
      const totals = sql.totals.get() ?? { series: 0, readings: 0, conflicts: 0 };
      return { ...totals, quarantined: sql.quarantineTotal.get()?.total ?? 0 };
    },
    async close() {
      await commits.drain();
      commits.fail("the store is closed");
      if (writer !== undefined) {
        const gone = once(writer, "exit");
        writer.postMessage("close");
        await gone;
      }
      db.close();
    },
  };
}

function toReading(series: SeriesKey, { at_ms, value, flags }: ReadingRow): Reading {
  return { series, at: EpochMs(at_ms), ...unpackFlags(flags), value };
}

async function startWriter(path: string): Promise<Worker> {
  const writer = new Worker(new URL("./readings-writer.ts", import.meta.url), { workerData: { path } });
  try {
    await once(writer, "message");
  } catch (cause) {
    throw new HubError("STORE_FAILED", `the writer of ${path} did not start`, {
      cause,
      remedy: "Check the disk and the folder's owner, then start again.",
    });
  }
  return writer;
}
