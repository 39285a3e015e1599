import type { SeriesKey } from "../../reading.ts";
import {
  LATE_MARKS_LIMIT,
  type QuarantineRow,
  RANGE_LIMIT,
  type SeriesStore,
  type TimeRange,
  type WatchedStore,
} from "../../series/series-store.ts";
import {
  bucketReadings,
  combineBuckets,
  findGaps,
  QUARTER_HOUR,
  type SummedBucket,
  sumBuckets,
} from "../../series/time-buckets.ts";
import { DAY, EpochMs } from "../../units.ts";
import type { Columns } from "./chunk-codec.ts";
import { valuesOf } from "./day-rollup.ts";
import { groupCommit } from "./group-commit.ts";
import { firstFrom, mergeColumns, sortedColumns } from "./head-index.ts";
import { readLateMarks } from "./late-marks.ts";
import { openDatabase } from "./open-database.ts";
import { createReadingsTables, dayOf } from "./readings-schema.ts";
import { openReadingsView, type ReadingsView, readingAt, toReading, type ViewedSeries } from "./readings-view.ts";
import { sealedDays } from "./sealed-days.ts";
import { watchStore } from "./watch-store.ts";
import { startWriterThread, storeFailed } from "./writer-thread.ts";

export interface SqliteSeriesOptions {
  /** At most one commit, and so one sync of the card, in this time, ms; null for a store that only reads. */
  readonly windowMs: number | null;
  /** How often the head is sealed into chunks, ms. */
  readonly sealEveryMs?: number;
}

export const SEAL_EVERY_MS = 3_600_000;

/**
 * Readings in one SQLite file: a writer thread commits and seals, the calling thread reads through its own connection and
 * a view of what is not sealed yet.
 * @param path readings.db
 * @throws HubError FOLDER_NOT_WRITABLE
 */
export async function openSqliteSeriesStore(
  path: string,
  options: SqliteSeriesOptions,
): Promise<SeriesStore & Sealable & WatchedStore> {
  const db = openDatabase(path);
  createReadingsTables(db);
  let view = openReadingsView(db);
  // Prepared once: it is asked before each question.
  const dataVersion = db.prepare<[], number>("PRAGMA data_version").pluck();
  let version = dataVersion.get();
  /** Beside a hub of another process nobody tells of its commits, but the file does. */
  const current = (): ReadingsView => {
    if (writer !== undefined) return view;
    const now = dataVersion.get();
    if (now !== version) view = openReadingsView(db);
    version = now;
    return view;
  };
  const days = sealedDays(db);
  const marks = readLateMarks(db);
  const watch = watchStore();
  const { windowMs, sealEveryMs = SEAL_EVERY_MS } = options;
  const writer =
    windowMs === null
      ? undefined
      : await startWriterThread({ path, sealEveryMs }, (seq) => {
          view.sealed(seq);
          watch.sealed();
        });
  const commits = groupCommit({
    windowMs: windowMs ?? 0,
    async send(request) {
      if (writer === undefined) throw storeFailed("this store was opened for reading only");
      const began = performance.now();
      const outcome = await writer.ask("commit", request);
      watch.committed(request.at.length, (performance.now() - began) / 1000);
      view.committed(request, outcome);
      return outcome;
    },
  });

  const sql = {
    idOf: db.prepare<[string], { id: number }>("SELECT id FROM series WHERE key = ?"),
    quarantined: db.prepare<[number], QuarantineRow & { at_ms: number }>(
      "SELECT id, at_ms, source, device, reason, payload, payload_bytes FROM quarantine ORDER BY id DESC LIMIT ?",
    ),
    quarantineTotal: db.prepare<[], { total: number }>(
      "SELECT coalesce(max(seq), 0) AS total FROM sqlite_sequence WHERE name = 'quarantine'",
    ),
  };
  const idOf = (viewed: ViewedSeries): number => {
    viewed.id ??= sql.idOf.get(viewed.key)?.id;
    return viewed.id ?? 0;
  };
  const headOf = (viewed: ViewedSeries, { from, to }: TimeRange): Columns =>
    sortedColumns(viewed.head, (index) => (viewed.head.at[index] ?? 0) >= from && (viewed.head.at[index] ?? 0) < to);

  /** Readings of a range, a day at a time: sealed and unsealed ones merged. */
  const readRange = function* (key: SeriesKey, range: TimeRange): Generator<Columns> {
    const viewed = current().series.get(key);
    if (viewed === undefined || range.to <= range.from) return;
    let head = headOf(viewed, range);
    for (const { day, columns } of days.readDays(idOf(viewed), dayOf(range.from), dayOf(range.to - 1))) {
      const cut = firstFrom(head, (day + 1) * DAY);
      yield within(mergeColumns(columns, sliceColumns(head, 0, cut)), range);
      head = sliceColumns(head, cut, head.at.length);
    }
    if (head.at.length > 0) yield head;
  };
  const readValues = function* (key: SeriesKey, range: TimeRange) {
    for (const columns of readRange(key, range)) yield* valuesOf(columns);
  };
  /** Quarter-hours of a range: rollups of whole days that nothing was added to since, readings elsewhere. */
  const readQuarters = function* (key: SeriesKey, range: TimeRange): Generator<SummedBucket> {
    const viewed = current().series.get(key);
    if (viewed === undefined || range.to <= range.from) return;
    const touched = new Set(viewed.head.at.map(dayOf));
    const [first, last] = [Math.ceil(range.from / DAY), Math.floor(range.to / DAY)];
    const rolled = first < last ? days.rollups(idOf(viewed), first, last - 1) : [];
    let from: number = range.from;
    for (const { day, buckets } of rolled) {
      if (touched.has(day)) continue;
      if (hasHeadBetween(touched, dayOf(from), day) || from < first * DAY) {
        yield* sumBuckets(readValues(key, { from: EpochMs(from), to: EpochMs(day * DAY) }), QUARTER_HOUR);
      }
      yield* buckets();
      from = (day + 1) * DAY;
    }
    yield* sumBuckets(readValues(key, { from: EpochMs(from), to: range.to }), QUARTER_HOUR);
  };

  return {
    append: (readings, delivery) => commits.append(readings, delivery),
    quarantine: (refusal) => commits.quarantine(refusal),
    async catalogue() {
      return sortedSeries(current().series).map(({ key, first, last, readings, conflicts }) => {
        return { series: key, first_ms: EpochMs(first), last_ms: EpochMs(last), readings, conflicts };
      });
    },
    async latest(keys) {
      const wanted = keys && new Set(keys);
      return sortedSeries(current().series)
        .filter(({ key }) => wanted === undefined || wanted.has(key))
        .map(({ key, last, lastValue, lastFlags }) => toReading(key, { at: last, value: lastValue, flags: lastFlags }));
    },
    async range(key, range, limit = RANGE_LIMIT) {
      const readings = [];
      for (const columns of readRange(key, range)) {
        for (let index = 0; index < columns.at.length && readings.length < limit; index += 1) {
          readings.push(readingAt(key, columns, index));
        }
        if (readings.length >= limit) break;
      }
      return readings;
    },
    async buckets(key, range, width) {
      if (width % QUARTER_HOUR !== 0) return bucketReadings(readValues(key, range), width);
      return combineBuckets(readQuarters(key, range), width);
    },
    async gaps(key, range, longest) {
      const stamps = Iterator.from(readRange(key, range)).flatMap(({ at }) => at);
      return findGaps(stamps, range, longest);
    },
    async dropBefore(key, before) {
      await commits.drain();
      const viewed = current().series.get(key);
      if (viewed === undefined || writer === undefined) return 0;
      const { readings } = await writer.ask("drop", { series: key, before });
      viewed.readings -= readings;
      viewed.first = firstStamp(readRange(key, { from: before, to: EpochMs(Number.MAX_SAFE_INTEGER) })) ?? viewed.last;
      return readings;
    },
    async bookedBefore(moment) {
      await writer?.ask("booked", { before: moment });
    },
    lateMarks: async (limit = LATE_MARKS_LIMIT) => marks(limit),
    async forgetMarks(ids) {
      if (writer === undefined) throw storeFailed("this store was opened for reading only");
      await writer.ask("forget", { marks: ids });
    },
    async quarantined(limit) {
      return sql.quarantined.all(limit).map(({ at_ms, ...row }) => ({ ...row, at: EpochMs(at_ms) }));
    },
    releaseQuarantined: async (row) => (await writer?.ask("release", { row })) ?? false,
    async counts() {
      const all = sortedSeries(current().series);
      return {
        series: all.length,
        readings: all.reduce((sum, { readings }) => sum + readings, 0),
        conflicts: all.reduce((sum, { conflicts }) => sum + conflicts, 0),
        quarantined: sql.quarantineTotal.get()?.total ?? 0,
      };
    },
    figures: () => ({
      ...watch.figures(),
      head_readings: [...current().series.values()].reduce((sum, { head }) => sum + head.at.length, 0),
    }),
    async sealNow() {
      await commits.drain();
      await writer?.ask("seal", null);
    },
    async close() {
      await commits.drain();
      commits.fail("the store is closed");
      await writer?.close();
      db.close();
    },
  };
}

/** A store whose head can be sealed at once: for tests, and before a backup. */
export interface Sealable {
  sealNow(): Promise<void>;
}

function sortedSeries(series: ReadonlyMap<SeriesKey, ViewedSeries>): readonly ViewedSeries[] {
  return [...series.values()].filter(({ readings }) => readings > 0).sort((a, b) => (a.key < b.key ? -1 : 1));
}

function sliceColumns({ at, value, flags }: Columns, from: number, to: number): Columns {
  return { at: at.subarray(from, to), value: value.subarray(from, to), flags: flags.subarray(from, to) };
}

function within(columns: Columns, { from, to }: TimeRange): Columns {
  return sliceColumns(columns, firstFrom(columns, from), firstFrom(columns, to));
}

function firstStamp(parts: Iterable<Columns>): number | undefined {
  for (const { at } of parts) if (at[0] !== undefined) return at[0];
  return undefined;
}

/** True when a day from `first` up to, not including, `day` has unsealed readings. */
function hasHeadBetween(touched: ReadonlySet<number>, first: number, day: number): boolean {
  for (const one of touched) if (one >= first && one < day) return true;
  return false;
}
