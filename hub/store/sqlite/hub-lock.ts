import { join } from "node:path";
import Database from "better-sqlite3";
import { HubError } from "../../errors.ts";

/**
 * One hub a data folder. The lock is a lock of the kernel on `hub.lock`, so it is gone with the process however it ends.
 * @returns how to let go
 * @throws HubError FOLDER_IN_USE
 */
export function lockFolder(folder: string): () => void {
  const db = new Database(join(folder, "hub.lock"), { timeout: 0 });
  try {
    db.pragma("locking_mode = EXCLUSIVE");
    db.exec("BEGIN EXCLUSIVE");
    return () => db.close();
  } catch (cause) {
    db.close();
    throw new HubError("FOLDER_IN_USE", `another hub is running in ${folder}`, {
      cause,
      retryable: true,
      remedy: "Stop the other hub first, or choose another folder with --data.",
    });
  }
}
