import { QUARANTINE_ROWS, type SeriesStore } from "../series/series-store.ts";

/** What is in the quarantine now. */
export interface KeptQuarantine {
  readonly rows: number;
  /** Kept bytes of payload. */
  readonly bytes: number;
}

/** Counting means reading all of it, so a count stands for this long. */
const COUNT_EVERY_MS = 60_000;

/**
 * How large the quarantine is, at most a minute old.
 * @param now monotonic ms
 */
export function watchQuarantine(store: SeriesStore, now: () => number): () => Promise<KeptQuarantine> {
  let counted: { readonly at: number; readonly size: KeptQuarantine } | undefined;
  return async () => {
    if (counted !== undefined && now() - counted.at < COUNT_EVERY_MS) return counted.size;
    const rows = await store.quarantined(QUARANTINE_ROWS);
    const size = { rows: rows.length, bytes: rows.reduce((sum, { payload }) => sum + payload.length, 0) };
    counted = { at: now(), size };
    return size;
  };
}
