import type { Aedes, Client, PublishPacket } from "aedes";

type Done = (error?: Error | null) => void;
/** As aedes calls it itself; its public type leaves the client out. */
type Publish = (packet: PublishPacket, client: Client | Done | null, done?: Done) => void;

/**
 * What devices publish is stored, and nobody may subscribe to it: the broker spends nothing on looking for subscribers, on
 * offline queues or on retained copies. What the hub itself publishes (commands, requests) goes its way.
 */
export function forwardNoReadings(broker: Aedes): void {
  const forward = broker.publish.bind(broker) as Publish;
  const publish: Publish = (packet, client, done) => {
    if (typeof client === "function" || client === null || client === undefined) return forward(packet, client, done);
    done?.(null);
  };
  broker.publish = publish as Aedes["publish"];
}
