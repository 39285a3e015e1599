import type { Aedes, Client, PublishPacket } from "aedes";
import { deviceOfTopic } from "./topic-access.ts";

type Done = (error?: Error | null) => void;
/** As aedes calls it itself; its public type leaves the client out. */
type Publish = (packet: PublishPacket, client: Client | Done | null, done?: Done) => void;

/**
 * Readings are stored, and nobody may subscribe to them: the broker spends nothing on looking for subscribers, on
 * offline queues or on retained copies of them. All other messages (commands) go their way.
 */
export function forwardNoReadings(broker: Aedes): void {
  const forward = broker.publish.bind(broker) as Publish;
  const publish: Publish = (packet, client, done) => {
    if (typeof client === "function" || deviceOfTopic(packet.topic) === undefined) return forward(packet, client, done);
    done?.(null);
  };
  broker.publish = publish as Aedes["publish"];
}
