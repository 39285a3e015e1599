import mqtt, { type MqttClient } from "mqtt";
import { HubError } from "../errors.ts";

/** How a device in the field reaches the hub: a real socket and credentials of its own. */
export interface DeviceClientOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly password: string;
  readonly clientId?: string;
}

export interface DeviceClient {
  /**
   * Publish at QoS 1; resolves when the hub has acknowledged, which means stored. Waits while too many are in flight.
   * A lost connection is taken up again and what was in flight is sent again, so it rejects only after `close`.
   */
  publish(topic: string, payload: string): Promise<void>;
  /** Resolves when everything published so far has been acknowledged. */
  settled(): Promise<void>;
  /** End the connection: in order when all is acknowledged within CLOSE_PATIENCE_MS, else by cutting it. */
  close(): Promise<void>;
}

/** Messages in flight at once; MQTT allows 65,535 packet ids, this keeps memory small and the hub's commits full. */
export const IN_FLIGHT_LIMIT = 1_000;
/** How long one connection attempt may take. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Wait between attempts to come back after a lost connection. */
const RECONNECT_MS = 1_000;
/** How long a hub that still holds acknowledgements is waited for when a device goes; longer than the longest commit window's usual 1 s. */
const CLOSE_PATIENCE_MS = 5_000;

/** @throws HubError BROKER_UNREACHABLE when the first connection fails or is refused */
export async function connectDevice(options: DeviceClientOptions): Promise<DeviceClient> {
  const client = await firstConnection(options);
  // A failed attempt to come back is no end: the next follows in RECONNECT_MS. Unheard, the event would stop the process.
  client.on("error", () => {});
  const waiting = new Set<Promise<void>>();
  return {
    async publish(topic, payload) {
      while (waiting.size >= IN_FLIGHT_LIMIT) await Promise.race(waiting);
      const acknowledged: Promise<void> = client.publishAsync(topic, payload, { qos: 1 }).then(() => {
        waiting.delete(acknowledged);
      });
      waiting.add(acknowledged);
      return acknowledged;
    },
    async settled() {
      await Promise.all(waiting);
    },
    async close() {
      const patience = setTimeout(() => client.end(true), CLOSE_PATIENCE_MS);
      try {
        await client.endAsync();
      } finally {
        clearTimeout(patience);
      }
    },
  };
}

async function firstConnection({ host, port, name, password, clientId }: DeviceClientOptions): Promise<MqttClient> {
  try {
    return await mqtt.connectAsync(
      `mqtt://${host.includes(":") ? `[${host}]` : host}:${port}`,
      {
        username: name,
        password,
        clientId: clientId ?? `millrace-${name}-${process.pid}`,
        connectTimeout: CONNECT_TIMEOUT_MS,
        reconnectPeriod: RECONNECT_MS,
        // A hub that cannot store refuses connections for a while; a device must come back all the same.
        reconnectOnConnackError: true,
        clean: true,
      },
      false,
    );
  } catch (cause) {
    throw new HubError("BROKER_UNREACHABLE", `${name} cannot connect to the broker at ${host}:${port}`, {
      cause,
      retryable: true,
      remedy: "Check that the hub runs, that host and port match millrace.yaml and that the credential is valid.",
    });
  }
}
