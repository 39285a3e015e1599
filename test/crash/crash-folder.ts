import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../hub/config/load.ts";
import { ConfigSchema } from "../../hub/config/schema.ts";
import { openFolder } from "../../hub/main.ts";
import { openSqliteSeriesStore } from "../../hub/store/sqlite/series-store.ts";
import { EpochMs, HOUR } from "../../hub/units.ts";
import type { Login } from "./auditor-orders.ts";

/** Each publishes over a connection of its own. */
const DEVICES = ["crash-a", "crash-b", "crash-c"];
/** What only a running hub has use for; a copy of it would lie. */
const OF_THE_PROCESS = ["hub.json", "hub.lock"];
/** How often the hub seals here; without this key in its config, it never does. */
const SEAL_EVERY_S = 1;

/** True when the hub can be told how often to seal. */
export const sealsOnDemand = Object.hasOwn(ConfigSchema.properties.storage.properties, "seal_every_s");

/** A folder in which a hub is killed again and again, and all that lies beside it. */
export interface CrashFolder {
  /** Everything of this run; kept when something was found, for whoever looks. */
  readonly work: string;
  readonly data: string;
  readonly config: string;
  readonly logins: readonly Login[];
  /** Its store was told that all before this moment, ms since 1970 UTC, is booked: what is sent of before comes late. */
  readonly bookedMs: number;
  /** Set how long the hub gathers readings for one commit, from the next start on. */
  setCommitWindow(windowMs: number): void;
  /** The database files as they lie there, in a new folder `name` beside it. */
  copy(name: string): string;
  remove(path: string): void;
}

export async function makeCrashFolder(): Promise<CrashFolder> {
  const work = mkdtempSync(join(tmpdir(), "millrace-crash-"));
  const data = join(work, "data");
  const config = join(work, "millrace.yaml");
  const setCommitWindow = (windowMs: number): void => {
    const storage = { commit_window_ms: windowMs, ...(sealsOnDemand && { seal_every_s: SEAL_EVERY_S }) };
    // JSON is YAML too.
    writeFileSync(
      config,
      JSON.stringify({ data, mqtt: { port: 0 }, web: { port: 0 }, storage, log: { level: "error" } }),
    );
  };
  setCommitWindow(0);
  return {
    work,
    data,
    config,
    logins: await issueLogins(config),
    bookedMs: await bookUntilNow(data),
    setCommitWindow,
    copy(name) {
      const target = join(work, name);
      cpSync(data, target, { recursive: true, filter: (path) => !OF_THE_PROCESS.some((file) => path.endsWith(file)) });
      return target;
    },
    remove: (path) => rmSync(path, { recursive: true, force: true }),
  };
}

async function issueLogins(config: string): Promise<readonly Login[]> {
  const folder = await openFolder(loadConfig(config));
  try {
    const issued = DEVICES.map(async (device) => {
      const { password } = await folder.credentials.issue(device, [device]);
      return { name: device, password, device };
    });
    return await Promise.all(issued);
  } finally {
    await folder.close();
  }
}

/** As if all had been settled until an hour ago, so that messages some minutes out of order are not late. */
async function bookUntilNow(data: string): Promise<number> {
  const booked = EpochMs(Date.now() - HOUR);
  const series = await openSqliteSeriesStore(join(data, "readings.db"), { windowMs: 0 });
  try {
    await series.bookedBefore(booked);
  } finally {
    await series.close();
  }
  return booked;
}
