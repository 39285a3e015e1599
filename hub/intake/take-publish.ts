import type { Aedes, Client } from "aedes";
import { HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Connection } from "./connection.ts";
import type { DialectRoutes } from "./dialect-routes.ts";
import type { MessageKeeper } from "./message-keeper.ts";
import type { SeldomLog } from "./seldom-log.ts";
import { deviceOfTopic, mayPublish } from "./topic-access.ts";
import type { WaitingRoom } from "./waiting-room.ts";

type Done = (error?: Error | null) => void;

const NOTHING = Buffer.alloc(0);

/**
 * Take each PUBLISH. At QoS 1 (and 2) the broker acknowledges when `done` is called: after the readings are stored. At
 * QoS 0 nobody waits, so the broker reads on at once and the message waits for its commit by itself.
 * `done` is never called in the turn of the parser: aedes would read and parse on inside its own parser.
 */
export function takePublishes(options: {
  readonly keeper: MessageKeeper;
  readonly room: WaitingRoom;
  readonly log: Log;
  readonly complain: SeldomLog;
  /** Topics of devices that speak a dialect; without it only readings topics are taken. */
  readonly dialects?: DialectRoutes | undefined;
  connectionOf(client: Client): Connection | undefined;
  isClosing(): boolean;
  taken(): void;
  refused(): void;
  shed(device: string): void;
}): Aedes["authorizePublish"] {
  const { keeper, room, log, complain, dialects } = options;
  const later = inOneTurn();

  return (client, packet, done) => {
    const connection = client === null ? undefined : options.connectionOf(client);
    if (connection?.credential === undefined) return later(() => done(new Error("the connection is gone")));
    const { credential, guest } = connection;
    const own = deviceOfTopic(packet.topic);
    const routes =
      own === undefined
        ? dialects?.routesOf(packet.topic).filter((route) => credential.devices.includes(route.device.device))
        : undefined;
    const device = own ?? routes?.[0]?.device.device;
    // What devices tell other programs is acknowledged and forgotten; refused, they would come back for ever.
    if (device === undefined && dialects?.isChatter(packet.topic, credential.devices)) return later(done);
    if (device === undefined || (own !== undefined && !mayPublish(credential, packet.topic))) {
      options.refused();
      const fields = { credential: credential.name, topic: packet.topic };
      complain({
        key: `publish ${credential.name}`,
        fields,
        message: "publish refused: not a topic of this credential",
      });
      return later(() => done(new Error(`${credential.name} may not publish on ${packet.topic}`)));
    }
    const isPromised = packet.qos > 0;
    if (!isPromised && guest.isShedding && !room.hasRoom(guest)) {
      options.shed(device);
      return later(done);
    }
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    const waiting = room.enter(guest, payload.length + packet.topic.length, isPromised);
    const delivery = isPromised && {
      client: `${credential.name}/${connection.client.id}`,
      packet: packet.messageId ?? 0,
      payload,
      isRepeat: packet.dup,
    };
    const message = {
      source: packet.topic,
      device,
      payload,
      ...(delivery && { delivery }),
      ...(routes !== undefined && { routes }),
    };
    const isAwaited = () => !isPromised || options.connectionOf(connection.client) !== undefined;
    keeper.keep(message, isAwaited).then(
      () => {
        options.taken();
        room.leave(waiting);
        // QoS 2 keeps the packet until PUBREL; what it said is stored.
        packet.payload = NOTHING;
        if (isPromised) done(null);
      },
      (cause: unknown) => {
        room.leave(waiting);
        if (!isPromised) options.shed(device);
        // Without an acknowledgement the device keeps the message and sends it again after it reconnects.
        if (!(cause instanceof HubError) && !options.isClosing()) {
          log.error({ credential: credential.name, cause: String(cause) }, "message not acknowledged");
        }
        if (isPromised) done(cause instanceof Error ? cause : new Error(String(cause)));
      },
    );
    if (!isPromised) later(done);
  };
}

/** Gathers calls and makes them in one turn of the event loop. */
function inOneTurn(): (done: Done) => void {
  let gathered: Done[] = [];
  return (done) => {
    gathered.push(done);
    if (gathered.length > 1) return;
    setImmediate(() => {
      const those = gathered;
      gathered = [];
      for (const one of those) one(null);
    });
  };
}
