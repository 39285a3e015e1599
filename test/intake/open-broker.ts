import { execFile } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Broker, startBroker } from "../../hub/intake/broker.ts";
import type { DialectRoutes } from "../../hub/intake/dialect-routes.ts";
import type { BrokerLimits } from "../../hub/intake/limits.ts";
import type { Log } from "../../hub/log.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { openStores, type Stores } from "../../hub/store/sqlite/open-stores.ts";
import { type Clock, systemClock } from "../../hub/units.ts";

export interface OpenBroker extends AsyncDisposable {
  readonly broker: Broker;
  readonly stores: Stores;
  readonly passwords: Readonly<Record<string, string>>;
  /** What the broker wrote down, one line each. */
  readonly lines: readonly LogLine[];
  publish(as: string, topic: string, payload: string, ...more: string[]): Promise<Outcome>;
  publishFile(as: string, topic: string, path: string): Promise<Outcome>;
  subscribe(as: string, filter: string): Promise<Outcome>;
}

export interface LogLine {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A broker on a free port with a real store; each credential speaks for the devices it is given. */
export async function openBroker(
  credentials: Readonly<Record<string, readonly string[]>>,
  options: {
    readonly wrap?: (store: SeriesStore) => SeriesStore;
    readonly clock?: Clock;
    readonly limits?: Partial<BrokerLimits>;
    readonly folder?: string;
    readonly dialects?: DialectRoutes;
  } = {},
): Promise<OpenBroker> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "millrace-broker-"));
  const stores = await openStores(folder, { windowMs: 10 });
  const lines: LogLine[] = [];
  const write = (level: keyof Log) => (fields: object, message: string) => {
    lines.push({ level, message, fields: fields as Record<string, unknown> });
  };
  const broker = await startBroker({
    host: "127.0.0.1",
    port: 0,
    credentials: stores.credentials,
    store: options.wrap?.(stores.series) ?? stores.series,
    clock: options.clock ?? systemClock,
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    ...(options.limits !== undefined && { limits: options.limits }),
    ...(options.dialects !== undefined && { dialects: options.dialects }),
  });
  const passwords: Record<string, string> = {};
  for (const [name, devices] of Object.entries(credentials)) {
    passwords[name] = (await stores.credentials.issue(name, devices)).password;
  }
  const login = (as: string) => ["-h", "127.0.0.1", "-p", `${broker.port}`, "-u", as, "-P", passwords[as] ?? "wrong"];
  return {
    broker,
    stores,
    passwords,
    lines,
    publish: (as, topic, payload, ...more) =>
      run("mosquitto_pub", [...login(as), "-t", topic, "-m", payload, "-q", "1", ...more]),
    publishFile: (as, topic, path) => run("mosquitto_pub", [...login(as), "-t", topic, "-f", path, "-q", "1"]),
    subscribe: (as, filter) => run("mosquitto_sub", [...login(as), "-t", filter, "-q", "1", "-W", "1", "-E"]),
    async [Symbol.asyncDispose]() {
      await broker.close();
      await stores.close();
    },
  };
}

async function run(program: string, args: readonly string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, { timeout: 10_000 });
    return { code: 0, output: stdout + stderr };
  } catch (failure) {
    const { code, stdout = "", stderr = "" } = failure as { code?: number; stdout?: string; stderr?: string };
    return { code: typeof code === "number" ? code : -1, output: stdout + stderr };
  }
}
