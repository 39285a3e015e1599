import { dirname } from "node:path";
import Database from "better-sqlite3";
import { HubError } from "../../errors.ts";

/** How long a second process may wait for the first one's write before it gives up. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Open a database that keeps what it acknowledges: write-ahead log, and a sync at every commit, so that a commit that
 * returned has reached the disk.
 * @throws HubError FOLDER_NOT_WRITABLE when the file cannot be made or opened
 */
export function openDatabase(path: string, options: { readonly readonly?: boolean } = {}): Database.Database {
  try {
    const db = new Database(path, { readonly: options.readonly ?? false, timeout: BUSY_TIMEOUT_MS });
    if (!options.readonly) {
      db.pragma("journal_mode = WAL");
      db.pragma("synchronous = FULL");
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
