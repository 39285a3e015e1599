import type { Columns } from "./chunk-codec.ts";
import { mergeColumns, sortedColumns } from "./head-index.ts";
import type { ReadingsWriter } from "./readings-commit.ts";
import { dayOf, floatToBytes, isMeasured } from "./readings-schema.ts";
import type { WriterSeries } from "./writer-series.ts";

/** Series sealed in one transaction: a few ms each, so that a commit never waits long for its turn. */
const SERIES_A_STEP = 8;

/** Moving the head into chunks, a few series at a time between commits. */
export interface Sealing {
  /** One transaction of it. @returns true when it was the last one */
  step(): boolean;
  /** Head rows up to this one are sealed when it is done. */
  readonly seq: number;
}

/**
 * Begin to seal all that stands in the head now. Chunks of touched days are written anew, late readings in their own day.
 * A kill between steps loses nothing: head rows stay until the last step, and each series knows how far it is sealed.
 */
export function beginSealing(writer: ReadingsWriter): Sealing {
  const { db, days } = writer;
  const seq = writer.newestSeq();
  const queue = [...writer.series.values()].filter((series) => series.head.at.length > 0);
  const sql = {
    save: db.prepare(`UPDATE series SET sealed_seq = ?, readings = ?, first_ms = min(coalesce(first_ms, ?), ?),
      last_value = CASE WHEN ? >= coalesce(last_ms, ?) THEN ? ELSE last_value END,
      last_flags = CASE WHEN ? >= coalesce(last_ms, ?) THEN ? ELSE last_flags END,
      last_ms = max(coalesce(last_ms, ?), ?) WHERE id = ?`),
    forget: db.prepare("DELETE FROM head WHERE seq <= ?"),
    keepWindow: db.prepare(
      "INSERT INTO delivery_window (id, keys) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET keys = excluded.keys",
    ),
  };

  const sealSeries = (series: WriterSeries): (() => void) => {
    const { head } = series;
    const isNew = (index: number): boolean => {
      const row = head.seq[index] ?? 0;
      return row > series.sealedSeq && row <= seq;
    };
    const fresh = sortedColumns(head, isNew);
    let sealed = series.sealed;
    for (const [day, columns] of splitByDay(fresh)) {
      const known = days.read(series.id, day);
      const merged = known === undefined ? columns : mergeColumns(known, columns);
      sealed += merged.at.length - (known?.at.length ?? 0);
      days.write(series.id, day, merged);
    }
    const [first, last] = [fresh.at[0], fresh.at.at(-1)];
    if (first === undefined || last === undefined) return () => {};
    const [value, flags] = [fresh.value.at(-1) ?? Number.NaN, fresh.flags.at(-1) ?? 0];
    const kept = floatToBytes(value);
    sql.save.run(seq, sealed, first, first, last, last, kept, last, last, flags, last, last, series.id);
    return () => {
      series.sealedSeq = seq;
      series.sealed = sealed;
      series.lastSealed = Math.max(series.lastSealed, last);
      if (isMeasured(flags)) series.sealedMeasurement = Math.max(series.sealedMeasurement, last);
    };
  };

  const sealSome = db.transaction((those: readonly WriterSeries[]) => those.map(sealSeries)).immediate;
  const finish = db.transaction(() => {
    sql.keepWindow.run(Buffer.from(BigUint64Array.from(writer.deliveries()).buffer));
    sql.forget.run(seq);
  }).immediate;

  return {
    seq,
    step() {
      const those = queue.splice(0, SERIES_A_STEP);
      if (those.length > 0) {
        // What the writer believes of a series changes only after its chunks are on the disk.
        for (const apply of sealSome(those)) apply();
        return false;
      }
      finish();
      writer.forgetHead(seq);
      return true;
    },
  };
}

/** Columns by time, cut at UTC midnights. */
export function splitByDay(columns: Columns): readonly (readonly [day: number, columns: Columns])[] {
  const parts: [number, Columns][] = [];
  let from = 0;
  for (let index = 1; index <= columns.at.length; index += 1) {
    const day = dayOf(columns.at[from] ?? 0);
    if (index < columns.at.length && dayOf(columns.at[index] ?? 0) === day) continue;
    parts.push([
      day,
      {
        at: columns.at.subarray(from, index),
        value: columns.value.subarray(from, index),
        flags: columns.flags.subarray(from, index),
      },
    ]);
    from = index;
  }
  return parts;
}

/** Forget a series' sealed readings before a moment. @returns how many, and the first that is left */
export function dropSealed(writer: ReadingsWriter, series: WriterSeries, before: number): number {
  const { db, days } = writer;
  const lastDay = dayOf(before);
  return db
    .transaction(() => {
      days.dropBefore(series.id, lastDay);
      const cut = days.read(series.id, lastDay);
      const kept = cut?.at.findIndex((at) => at >= before) ?? 0;
      if (cut !== undefined && kept < 0) days.remove(series.id, lastDay);
      if (cut !== undefined && kept > 0) {
        const rest = { at: cut.at.slice(kept), value: cut.value.slice(kept), flags: cut.flags.slice(kept) };
        days.write(series.id, lastDay, rest);
      }
      const left = db
        .prepare<[number], { readings: number; day: number | null }>(
          "SELECT coalesce(sum(count), 0) AS readings, min(day) AS day FROM chunk WHERE series_id = ?",
        )
        .get(series.id);
      const first = left?.day == null ? undefined : days.read(series.id, left.day)?.at[0];
      const dropped = series.sealed - (left?.readings ?? 0);
      db.prepare("UPDATE series SET readings = ?, first_ms = ? WHERE id = ?").run(
        left?.readings ?? 0,
        first ?? null,
        series.id,
      );
      series.sealed = left?.readings ?? 0;
      series.first = first ?? Number.POSITIVE_INFINITY;
      series.measuredFrom = Number.POSITIVE_INFINITY;
      if (series.sealedMeasurement < before) series.sealedMeasurement = Number.NEGATIVE_INFINITY;
      return dropped;
    })
    .immediate();
}
