import type { IPublishPacket } from "mqtt";
import type { Request } from "../decode/dialects/dialect.ts";
import { HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { ArrivalClock } from "../series/watch-clock.ts";
import type { Clock } from "../units.ts";
import type { DialectRoutes } from "./dialect-routes.ts";
import { MAX_PACKET_BYTES } from "./limits.ts";
import { takeMessage } from "./take-message.ts";
import { deviceOfTopic } from "./topic-access.ts";

export interface DeliveredCounts {
  /** Messages whose readings, or refusals, are on the disk. */
  messages: number;
  /** Replays of retained messages, which are no new readings. */
  retained: number;
  /** Of the messages, those sent at QoS 0, which the broker may have lost any number of. */
  unpromised: number;
}

export interface DeliveredPorts {
  readonly clientId: string;
  readonly store: SeriesStore;
  readonly clock: Clock;
  /** Stamps what arrives; without it the clock does, and is trusted. */
  readonly arrive?: ArrivalClock | undefined;
  /** Devices that speak a dialect on topics of their own. */
  readonly dialects?: DialectRoutes | undefined;
  /** Publish to the same broker. */
  readonly request?: ((requests: readonly Request[]) => void) | undefined;
  readonly log: Log;
  readonly counts: DeliveredCounts;
}

/**
 * Keep what somebody else's broker delivered. Resolves when the message may be acknowledged.
 * Who may publish for which device is that broker's to decide; a message that says nothing the hub knows goes to the
 * quarantine with its reason, and so does one that its decoder breaks on: delivered again it would break it again.
 * @throws HubError STORE_FAILED: the message must not be acknowledged
 */
export async function takeDelivered(packet: IPublishPacket, ports: DeliveredPorts): Promise<void> {
  const { store, clock, log, counts, dialects } = ports;
  const { topic } = packet;
  const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
  const own = deviceOfTopic(topic);
  const routes = own === undefined ? dialects?.routesOf(topic) : undefined;
  if (packet.retain) {
    counts.retained += 1;
    // It is no new reading, but it may say what a unit or an alias is.
    if (routes !== undefined && routes.length > 0 && payload.length <= MAX_PACKET_BYTES) {
      const arrival = { at: clock(), hubClock: "in_doubt" } as const;
      const { requests } = dialects?.decode(routes, { topic, payload, arrival, isReplayed: true }) ?? { requests: [] };
      ports.request?.(requests);
      return;
    }
    log.info({ topic }, "a retained message that the broker replays is not a new reading: dropped");
    return;
  }
  if (packet.qos === 0) {
    if (counts.unpromised === 0) log.warn({ topic }, "sent at QoS 0, which promises nothing: set QoS 1 at the device");
    counts.unpromised += 1;
  }
  const quarantine = (device: string | null, reason: string) =>
    store.quarantine({ at: clock(), source: topic, device, reason, payload });
  const device = own ?? routes?.[0]?.device.device;
  if (device === undefined) {
    await quarantine(null, "neither readings/<device> nor a topic of a device that is described here");
  } else if (payload.length > MAX_PACKET_BYTES) {
    await quarantine(device, `message of ${payload.length} bytes is over the limit of ${MAX_PACKET_BYTES}`);
  } else {
    try {
      const message = { source: topic, device, payload, ...(routes !== undefined && { routes }) };
      const { requests } = await takeMessage({ ...message, ...deliveryOf(packet, payload, ports) }, ports);
      if (requests.length > 0) ports.request?.(requests);
    } catch (cause) {
      if (cause instanceof HubError) throw cause;
      await quarantine(device, `cannot be decoded: ${String(cause)}`);
    }
  }
  counts.messages += 1;
}

/** Packet ids are those of our session at that broker, which must not be taken for a client of the hub's own. */
function deliveryOf(packet: IPublishPacket, payload: Uint8Array, { clientId }: DeliveredPorts) {
  if (packet.messageId === undefined) return {};
  return {
    delivery: { client: `broker-client:${clientId}`, packet: packet.messageId, payload, isRepeat: packet.dup },
  };
}
