import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient, ReasonCodes } from "mqtt";
import { inFlight } from "./in-flight.ts";

/**
 * Messages that may be on their way to the disk at once. A commit takes at most 20,000 readings and a new one begins with
 * 1,000; this keeps commits full at a window of 1 s without more than that in memory. An MQTT 5 broker is told (Receive
 * Maximum); with MQTT 3.1.1 reading pauses instead.
 */
export const MOST_MESSAGES = 10_000;
/** The same in bytes of payload, for brokers whose messages are large. */
export const MOST_BYTES = 32 * 1024 * 1024;
/** How often the connection proves that it is alive. */
const KEEP_ALIVE_S = 60;
/** How long the store may hold a message: half the keep-alive; beyond that the connection is given up and says why. */
const HOLD_MS = (KEEP_ALIVE_S * 1_000) / 2;
const HOLD_CHECK_MS = 5_000;
/** How long one attempt to connect may take. */
const CONNECT_TIMEOUT_MS = 10_000;
/** How long a closing connection waits for what is being stored; longer than a commit window's usual 1 s. */
const CLOSE_PATIENCE_MS = 5_000;
/** How long an MQTT 5 broker keeps the session, and what it queues for it, while the hub is away: 30 days. */
const SESSION_EXPIRY_S = 30 * 24 * 3_600;
/** MQTT 5 section 3.14.2.1: another client connected with the same id. */
const SESSION_TAKEN_OVER = 0x8e;
/** MQTT 3.1.1 section 3.4: PUBACK, two bytes of packet id follow. MQTT 5 reads it as success (section 3.4.2.1). */
const PUBACK_HEADER = 0x4002;
const PUBACK_BYTES = 4;
/** Tells mqtt.js to send no PUBACK of its own and to go on with the next packet. */
const acknowledgedLater = new Error("acknowledged when it is stored");

export interface BrokerLogin {
  /** `mqtt://host[:port]` or `mqtts://host[:port]`. */
  readonly url: string;
  readonly protocol: 4 | 5;
  readonly clientId: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca: string | undefined;
}

/** Why a connection ended. `taken_over`: another client came with our id. `not_stored`: we gave it up ourselves. */
export interface ConnectionEnd {
  readonly kind: "refused" | "unreachable" | "lost" | "taken_over" | "not_stored" | "closed";
  readonly reason: string;
  /** How long the broker and we talked; undefined when it never accepted us. */
  readonly livedMs: number | undefined;
}

export interface BrokerConnection {
  readonly ended: Promise<ConnectionEnd>;
  /** Resolves when nothing that arrived here is on its way to the store any more, stored or not. */
  settled(): Promise<void>;
  /** Take nothing more, acknowledge what gets stored within CLOSE_PATIENCE_MS, and say goodbye; the session stays. */
  close(): Promise<void>;
}

/** What a connection is for. */
export interface ConnectionUse {
  /** Rejects when the message could not be stored: the connection ends, and the broker delivers the message again. */
  take(packet: IPublishPacket): Promise<void>;
  /** The broker has accepted us. Rejects when it does not let us hear what we came for: the connection ends. */
  subscribe(client: MqttClient, isResumed: boolean): Promise<void>;
  /** Everything is subscribed to, and the connection has not ended meanwhile. */
  onReady(isResumed: boolean): void;
}

/**
 * One connection to somebody else's broker, with the session of `clientId` resumed. A message of QoS 1 is acknowledged
 * when `take` has resolved, and messages are taken without waiting for each other.
 *
 * mqtt.js handles one packet after the other: it takes the next when `handleMessage` (or, with MQTT 5, the callback of
 * `customHandleAcks`) calls back. Storing inside either holds back the PUBACK, but lets through one message a commit.
 * Calling back at once with an error suppresses the PUBACK and goes on; the PUBACK is then ours to write.
 */
export function openConnection(login: BrokerLogin, { take, subscribe, onReady }: ConnectionUse): BrokerConnection {
  const { promise: ended, resolve: resolveEnded } = Promise.withResolvers<ConnectionEnd>();
  const underWay = new Set<Promise<void>>();
  let acceptedAt: number | undefined;
  let hasEnded = false;
  let isClosing = false;

  const client = mqtt.connect(connectOptions(login));
  const waiting = inFlight({
    mostMessages: MOST_MESSAGES,
    mostBytes: MOST_BYTES,
    // A packet id means something on its own connection only: what is stored after the end is delivered again.
    acknowledge: (packets) => hasEnded || client.stream.write(encodePubacks(packets)),
  });

  const end = (kind: ConnectionEnd["kind"], reason: string): void => {
    if (hasEnded) return;
    hasEnded = true;
    clearInterval(holdCheck);
    const livedMs = acceptedAt === undefined ? undefined : performance.now() - acceptedAt;
    resolveEnded({ kind, reason, livedMs });
    if (kind !== "closed") client.end(true);
  };

  const holdCheck = setInterval(() => {
    const oldest = waiting.oldest();
    if (oldest === undefined || performance.now() - oldest < HOLD_MS) return;
    end("not_stored", `the store has not taken a message for ${HOLD_MS / 1_000} s`);
  }, HOLD_CHECK_MS);

  client.handleMessage = (packet, next) => {
    if (!isClosing && !hasEnded) {
      const stored = waiting.take({ packet: packet.messageId, bytes: packet.payload.length });
      const taking: Promise<void> = take(packet)
        .then(stored, (cause: unknown) => end("not_stored", cause instanceof Error ? cause.message : String(cause)))
        .finally(() => underWay.delete(taking));
      underWay.add(taking);
    }
    if (waiting.isFull()) waiting.onRoom(() => next(acknowledgedLater));
    else next(acknowledgedLater);
  };

  client.on("connect", ({ sessionPresent }) => {
    acceptedAt = performance.now();
    subscribe(client, sessionPresent).then(
      () => hasEnded || onReady(sessionPresent),
      (cause: unknown) => end("refused", cause instanceof Error ? cause.message : String(cause)),
    );
  });
  client.on("disconnect", ({ reasonCode = 0 }) => {
    if (reasonCode === SESSION_TAKEN_OVER) end("taken_over", "another client connected with this client id");
    else end("lost", `the broker ended the connection: ${nameReason(reasonCode)}`);
  });
  client.on("error", (cause) => {
    if (isRefusal(cause)) end("refused", cause.message);
    else if (acceptedAt === undefined) end("unreachable", cause.message);
    else end("lost", cause.message);
  });
  client.on("close", () => {
    if (acceptedAt === undefined) end("unreachable", "the connection was closed before the broker accepted it");
    else end("lost", "the broker closed the connection without a word");
  });

  return {
    ended,
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    async close() {
      isClosing = true;
      const patience = setTimeout(() => {
        end("closed", "the hub closed");
        client.stream.destroy();
      }, CLOSE_PATIENCE_MS);
      await Promise.race([waiting.settled(), ended]);
      if (!hasEnded) {
        end("closed", "the hub closed");
        if (client.connected) await client.endAsync();
        else await client.endAsync(true);
      }
      clearTimeout(patience);
    },
  };
}

function connectOptions({ url, protocol, clientId, username, password, ca }: BrokerLogin): IClientOptions {
  const { protocol: scheme, hostname, port } = new URL(url);
  const isSecure = scheme === "mqtts:";
  return {
    protocol: isSecure ? "mqtts" : "mqtt",
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? (isSecure ? 8883 : 1883) : Number(port),
    protocolVersion: protocol,
    clientId,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
    // The session is the broker's memory of what it could not deliver yet.
    clean: false,
    ...(protocol === 5 && {
      properties: { receiveMaximum: MOST_MESSAGES, sessionExpiryInterval: SESSION_EXPIRY_S },
    }),
    keepalive: KEEP_ALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    // Coming back is broker-client's: it waits with jitter, and each connection has its own packet ids.
    reconnectPeriod: 0,
    resubscribe: false,
  };
}

/** One buffer with a PUBACK for each packet id. */
function encodePubacks(packets: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(packets.length * PUBACK_BYTES);
  packets.forEach((packet, index) => {
    bytes.writeUInt16BE(PUBACK_HEADER, index * PUBACK_BYTES);
    bytes.writeUInt16BE(packet, index * PUBACK_BYTES + 2);
  });
  return bytes;
}

function nameReason(code: number): string {
  return (ReasonCodes as Readonly<Record<number, string>>)[code] || "no reason given";
}

/** A CONNACK that says no carries its number; a network fault carries a word such as ECONNREFUSED. */
function isRefusal(cause: Error): boolean {
  return cause.message.startsWith("Connection refused:") && typeof (cause as { code?: unknown }).code === "number";
}
