import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";
import { Aedes, type Client, type ConnectPacket } from "aedes";
import type { Request } from "../decode/dialects/dialect.ts";
import { HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { CredentialStore } from "../members/credential.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { ArrivalClock } from "../series/watch-clock.ts";
import type { Clock } from "../units.ts";
import { acceptConnections } from "./accept-connections.ts";
import { admitClients } from "./admit-client.ts";
import { admitSubscriptions } from "./admit-subscription.ts";
import type { BrokerCounts, BrokerState } from "./broker-state.ts";
import type { Connection } from "./connection.ts";
import { connectionGate } from "./connection-gate.ts";
import type { DialectRoutes } from "./dialect-routes.ts";
import { holdLimitMs, watchHolds } from "./hold-limit.ts";
import { keepDevicesTalking } from "./keep-devices-talking.ts";
import {
  type BrokerLimits,
  brokerLimits,
  CLIENT_ID_LENGTH,
  COMPLAIN_EVERY_MS,
  EARLY_PACKETS,
  MAX_PACKET_BYTES,
  UNRELEASED_MESSAGES,
} from "./limits.ts";
import { keepMessages } from "./message-keeper.ts";
import { closeRevoked } from "./revoked-credentials.ts";
import { seldomLog } from "./seldom-log.ts";
import { watchClientIds } from "./shared-client-ids.ts";
import { forwardNoReadings } from "./stored-not-forwarded.ts";
import { takePublishes } from "./take-publish.ts";
import { createWaitingRoom, type Guest } from "./waiting-room.ts";
import { slowWrongPasswords } from "./wrong-passwords.ts";

export { MAX_PACKET_BYTES };

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly credentials: CredentialStore;
  readonly store: SeriesStore;
  readonly clock: Clock;
  /** Stamps what arrives; without it the clock does, and is trusted. */
  readonly arrive?: ArrivalClock | undefined;
  /** Devices that speak a dialect on topics of their own. */
  readonly dialects?: DialectRoutes | undefined;
  readonly log: Log;
  /** Tests ask for smaller ones. */
  readonly limits?: Partial<BrokerLimits>;
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  counts(): BrokerCounts;
  state(): BrokerState;
  close(): Promise<void>;
}

const monotonic = (): number => performance.now();

/**
 * The embedded MQTT 3.1.1 broker. A QoS 1 PUBLISH is acknowledged (QoS 2: PUBREC) only after its readings are stored:
 * aedes sends the acknowledgement when `authorizePublish` calls back, and goes on reading meanwhile.
 * @throws HubError PORT_IN_USE
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { credentials, store, clock, log, dialects } = options;
  const limits: BrokerLimits = { ...brokerLimits, ...options.limits };
  const complain = seldomLog(log, COMPLAIN_EVERY_MS, monotonic);
  const connections = new Map<Client, Connection>();
  const byGuest = new Map<Guest, Connection>();
  const connectionOf = (client: Client) => connections.get(client);
  const counts = {
    messages: 0,
    refusedConnections: 0,
    refusedPublishes: 0,
    refusedSubscriptions: 0,
    oversizedPackets: 0,
    connectionsAtTheGate: 0,
    closedForHolding: 0,
  };
  const shedQos0 = new Map<string, number>();
  let closing = false;

  const room = createWaitingRoom(limits, monotonic);
  const publish = ({ topic, payload }: Request): void =>
    broker.publish(
      { cmd: "publish", topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false },
      () => {},
    );
  const keeper = keepMessages({
    store,
    clock,
    arrive: options.arrive,
    dialects,
    request: (requests) => requests.forEach(publish),
    log,
    retryMs: limits.retryMs,
  });
  const gate = connectionGate(limits, monotonic);
  const clientIds = watchClientIds({ rate: limits.takeovers, now: monotonic, clock, complain });

  const broker = new Aedes({
    maxClientsIdLength: CLIENT_ID_LENGTH,
    queueLimit: EARLY_PACKETS,
    maxInflightInbound: UNRELEASED_MESSAGES,
    connectTimeout: limits.connectTimeoutMs,
    drainTimeout: limits.drainTimeoutMs,
    preConnect(client, packet: ConnectPacket & { will?: unknown }, done) {
      // A will speaks when its device is gone: whatever it says, it is not a reading, so the broker never learns of it.
      delete packet.will;
      packet.keepalive = Math.min(packet.keepalive ?? 0, limits.keepAliveS);
      const connection = connections.get(client);
      if (connection !== undefined) connection.holdMs = holdLimitMs(packet.keepalive, limits);
      done(null, true);
    },
    authenticate: admitClients({
      credentials,
      log,
      complain,
      clientIds,
      connectionOf,
      isStoring: () => keeper.state().storing,
      delayOf: slowWrongPasswords(limits, monotonic),
      holderOf(clientId) {
        const holder = (broker as unknown as { clients: Record<string, Client> }).clients[clientId];
        return holder === undefined ? undefined : connections.get(holder);
      },
      refused: () => (counts.refusedConnections += 1),
    }),
    authorizePublish: takePublishes({
      keeper,
      room,
      log,
      complain,
      dialects,
      connectionOf,
      isClosing: () => closing,
      taken: () => (counts.messages += 1),
      refused: () => (counts.refusedPublishes += 1),
      shed(device) {
        shedQos0.set(device, (shedQos0.get(device) ?? 0) + 1);
        const message = "QoS 0 messages dropped: the hub could not keep up with them; set QoS 1 in this device";
        complain({ key: `shed ${device}`, fields: { device }, message });
      },
    }),
    authorizeSubscribe: admitSubscriptions({
      most: limits.subscriptions,
      complain,
      connectionOf,
      commandsOf: (devices) => dialects?.commandsOf(devices) ?? [],
      refused: () => (counts.refusedSubscriptions += 1),
    }),
  });
  forwardNoReadings(broker);
  broker.on("unsubscribe", (filters, client) => {
    for (const filter of filters) connections.get(client)?.filters.delete(filter);
  });
  const failed = (client: Client, error: Error): void => {
    const connection = connections.get(client);
    // A refused CONNECT has been written down already; errors of a connection that is gone tell nobody anything.
    if (connection === undefined || closing || "errorCode" in error) return;
    const fields = { client: client.id, credential: connection.credential?.name, address: connection.address };
    complain({
      key: `error ${connection.address} ${client.id}`,
      fields,
      message: `connection closed: ${error.message}`,
    });
  };
  broker.on("clientError", failed);
  broker.on("connectionError", failed);
  await broker.listen();

  const stopWatching = watchHolds({
    room,
    now: monotonic,
    limitOf: (guest) => byGuest.get(guest)?.holdMs,
    close(guest, heldMs) {
      const connection = byGuest.get(guest);
      if (connection === undefined) return;
      counts.closedForHolding += 1;
      keeper.stall(`the store has not answered for ${Math.round(heldMs)} ms`);
      const { client, credential, address } = connection;
      const fields = { client: client.id, credential: credential?.name, address, held: guest.promised.size };
      log.warn(
        fields,
        `connection closed: an acknowledgement was held for ${Math.round(heldMs)} ms, half its keep-alive`,
      );
      client.close();
    },
  });

  const stopChecking = closeRevoked({ credentials, connections, log });
  const stopTalking = dialects === undefined ? undefined : keepDevicesTalking(dialects, publish);

  const tooLarge = (connection: Connection | undefined, length: number): void => {
    counts.oversizedPackets += 1;
    const credential = connection?.credential?.name;
    const reason = `packet of ${length} bytes is over the limit of ${MAX_PACKET_BYTES}`;
    complain({ key: `size ${credential}`, fields: { credential, length }, message: `connection closed: ${reason}` });
    if (credential === undefined) return;
    const source = `mqtt connection of ${credential}`;
    store
      .quarantine({ at: clock(), source, device: null, reason, payload: new Uint8Array() })
      .catch((cause: unknown) =>
        complain({ key: "quarantine", fields: { cause: String(cause) }, message: "quarantine failed" }),
      );
  };

  const server = acceptConnections({
    connections: { byClient: connections, byGuest },
    gate,
    room,
    limits,
    complain,
    handle: (socket) => broker.handle(socket),
    turnedAway: () => (counts.connectionsAtTheGate += 1),
    tooLarge,
  });
  const stop = (): void => {
    closing = true;
    stopChecking();
    stopTalking?.();
    stopWatching();
    keeper.close();
  };
  try {
    await listen(server, options);
  } catch (cause) {
    stop();
    broker.close();
    throw cause;
  }
  const { port } = server.address() as AddressInfo;
  log.info({ host: options.host, port }, "broker listens");

  return {
    host: options.host,
    port,
    counts: () => ({ ...counts, shedQos0: Object.fromEntries(shedQos0) }),
    state() {
      const { paused, ...held } = room.totals();
      return { ...keeper.state(), held, paused, connections: gate.size(), sharedClientIds: clientIds.shared() };
    },
    async close() {
      stop();
      const closed = once(server, "close");
      server.close();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      // Those that never said CONNECT are unknown to aedes.
      for (const { socket } of connections.values()) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new HubError("PORT_IN_USE", `MQTT cannot listen on ${host}:${port}`, {
      cause,
      remedy: "Stop the program that uses this port, or set mqtt.port in millrace.yaml (--mqtt-port for the demo).",
    });
  }
}
