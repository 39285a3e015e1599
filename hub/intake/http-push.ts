import { once } from "node:events";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import Fastify, { type FastifyInstance, type FastifyRequest } from "fastify";
import { HubError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Credential, CredentialStore } from "../members/credential.ts";
import type { SeriesStore } from "../series/series-store.ts";
import type { ArrivalClock } from "../series/watch-clock.ts";
import type { Clock } from "../units.ts";
import { connectionGate, type GatePass } from "./connection-gate.ts";
import type { DialectRoutes } from "./dialect-routes.ts";
import { COMPLAIN_EVERY_MS, MAX_PACKET_BYTES, TCP_KEEP_ALIVE_MS } from "./limits.ts";
import { type KeptMessage, keepMessages, type MessageKeeper, type StoringState } from "./message-keeper.ts";
import { OVERDUE_CHECK_MS, type PushLimits, pushLimits } from "./push-limits.ts";
import { pushLogin } from "./push-login.ts";
import { type PushHeaders, pushedMessage, readPushHeaders } from "./push-message.ts";
import { refuseBrokenRequest, refusePush } from "./push-refusal.ts";
import { createPushRoom } from "./push-room.ts";
import { seldomLog } from "./seldom-log.ts";
import type { Message } from "./take-message.ts";
import { slowWrongPasswords } from "./wrong-passwords.ts";

export interface HttpPushOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly credentials: CredentialStore;
  readonly store: SeriesStore;
  readonly clock: Clock;
  /** Stamps what arrives; without it the clock does, and is trusted. */
  readonly arrive?: ArrivalClock | undefined;
  /** Devices that speak a dialect; without it the body is SenML whatever X-Topic says. */
  readonly dialects?: Pick<DialectRoutes, "routesOf" | "decode"> | undefined;
  readonly log: Log;
  /** Tests ask for smaller ones; a long commit window asks for a longer `longestPushMs`. */
  readonly limits?: Partial<PushLimits>;
}

export interface PushCounts {
  /** Requests whose readings, or refusals, are on the disk. */
  readonly messages: number;
  /** Requests answered with an error, whatever its kind. */
  readonly refusedRequests: number;
  readonly connectionsAtTheGate: number;
}

export interface HttpPush {
  readonly host: string;
  readonly port: number;
  counts(): PushCounts;
  state(): StoringState & { readonly held: { readonly requests: number; readonly bytes: number } };
  close(): Promise<void>;
}

/** A request that was let in. */
interface Admitted {
  readonly credential: Credential;
  readonly device: string;
  readonly headers: PushHeaders;
  /** False once its client is gone. */
  isAwaited(): boolean;
}

const monotonic = (): number => performance.now();

/**
 * The listener for sensors that speak HTTP and no MQTT: `POST /push/:device` with SenML JSON, answered 200 only after
 * all of it is on the disk. A request is let in by its head alone; no body is read for a stranger.
 * @throws HubError PORT_IN_USE
 */
export async function startHttpPush(options: HttpPushOptions): Promise<HttpPush> {
  const { store, clock, log, dialects } = options;
  const limits: PushLimits = { ...pushLimits, ...options.limits };
  const complain = seldomLog(log, COMPLAIN_EVERY_MS, monotonic);
  const keeper = keepMessages({ store, clock, arrive: options.arrive, dialects, log, retryMs: limits.retryMs });
  const room = createPushRoom(limits);
  const login = pushLogin({
    credentials: options.credentials,
    complain,
    delayOf: slowWrongPasswords(limits, monotonic),
  });
  const passes = new WeakMap<Socket, GatePass>();
  const admitted = new WeakMap<FastifyRequest, Admitted>();
  const counts = { messages: 0, refusedRequests: 0, connectionsAtTheGate: 0 };

  const app = Fastify({
    bodyLimit: MAX_PACKET_BYTES,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    forceCloseConnections: "idle",
    http: {
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: OVERDUE_CHECK_MS,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
    },
    clientErrorHandler: refuseBrokenRequest,
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler((fault: HubError, _request, reply) => refusePush(fault, reply, log));
  app.setNotFoundHandler((request, reply) => {
    const message = `nothing at ${request.method} ${request.url}`;
    return refusePush(new HubError("NOT_FOUND", message, { remedy: "Send POST /push/DEVICE." }), reply, log);
  });
  app.addHook("onResponse", async (_request, reply) => {
    if (reply.statusCode >= 400) counts.refusedRequests += 1;
  });

  app.post<{ Params: { device: string } }>("/push/:device", {
    async onRequest(request, reply) {
      const { device } = request.params;
      const address = request.socket.remoteAddress ?? "";
      const credential = await login({ authorization: request.headers.authorization, address });
      passes.get(request.socket)?.accepted();
      if (!credential.devices.includes(device)) throw foreignDevice(credential, device);
      const headers = readPushHeaders(request.headers);
      const leave = room.enter(credential.name, announcedBytes(request.raw));
      let isAwaited = !reply.raw.closed;
      reply.raw.once("close", () => {
        isAwaited = false;
        leave();
      });
      if (!isAwaited) leave();
      admitted.set(request, { credential, device, headers, isAwaited: () => isAwaited });
    },
    async handler(request): Promise<KeptMessage> {
      const push = admitted.get(request);
      if (push === undefined) throw new Error("a push that nobody let in");
      const payload = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const taken = await keepFor(limits.longestPushMs, {
        keeper,
        message: pushedMessage({ ...push, payload, routesOf: (topic) => dialects?.routesOf(topic) ?? [] }),
        isAwaited: push.isAwaited,
        // Sent again it would break the decoder again: it is kept aside, and its sender goes on.
        keepAside: (message, reason) => store.quarantine({ at: clock(), ...message, reason }),
      });
      counts.messages += 1;
      return { readings: taken.readings, refusals: taken.refusals };
    },
  });

  const gate = connectionGate(limits, monotonic);
  app.server.prependListener("connection", (socket: Socket) => {
    const address = socket.remoteAddress ?? "";
    const pass = gate.enter(address);
    if (typeof pass === "string") {
      counts.connectionsAtTheGate += 1;
      complain({ key: `push gate ${address}`, fields: { address }, message: `connection turned away: ${pass}` });
      socket.on("error", () => {}).resetAndDestroy();
      return;
    }
    passes.set(socket, pass);
    socket.once("close", () => pass.left());
  });
  await listen(app, options);
  const { port } = app.server.address() as AddressInfo;
  log.info({ host: options.host, port }, "HTTP push listens");

  return {
    host: options.host,
    port,
    counts: () => ({ ...counts }),
    state: () => ({ ...keeper.state(), held: room.totals() }),
    async close() {
      keeper.close();
      const overdue = setTimeout(() => app.server.closeAllConnections(), limits.closingMs);
      await Promise.all([app.close(), closedOf(app.server)]);
      clearTimeout(overdue);
    },
  };
}

/**
 * Keep a message within a time. What is not stored by then is given up, or is stored a little later after all: its
 * sender cannot know and sends it again, which changes nothing for readings with a stamp or a key.
 * @throws HubError STORE_FAILED
 */
async function keepFor(
  longestMs: number,
  push: {
    readonly keeper: MessageKeeper;
    readonly message: Message;
    isAwaited(): boolean;
    keepAside(message: Message, reason: string): Promise<void>;
  },
): Promise<KeptMessage> {
  const { keeper, message } = push;
  const { promise: overdue, reject } = Promise.withResolvers<never>();
  let isOverdue = false;
  const timer = setTimeout(() => {
    isOverdue = true;
    keeper.stall(`the store has not answered for ${longestMs} ms`);
    reject(notStored(keeper.state().reason));
  }, longestMs);
  const kept = keepOrSetAside();
  async function keepOrSetAside(): Promise<KeptMessage> {
    try {
      return await keeper.keep(message, () => !isOverdue && push.isAwaited());
    } catch (cause) {
      if (cause instanceof HubError) throw notStored(keeper.state().reason ?? cause.message, cause);
      await push.keepAside(message, `cannot be decoded: ${String(cause)}`);
      return { readings: 0, refusals: 1 };
    }
  }
  try {
    return await Promise.race([kept, overdue]);
  } finally {
    clearTimeout(timer);
    // Whichever comes second has nobody left to tell.
    kept.catch(() => {});
  }
}

function notStored(reason: string | null, cause?: unknown): HubError {
  return new HubError("STORE_FAILED", `readings cannot be stored at the moment: ${reason ?? "the store is slow"}`, {
    retryable: true,
    cause,
    remedy: "Keep them, and send them again after the seconds that Retry-After says.",
  });
}

function foreignDevice({ name }: Credential, device: string): HubError {
  return new HubError("DEVICE_FOREIGN", `${name} does not speak for ${device}`, {
    remedy:
      "Push to a device of its own, or issue one that does with `millrace credential issue NAME --device DEVICE`.",
  });
}

/** How large a body will be; one that does not say counts as the largest. */
function announcedBytes({ headers }: IncomingMessage): number {
  return Math.min(MAX_PACKET_BYTES, Number(headers["content-length"] ?? MAX_PACKET_BYTES));
}

async function listen(app: FastifyInstance, { host, port }: HttpPushOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    throw new HubError("PORT_IN_USE", `HTTP push cannot listen on ${host}:${port}`, {
      cause,
      remedy: "Stop the program that uses this port, or set push.port in millrace.yaml.",
    });
  }
}

async function closedOf(server: Server): Promise<void> {
  if (server.listening) await once(server, "close");
}
