import { setTimeout as sleep } from "node:timers/promises";
import type { MqttClient } from "mqtt";
import type { Request } from "../decode/dialects/dialect.ts";
import type { Log } from "../log.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { ArrivalClock } from "../series/watch-clock.ts";
import type { Clock, EpochMs } from "../units.ts";
import { type BackOffLimits, jitteredWait } from "./back-off.ts";
import { type BrokerConnection, type ConnectionEnd, openConnection } from "./broker-connection.ts";
import type { BrokerSession } from "./broker-session.ts";
import type { DialectRoutes } from "./dialect-routes.ts";
import { keepDevicesTalking } from "./keep-devices-talking.ts";
import { takeDelivered } from "./take-delivered.ts";

export interface ReconnectLimits extends BackOffLimits {
  /** A connection that lived this long was a good one: the next trouble starts from the first wait again. */
  readonly stableMs: number;
  /** So many connections taken over, or ended as soon as they began, in a row mean that somebody shares our client id. */
  readonly contestedAfter: number;
  /** How long a hub whose client id is contested stays away; each of its connections would end the other's. */
  readonly contestedMs: number;
  /** Without a takeover for this long, the client id is ours alone again; longer than both hubs' waits. */
  readonly uncontestedMs: number;
}

/** A broker that restarts is met again within a second; one that is gone for a day is asked twice a minute. */
export const RECONNECT_LIMITS: ReconnectLimits = {
  firstMs: 500,
  longestMs: 60_000,
  stableMs: 10_000,
  contestedAfter: 3,
  contestedMs: 120_000,
  uncontestedMs: 600_000,
};

export interface BrokerClientOptions {
  /** `mqtt://host[:port]` or `mqtts://host[:port]`. */
  readonly url: string;
  /** 5, or 4 for MQTT 3.1.1. */
  readonly protocol: 4 | 5;
  readonly username?: string | undefined;
  /** Asked before each attempt, so that a corrected password needs no restart. */
  readonly readPassword?: (() => string) | undefined;
  /** Certificates to trust instead of the system's, PEM. */
  readonly ca?: string | undefined;
  readonly topics: readonly string[];
  readonly sharedGroup?: string | undefined;
  readonly session: BrokerSession;
  readonly store: SeriesStore;
  readonly clock: Clock;
  /** Stamps what arrives; without it the clock does, and is trusted. */
  readonly arrive?: ArrivalClock | undefined;
  /** Devices that speak a dialect on topics of their own; their topics are subscribed to besides `topics`. */
  readonly dialects?: DialectRoutes | undefined;
  readonly log: Log;
  readonly limits?: Partial<ReconnectLimits>;
  /** From 0 to 1, as `Math.random`, which it is unless a test says otherwise. */
  readonly chance?: () => number;
}

export interface BrokerClientState {
  readonly connected: boolean;
  /** Since when it is so. */
  readonly since: EpochMs;
  /** How often a connection was made after the first one. */
  readonly reconnects: number;
  /** Why the last connection or attempt ended, in words; undefined when none has. */
  readonly last_error: string | undefined;
  /** True while another client seems to use the same client id. */
  readonly contested: boolean;
}

export interface BrokerClientCounts {
  readonly messages: number;
  readonly retained: number;
  readonly unpromised: number;
  readonly failedAttempts: number;
  /** Connections that ended because another client came with our client id, as far as the broker says so. */
  readonly takeovers: number;
  /** Connections given up because the store did not take a message. */
  readonly notStored: number;
  /** Times the broker had forgotten our session, and with it whatever it had queued. */
  readonly lostSessions: number;
}

export interface BrokerClient {
  /** The devices changed: subscribe to what they publish on now. */
  devicesChanged(): void;
  state(): BrokerClientState;
  counts(): BrokerClientCounts;
  close(): Promise<void>;
}

/**
 * Take readings from somebody else's broker, for as long as it takes: a connection that ends is made again after a wait
 * with jitter. Returns at once; `state` tells how it goes. A message of QoS 1 is acknowledged only after its readings
 * are on the disk; what is not acknowledged the broker delivers again, for our session stays there.
 */
export function startBrokerClient(options: BrokerClientOptions): BrokerClient {
  const { clock, log, session, url, chance = Math.random } = options;
  const limits = { ...RECONNECT_LIMITS, ...options.limits };
  const filtersNow = (): readonly string[] =>
    [...new Set([...options.topics, ...(options.dialects?.filters() ?? [])])].map((topic) =>
      options.sharedGroup === undefined ? topic : `$share/${options.sharedGroup}/${topic}`,
    );
  const delivered = { messages: 0, retained: 0, unpromised: 0 };
  const counts = { failedAttempts: 0, takeovers: 0, notStored: 0, lostSessions: 0 };
  let connected: MqttClient | undefined;
  const publish = ({ topic, payload }: Request): void =>
    void connected?.publish(topic, Buffer.from(payload), { qos: 0, retain: false });
  const request = (requests: readonly Request[]): void => requests.forEach(publish);
  const ports = { ...options, clientId: session.clientId, counts: delivered, request };
  const closing = new AbortController();
  const about = { broker: url, client_id: session.clientId };
  let state: BrokerClientState = {
    connected: false,
    since: clock(),
    reconnects: 0,
    last_error: undefined,
    contested: false,
  };
  let connection: BrokerConnection | undefined;
  let connections = 0;
  let isSubscribed = false;
  let failuresInRow = 0;
  let suspicions = 0;

  const subscribe = async (client: MqttClient, isResumed: boolean): Promise<void> => {
    if (!isResumed && (isSubscribed || session.filters.length > 0)) {
      counts.lostSessions += 1;
      log.warn(about, "the broker has forgotten this hub's session: what it had queued for the hub is lost");
    }
    const filters = filtersNow();
    // A resumed session keeps its subscriptions; to subscribe again would have every retained message replayed.
    if (!isResumed || !isSubscribed) {
      const outdated = session.filters.filter((filter) => !filters.includes(filter));
      session.remember([...filters, ...outdated]);
      const granted = await client.subscribeAsync([...filters], { qos: 1 });
      const weak = granted.find(({ qos }) => qos < 1);
      if (weak !== undefined) throw new Error(`the broker grants only QoS 0 for ${weak.topic}, which promises nothing`);
      if (outdated.length > 0) await client.unsubscribeAsync(outdated);
      session.remember(filters);
      isSubscribed = true;
    }
    connected = client;
  };

  const onReady = (isResumed: boolean): void => {
    connections += 1;
    state = { ...state, connected: true, since: clock(), reconnects: connections - 1 };
    log.info({ ...about, filters: filtersNow(), resumed: isResumed }, "connected to the broker");
  };

  /** Is somebody else using our client id? MQTT 5 brokers say so; with 3.1.1 connections end as soon as they began. */
  const suspect = ({ kind, livedMs = 0 }: ConnectionEnd): boolean => {
    // Once it is so, a connection lasts until the other one has waited in its turn.
    const soonMs = state.contested ? limits.uncontestedMs : limits.stableMs;
    const isSudden = kind === "lost" && livedMs > 0 && livedMs < soonMs;
    if (kind === "taken_over" || isSudden) suspicions = livedMs < limits.uncontestedMs ? suspicions + 1 : 1;
    else if (livedMs >= limits.stableMs) suspicions = 0;
    return suspicions >= limits.contestedAfter;
  };

  const waitAfter = (end: ConnectionEnd): number => {
    const contested = suspect(end);
    const isGood = end.livedMs !== undefined && end.livedMs >= limits.stableMs && end.kind !== "not_stored";
    failuresInRow = isGood ? 0 : failuresInRow + 1;
    if (end.kind === "taken_over") counts.takeovers += 1;
    if (end.kind === "not_stored") counts.notStored += 1;
    if (end.livedMs === undefined) counts.failedAttempts += 1;
    const wait = contested
      ? Math.round(limits.contestedMs * (0.5 + chance() / 2))
      : jitteredWait(Math.max(0, failuresInRow - 1), chance(), limits);
    const since = state.connected ? clock() : state.since;
    const hint = contested ? `; another client seems to use the client id ${session.clientId}` : "";
    state = { ...state, connected: false, since, last_error: `${end.reason}${hint}`, contested };
    const fields = { ...about, code: "BROKER_UNREACHABLE", cause: end.reason, retry_ms: wait };
    if (contested)
      log.error(fields, "two clients share one client id: give each hub a broker_client.client_id of its own");
    else log.warn(fields, messages[end.kind]);
    return wait;
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const end = await connectOnce();
      connected = undefined;
      if (end.kind === "closed") return;
      const wait = waitAfter(end);
      // Messages that a hanging store still holds would pile up with each connection that brings them again.
      await unless(closing.signal, connection?.settled() ?? Promise.resolve());
      await unless(closing.signal, sleep(wait, undefined, { signal: closing.signal }));
    }
  };

  const connectOnce = async (): Promise<ConnectionEnd> => {
    let password: string | undefined;
    try {
      password = options.readPassword?.();
    } catch (cause) {
      return {
        kind: "unreachable",
        reason: cause instanceof Error ? cause.message : String(cause),
        livedMs: undefined,
      };
    }
    const login = { ...options, clientId: session.clientId, username: options.username, password, ca: options.ca };
    connection = openConnection(login, { take: (packet) => takeDelivered(packet, ports), subscribe, onReady });
    return connection.ended;
  };

  if (options.protocol === 4) {
    log.info(
      about,
      "MQTT 3.1.1 lets the broker say how much it sends at once: see max_inflight_messages in docs/broker-client.md",
    );
  }
  const running = run();
  const stopTalking = options.dialects === undefined ? undefined : keepDevicesTalking(options.dialects, publish);
  return {
    devicesChanged() {
      isSubscribed = false;
      if (connected === undefined) return;
      // Once subscribed, a client that is refused a filter is told by its connection's end, as at the beginning.
      subscribe(connected, true).catch((cause: unknown) => {
        log.error({ ...about, cause: String(cause) }, "the topics of a new device cannot be subscribed to");
      });
    },
    state() {
      const isOwnAgain = state.connected && clock() - state.since >= limits.uncontestedMs;
      return isOwnAgain ? { ...state, contested: false } : state;
    },
    counts: () => ({ ...delivered, ...counts }),
    async close() {
      closing.abort();
      stopTalking?.();
      await connection?.close();
      await running;
      state = { ...state, connected: false, since: state.connected ? clock() : state.since };
    },
  };
}

const messages: Readonly<Record<ConnectionEnd["kind"], string>> = {
  refused: "the broker refuses the hub: check username, password and what it allows this user",
  unreachable: "the broker cannot be reached",
  lost: "the connection to the broker was lost",
  taken_over: "another client took over the hub's session at the broker",
  not_stored: "messages could not be stored: not acknowledged, the broker delivers them again",
  closed: "the connection to the broker was closed",
};

/** Wait for something, or for the signal. */
async function unless(signal: AbortSignal, awaited: Promise<unknown>): Promise<void> {
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    await Promise.race([awaited.catch(() => {}), aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
