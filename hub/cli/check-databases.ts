import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describeCause, type Finding, look, ok, wrong } from "./finding.ts";

const FILES = ["readings.db", "settlement.db", "books.db"];
const RESTORE = "Stop the hub, copy the folder away, and restore this file from a backup.";

/** Every database of the folder, read whole and held against SQLite's own rules; nothing is written. */
export function checkDatabases(folder: string): readonly Finding[] {
  const missing = FILES.filter((file) => !existsSync(join(folder, file)));
  if (missing.length === FILES.length) {
    return [look("databases", "there are none yet", "Start the hub, which makes them.")];
  }
  return FILES.map((file) => {
    if (missing.includes(file)) return wrong(file, "is missing, and others are there", RESTORE);
    const trouble = troubleOf(join(folder, file));
    return trouble === undefined ? ok(file, "whole") : wrong(file, trouble, RESTORE);
  });
}

/** Is a hub running in this folder? It holds a lock of the kernel, which goes with it however it ends. */
export function isHubRunning(folder: string): boolean {
  const path = join(folder, "hub.lock");
  if (!existsSync(path)) return false;
  try {
    const lock = new Database(path, { readonly: true, timeout: 0 });
    try {
      lock.prepare("SELECT count(*) FROM sqlite_master").get();
      return false;
    } finally {
      lock.close();
    }
  } catch (cause) {
    return cause instanceof Database.SqliteError && cause.code.startsWith("SQLITE_BUSY");
  }
}

function troubleOf(path: string): string | undefined {
  try {
    const db = new Database(path, { readonly: true });
    try {
      const said = db.pragma("quick_check(3)", { simple: false }) as readonly { readonly quick_check: string }[];
      const faults = said.map(({ quick_check }) => quick_check).filter((line) => line !== "ok");
      return faults.length === 0 ? undefined : `is spoilt: ${faults.join("\n")}`;
    } finally {
      db.close();
    }
  } catch (cause) {
    return `cannot be read: ${describeCause(cause)}`;
  }
}
