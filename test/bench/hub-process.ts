import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findHub, withdrawHub } from "../../hub/store/running-hub.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteCredentialStore } from "../../hub/store/sqlite/credential-store.ts";

/** What `npm start` gives the hub's Node. */
const START_FLAGS = ["--max-semi-space-size=4"];
const LAUNCH = fileURLToPath(new URL("../../hub/launch.mjs", import.meta.url));
/** A hub that has not ended by itself by then is killed. */
const STOP_PATIENCE_MS = 30_000;
const START_PATIENCE_MS = 60_000;
const LOOK_MS = 5;

export interface HubProcess {
  readonly pid: number;
  readonly mqttPort: number;
  readonly webUrl: string;
  /** Ask it to stop, as systemd does, and wait until it has. */
  stop(): Promise<void>;
}

export interface HubProcessOptions {
  readonly data: string;
  readonly windowMs: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Folder for a CPU profile of each of its threads. */
  readonly profiles?: string | undefined;
}

/** Credentials for planned clients, put into the books of a folder whose hub does not run; name -> password. */
export async function issueCredentials(
  data: string,
  plan: readonly { readonly name: string; readonly devices: readonly string[] }[],
): Promise<ReadonlyMap<string, string>> {
  mkdirSync(data, { recursive: true });
  const books = openBooks(join(data, "books.db"));
  try {
    // Nothing here outlives the bench: a thousand credentials need no sync each.
    books.pragma("synchronous = OFF");
    const credentials = sqliteCredentialStore(books);
    const passwords = new Map<string, string>();
    for (const { name, devices } of plan) {
      await credentials.revoke(name);
      passwords.set(name, (await credentials.issue(name, devices)).password);
    }
    return passwords;
  } finally {
    books.close();
  }
}

/** The real hub in its own process, as `npm start` runs it; resolves when it says where it listens. */
export async function startHubProcess(options: HubProcessOptions): Promise<HubProcess> {
  mkdirSync(options.data, { recursive: true });
  const config = join(options.data, "bench-config.json");
  writeFileSync(config, JSON.stringify(configOf(options)));
  withdrawHub(options.data);
  const profile = options.profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${options.profiles}`];
  const log = openSync(join(options.data, "hub.log"), "a");
  const child = spawn(process.execPath, [...profile, ...START_FLAGS, LAUNCH, "serve", "--config", config], {
    stdio: ["ignore", log, log],
    env: { ...process.env, ...options.environment },
  });
  closeSync(log);
  const running = await awaitHub(child, options.data);
  return {
    pid: child.pid ?? Number.NaN,
    mqttPort: running.mqtt.port,
    webUrl: running.web?.url ?? "",
    stop: () => stopProcess(child),
  };
}

/** Readings in the hub's database, as it says itself. */
export async function storedReadings(hub: Pick<HubProcess, "webUrl">): Promise<number> {
  const answer = await fetch(`${hub.webUrl}/api/health`);
  return ((await answer.json()) as { readonly readings: number }).readings;
}

/** End a process this bench started: first asked, then killed. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const patience = setTimeout(() => child.kill("SIGKILL"), STOP_PATIENCE_MS);
  await ended;
  clearTimeout(patience);
}

/** JSON is YAML. */
function configOf({ data, windowMs }: HubProcessOptions) {
  return {
    data,
    mqtt: { host: "127.0.0.1", port: 0 },
    web: { host: "127.0.0.1", port: 0 },
    storage: { commit_window_ms: windowMs },
    log: { level: "warn" },
  };
}

async function awaitHub(child: ChildProcess, data: string) {
  const until = performance.now() + START_PATIENCE_MS;
  for (;;) {
    const running = findHub(data);
    if (running !== undefined) return running;
    if (child.exitCode !== null || performance.now() > until) {
      child.kill("SIGKILL");
      throw new Error(`the hub did not start; see ${join(data, "hub.log")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
