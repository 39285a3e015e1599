import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { Aedes, type AedesPublishPacket, type AuthenticateError, type Client, type PublishPacket } from "aedes";
import { HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Credential, CredentialStore } from "../members/credential.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { Clock } from "../units.ts";
import { packetGuard } from "./packet-guard.ts";
import { takeMessage } from "./take-message.ts";
import { deviceOfTopic, mayPublish, maySubscribe } from "./topic-access.ts";

/** Largest MQTT packet: a day of minute readings of a few series; a device that sends more is broken or hostile. */
export const MAX_PACKET_BYTES = 256 * 1024;
/** Client ids may be longer than the 23 characters every broker must take (MQTT 3.1.1 section 3.1.3.1). */
const CLIENT_ID_LENGTH = 128;
/** How long a new connection may take to say CONNECT. */
const CONNECT_TIMEOUT_MS = 10_000;
/** How long a client may leave what we send it unread. */
const DRAIN_TIMEOUT_MS = 20_000;
/** How often connections are held against the credentials, so that a revoked one does not go on. */
const CREDENTIAL_CHECK_MS = 15_000;
/** CONNACK return codes (MQTT 3.1.1 section 3.2.2.3). */
const IDENTIFIER_REJECTED = 2;
const BAD_USERNAME_OR_PASSWORD = 4;

export interface BrokerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly credentials: CredentialStore;
  readonly store: SeriesStore;
  readonly clock: Clock;
  readonly log: Log;
}

export interface BrokerCounts {
  /** Messages whose readings, or refusals, are on the disk. */
  readonly messages: number;
  readonly refusedConnections: number;
  readonly refusedPublishes: number;
  readonly refusedSubscriptions: number;
  readonly oversizedPackets: number;
}

export interface Broker {
  readonly host: string;
  readonly port: number;
  counts(): BrokerCounts;
  close(): Promise<void>;
}

/**
 * The embedded MQTT 3.1.1 broker. A QoS 1 PUBLISH is acknowledged (QoS 2: PUBREC) only after `takeMessage` resolved:
 * aedes sends the acknowledgement when `authorizePublish` calls back, and goes on reading meanwhile.
 * @throws HubError PORT_IN_USE
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { credentials, store, clock, log } = options;
  const owners = new WeakMap<Client, Credential>();
  const counts = {
    messages: 0,
    refusedConnections: 0,
    refusedPublishes: 0,
    refusedSubscriptions: 0,
    oversizedPackets: 0,
  };
  let closing = false;

  const publish = async (client: Client | null, packet: PublishPacket): Promise<void> => {
    const owner = client === null ? undefined : owners.get(client);
    // A will speaks when its device is gone: whatever it says, it is not a reading.
    if (client === null || owner === undefined || packet === (client as { will?: unknown }).will) {
      throw new Error("wills are never readings");
    }
    const device = deviceOfTopic(packet.topic);
    if (device === undefined || !mayPublish(owner, packet.topic)) {
      counts.refusedPublishes += 1;
      log.warn({ credential: owner.name, topic: packet.topic }, "publish refused: not a topic of this credential");
      throw new Error(`${owner.name} may not publish on ${packet.topic}`);
    }
    const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
    await takeMessage({ source: packet.topic, device, payload }, { store, clock });
    counts.messages += 1;
    // A reading is stored as a series, not as a retained message: nothing is left in the broker's memory.
    packet.retain = false;
  };

  const broker = await Aedes.createBroker({
    maxClientsIdLength: CLIENT_ID_LENGTH,
    connectTimeout: CONNECT_TIMEOUT_MS,
    drainTimeout: DRAIN_TIMEOUT_MS,
    authenticate(client, username, password, done) {
      const refuse = (message: string, returnCode: number): void => {
        counts.refusedConnections += 1;
        log.warn({ client: client.id, credential: username }, `connection refused: ${message}`);
        done(Object.assign(new Error(message), { returnCode }) as AuthenticateError, false);
      };
      credentials
        .check(username ?? "", password?.toString() ?? "")
        .then((credential) => {
          if (credential === undefined) return refuse("unknown name or wrong password", BAD_USERNAME_OR_PASSWORD);
          const holder = (broker as unknown as { clients: Record<string, Client> }).clients[client.id];
          const held = holder === undefined ? undefined : owners.get(holder);
          if (held !== undefined && held.name !== credential.name) {
            return refuse(`client id is in use by ${held.name}`, IDENTIFIER_REJECTED);
          }
          owners.set(client, credential);
          done(null, true);
        })
        .catch((cause: unknown) => {
          log.error({ cause: String(cause) }, "credentials could not be checked");
          refuse("credentials could not be checked", BAD_USERNAME_OR_PASSWORD);
        });
    },
    authorizePublish(client, packet, done) {
      publish(client, packet).then(
        () => done(null),
        (cause: unknown) => {
          // Without an acknowledgement the device keeps the message and sends it again after it reconnects.
          if (cause instanceof HubError && !closing)
            log.error({ code: cause.code, cause: cause.message }, "message not acknowledged");
          done(cause instanceof Error ? cause : new Error(String(cause)));
        },
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const owner = owners.get(client);
      if (owner !== undefined && maySubscribe(owner, subscription.topic)) return done(null, subscription);
      counts.refusedSubscriptions += 1;
      log.warn(
        { credential: owner?.name, filter: subscription.topic },
        "subscription refused: only own command topics",
      );
      done(null, null);
    },
    authorizeForward: (_client: Client, packet: AedesPublishPacket) => packet,
  });

  const connected = new Set<Client>();
  broker.on("client", (client) => connected.add(client));
  broker.on("clientDisconnect", (client) => connected.delete(client));
  const closeRevoked = async (): Promise<void> => {
    const valid = new Map((await credentials.list()).map((credential) => [credential.name, credential]));
    for (const client of connected) {
      const credential = valid.get(owners.get(client)?.name ?? "");
      if (credential !== undefined) owners.set(client, credential);
      else client.close();
    }
  };
  const credentialCheck = setInterval(() => {
    closeRevoked().catch((cause: unknown) => log.error({ cause: String(cause) }, "credentials could not be checked"));
  }, CREDENTIAL_CHECK_MS);

  const server = createServer((socket) => {
    guardPackets(socket, (length) => {
      counts.oversizedPackets += 1;
      const client = (socket as Socket & { client?: Client }).client;
      const name = client === undefined ? undefined : owners.get(client)?.name;
      const reason = `packet of ${length} bytes is over the limit of ${MAX_PACKET_BYTES}`;
      log.warn({ credential: name, length }, `connection closed: ${reason}`);
      if (name === undefined) return;
      const refusal = {
        at: clock(),
        source: `mqtt connection of ${name}`,
        device: null,
        reason,
        payload: new Uint8Array(),
      };
      store.quarantine(refusal).catch((cause: unknown) => log.error({ cause: String(cause) }, "quarantine failed"));
    });
    broker.handle(socket);
  });
  try {
    await listen(server, options);
  } catch (cause) {
    clearInterval(credentialCheck);
    broker.close();
    throw cause;
  }
  const { port } = server.address() as AddressInfo;
  log.info({ host: options.host, port }, "broker listens");

  return {
    host: options.host,
    port,
    counts: () => ({ ...counts }),
    async close() {
      closing = true;
      clearInterval(credentialCheck);
      const closed = once(server, "close");
      server.close();
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      await closed;
    },
  };
}

/** Look at each chunk before the parser gathers it; a packet over the limit ends the connection at its header. */
function guardPackets(socket: Socket, refuse: (length: number) => void): void {
  const guard = packetGuard(MAX_PACKET_BYTES);
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    const chunk = read(size);
    const length = chunk === null ? undefined : guard.oversized(chunk);
    if (length === undefined) return chunk;
    refuse(length);
    socket.destroy();
    return null;
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
