import { closeSync, fdatasyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { HubError } from "../../errors.ts";

/**
 * Bytes of a database page. A commit writes whole pages, so small ones spare the card: 191 bytes a reading at 50 readings a
 * commit, 224 with SQLite's own 4,096, and a year's answers take as long.
 */
const PAGE_BYTES = 1_024;
/** How long a second process may wait for the first one's write before it gives up. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Open a database that keeps what it acknowledges: write-ahead log, and a sync at every commit, so that a commit that
 * returned has reached the disk.
 * @param options.pageBytes for a new file whose rows are large; one that exists keeps its own
 * @param options.syncsItself for a caller that syncs the log after its commits (`syncLog`); checkpoints are still synced
 * @throws HubError FOLDER_NOT_WRITABLE when the file cannot be made or opened
 */
export function openDatabase(
  path: string,
  options: { readonly readonly?: boolean; readonly pageBytes?: number; readonly syncsItself?: boolean } = {},
): Database.Database {
  try {
    const db = new Database(path, { readonly: options.readonly ?? false, timeout: BUSY_TIMEOUT_MS });
    if (!options.readonly) {
      db.pragma(`page_size = ${options.pageBytes ?? PAGE_BYTES}`);
      db.pragma("journal_mode = WAL");
      db.pragma(`synchronous = ${options.syncsItself ? "NORMAL" : "FULL"}`);
    }
    db.pragma("foreign_keys = ON");
    return db;
  } catch (cause) {
    throw new HubError("FOLDER_NOT_WRITABLE", `cannot open ${path}`, {
      cause,
      remedy: `Make ${dirname(path)} a folder this user may write to, or choose another with --data.`,
    });
  }
}

/**
 * Syncs the write-ahead log of an open database by its data alone. SQLite itself calls `fsync`, for which ext4 also writes
 * the file's new time through its journal: three blocks, more than the commit.
 * @returns a function to call after each commit, before anybody is told of it, and how to let go of the file
 */
export function syncLog(path: string): { sync(): void; close(): void } {
  const log = openSync(`${path}-wal`, "r+");
  return {
    sync: () => fdatasyncSync(log),
    close: () => closeSync(log),
  };
}
