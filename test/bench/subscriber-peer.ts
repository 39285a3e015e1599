import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { loginsOf, planClients } from "./generator.ts";
import { stopProcess } from "./hub-process.ts";
import type { IntakeTarget } from "./intake-target.ts";
import { startMosquitto } from "./mosquitto-process.ts";

const SUBSCRIBER = fileURLToPath(new URL("./subscriber-process.ts", import.meta.url));

/** mosquitto, and a plain Node subscriber that inserts each message into SQLite. */
export async function startSubscriberPeer(folder: string, clients: number): Promise<IntakeTarget> {
  const database = makeReadingTable(join(folder, "subscriber.db"));
  const mosquitto = await startMosquitto(folder);
  const child = fork(SUBSCRIBER, [String(mosquitto.port), database.path], { execArgv: [] });
  await once(child, "message");
  return {
    name: "mosquitto + Node subscriber -> SQLite",
    port: mosquitto.port,
    logins: loginsOf(planClients(clients)),
    pids: [mosquitto.pid, child.pid ?? Number.NaN],
    storedMessages: database.count,
    async stop() {
      await stopProcess(child);
      await mosquitto.stop();
      database.close();
    },
  };
}

/** A table as a user would make it, and how many rows it has: the newest row's number, which costs nothing to look up. */
export function makeReadingTable(path: string): { readonly path: string; count(): Promise<number>; close(): void } {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.exec("CREATE TABLE reading (id INTEGER PRIMARY KEY, series TEXT, at REAL, value REAL)");
  const newest = db.prepare<[], { rows: number | null }>("SELECT max(id) AS rows FROM reading");
  return { path, count: async () => newest.get()?.rows ?? 0, close: () => db.close() };
}
