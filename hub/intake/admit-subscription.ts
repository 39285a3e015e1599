import type { Aedes, Client } from "aedes";
import type { Connection } from "./connection.ts";
import type { SeldomLog } from "./seldom-log.ts";
import { maySubscribe } from "./topic-access.ts";

/** Decide about each filter of a SUBSCRIBE: only own command topics, and only so many of them. */
export function admitSubscriptions(options: {
  /** Most filters of one client. */
  readonly most: number;
  readonly complain: SeldomLog;
  connectionOf(client: Client): Connection | undefined;
  /** Command topics of devices that speak a dialect. */
  commandsOf(devices: readonly string[]): readonly string[];
  refused(): void;
}): Aedes["authorizeSubscribe"] {
  const { most, complain } = options;
  return (client, subscription, done) => {
    const { credential, filters = new Set<string>() } = options.connectionOf(client) ?? {};
    const { topic } = subscription;
    const isOwn =
      credential !== undefined &&
      (maySubscribe(credential, topic) || options.commandsOf(credential.devices).includes(topic));
    if (isOwn && (filters.has(topic) || filters.size < most)) {
      filters.add(topic);
      return done(null, subscription);
    }
    options.refused();
    complain({
      key: `subscribe ${credential?.name}`,
      fields: { credential: credential?.name, filter: topic },
      message: `subscription refused: ${isOwn ? `a client has at most ${most}` : "only own command topics"}`,
    });
    done(null, null);
  };
}
