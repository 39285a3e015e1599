import mqtt from "mqtt";
import { PASSWORD } from "./open-mosquitto.ts";

export interface Publisher extends AsyncDisposable {
  /** Resolves when the broker has acknowledged it (QoS 1), however often the connection breaks meanwhile. */
  publish(topic: string, payload: string, options?: { readonly retain?: boolean; readonly qos?: 0 | 1 }): Promise<void>;
}

/** How often an ended connection is tried again, in ms. */
const RECONNECT_MS = 50;
/** Messages without an acknowledgement at once. */
const MOST_IN_FLIGHT = 500;

/** A device that loses nothing: it keeps what is not acknowledged and sends it again after it reconnects. */
export async function openPublisher(port: number, tls?: { readonly ca: string }): Promise<Publisher> {
  const client = await mqtt.connectAsync(`${tls === undefined ? "mqtt" : "mqtts"}://127.0.0.1:${port}`, {
    ...tls,
    clientId: "publisher",
    username: "publisher",
    password: PASSWORD,
    protocolVersion: 5,
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: RECONNECT_MS,
  });
  client.on("error", () => {});
  let inFlight = 0;
  const room: (() => void)[] = [];
  return {
    async publish(topic, payload, { retain = false, qos = 1 } = {}) {
      while (inFlight >= MOST_IN_FLIGHT) await new Promise<void>((resolve) => room.push(resolve));
      inFlight += 1;
      await client.publishAsync(topic, payload, { qos, retain });
      inFlight -= 1;
      room.shift()?.();
    },
    [Symbol.asyncDispose]: () => client.endAsync(true),
  };
}
