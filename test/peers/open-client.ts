import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrokerClient, type BrokerClientOptions, startBrokerClient } from "../../hub/intake/broker-client.ts";
import { openBrokerSession } from "../../hub/intake/broker-session.ts";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { memorySeriesStore } from "../../hub/store/memory/series-store.ts";
import { systemClock } from "../../hub/units.ts";
import { PASSWORD } from "./open-mosquitto.ts";

export interface OpenClient extends AsyncDisposable {
  readonly client: BrokerClient;
  readonly store: SeriesStore;
  /** What the client wrote down, as `level message` with its fields behind it. */
  readonly lines: readonly string[];
}

export interface ClientOptions extends Partial<Omit<BrokerClientOptions, "session" | "clock" | "log">> {
  readonly port: number;
  readonly folder?: string;
  readonly clientId?: string;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), "millrace-broker-client-"));

/** A broker client that waits little between attempts, with a store in memory unless another is given. */
export function openClient({ port, folder = newFolder(), clientId, ...more }: ClientOptions): OpenClient {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const store = more.store ?? memorySeriesStore();
  const url = more.url ?? `mqtt://127.0.0.1:${port}`;
  const client = startBrokerClient({
    protocol: 5,
    username: "hub",
    readPassword: () => PASSWORD,
    topics: ["readings/+"],
    ...more,
    url,
    session: openBrokerSession(folder, { clientId, name: "Mill Street", url }),
    store,
    clock: systemClock,
    log: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") },
    limits: { firstMs: 50, longestMs: 500, ...more.limits },
  });
  return { client, store, lines, [Symbol.asyncDispose]: () => client.close() };
}
