import type { Config } from "../config/schema.ts";
import { connectDevice, type DeviceClient } from "../demo/device-client.ts";
import { HubError } from "../errors.ts";
import { openFolder, startHub } from "../main.ts";
import type { CommunityStore } from "../members/community.ts";
import type { CredentialStore } from "../members/credential.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { Settlement } from "../settlement/settlement.ts";
import { findHub } from "../store/running-hub.ts";

/** The hub a replay publishes to: one that runs in the folder already, or one started for the replay. */
export interface ReplayHub {
  readonly mqtt: { readonly host: string; readonly port: number };
  /** True when it was there before. */
  readonly isRunning: boolean;
  readonly series: SeriesStore;
  readonly communities: CommunityStore;
  readonly credentials: CredentialStore;
  readonly settlement: Settlement;
  close(): Promise<void>;
}

/** @throws HubError FOLDER_NOT_WRITABLE, or FOLDER_IN_USE by a hub that does not say where it listens */
export async function openReplayHub(config: Config): Promise<ReplayHub> {
  try {
    const hub = await startHub(ownConfig(config), { web: false, settles: false });
    return { ...hub, isRunning: false };
  } catch (error) {
    if (!(error instanceof HubError && error.code === "FOLDER_IN_USE")) throw error;
    const running = findHub(config.data);
    if (running === undefined) throw error;
    const folder = await openFolder(config);
    const mqtt = { host: reachable(running.mqtt.host), port: running.mqtt.port };
    return { ...folder, mqtt, isRunning: true };
  }
}

/**
 * A credential that speaks for exactly these devices while `work` runs; nothing of it is left afterwards.
 * @param name a replay that was killed left one of this name behind, which is taken away first
 */
export async function withGateway<T>(
  { mqtt, credentials }: Pick<ReplayHub, "mqtt" | "credentials">,
  { name, devices }: { readonly name: string; readonly devices: readonly string[] },
  work: (client: DeviceClient) => Promise<T>,
): Promise<T> {
  await credentials.revoke(name);
  const { password } = await credentials.issue(name, devices);
  try {
    const client = await connectDevice({ ...mqtt, name, password });
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  } finally {
    await credentials.revoke(name);
  }
}

/** A hub for the time of a replay needs no port that somebody knows, and says only what is wrong. */
function ownConfig(config: Config): Config {
  const level = config.log.level === "silent" || config.log.level === "error" ? config.log.level : "warn";
  return { ...config, mqtt: { host: "127.0.0.1", port: 0 }, log: { level } };
}

/** A hub that listens on every address is reached on this machine's own. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}
