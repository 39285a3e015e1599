import type Database from "better-sqlite3";
import { QUARANTINE_BYTES, QUARANTINE_ROWS, QUARANTINE_TOTAL_BYTES } from "../../series/series-store.ts";

/** A refusal on its way to the disk. */
export interface RefusalRow {
  readonly at: number;
  readonly source: string;
  readonly device: string | null;
  readonly reason: string;
  readonly payload: Uint8Array;
}

/** The quarantine of readings.db; to be used inside the writer's transactions. */
export interface Quarantine {
  /** Keep refusals and let the oldest go until rows and bytes are within their bounds. */
  keep(refusals: readonly RefusalRow[]): void;
  release(id: number): boolean;
}

export function openQuarantine(db: Database.Database): Quarantine {
  const sql = {
    insert: db.prepare(`INSERT INTO quarantine (at_ms, source, device, reason, payload, payload_bytes)
      VALUES (?, ?, ?, ?, ?, ?)`),
    size: db.prepare<[], { rows: number; bytes: number }>(
      "SELECT count(*) AS rows, coalesce(sum(length(payload)), 0) AS bytes FROM quarantine",
    ),
    dropOldest: db.prepare<[], { bytes: number }>(
      "DELETE FROM quarantine WHERE id = (SELECT min(id) FROM quarantine) RETURNING length(payload) AS bytes",
    ),
    release: db.prepare("DELETE FROM quarantine WHERE id = ?"),
  };
  return {
    keep(refusals) {
      for (const { at, source, device, reason, payload } of refusals) {
        sql.insert.run(at, source, device, reason, payload.subarray(0, QUARANTINE_BYTES), payload.length);
      }
      let { rows = 0, bytes = 0 } = sql.size.get() ?? {};
      while (rows > QUARANTINE_ROWS || bytes > QUARANTINE_TOTAL_BYTES) {
        bytes -= sql.dropOldest.get()?.bytes ?? bytes;
        rows -= 1;
      }
    },
    release: (id) => sql.release.run(id).changes > 0,
  };
}
