import type { IncomingHttpHeaders } from "node:http";
import type { Credential } from "../members/credential.ts";
import type { Route } from "./dialect-routes.ts";
import { IDEMPOTENCY_KEY_LENGTH, TOPIC_LENGTH } from "./push-limits.ts";
import { invalidPush, wrongMediaType } from "./push-refusal.ts";
import type { Message } from "./take-message.ts";

/** What the headers of a push say of its body. */
export interface PushHeaders {
  /** The MQTT topic the body was meant for; without one it is SenML of the device. */
  readonly topic: string | undefined;
  readonly idempotencyKey: string | undefined;
}

const JSON_TYPE = /^application\/(?:senml\+)?json\s*(?:;|$)/i;

/**
 * @throws HubError REQUEST_INVALID, MEDIA_TYPE_REFUSED
 */
export function readPushHeaders(headers: IncomingHttpHeaders): PushHeaders {
  const topic = textOf(headers["x-topic"]);
  const idempotencyKey = textOf(headers["idempotency-key"]);
  const { "content-type": type = "", "content-encoding": encoding = "identity" } = headers;
  // What a device would have published over MQTT may be of any form; all else is SenML.
  if (encoding.toLowerCase() !== "identity" || (topic === undefined && !JSON_TYPE.test(type))) throw wrongMediaType();
  if (topic !== undefined && !isTopic(topic)) {
    throw invalidPush(`X-Topic must be one MQTT topic of at most ${TOPIC_LENGTH} characters, without # and +`);
  }
  if (idempotencyKey !== undefined && !isBetween(idempotencyKey.length, 1, IDEMPOTENCY_KEY_LENGTH)) {
    throw invalidPush(`Idempotency-Key must have 1 to ${IDEMPOTENCY_KEY_LENGTH} characters`);
  }
  return { topic, idempotencyKey };
}

/**
 * One push as a message. A resend with its key is a repeated delivery of the same sender, device and place; a key used
 * again for something else brings something new, which is never dropped for it.
 * @param routesOf how devices that speak a dialect publish on a topic
 */
export function pushedMessage(push: {
  readonly credential: Credential;
  readonly device: string;
  readonly headers: PushHeaders;
  readonly payload: Uint8Array;
  routesOf(topic: string): readonly Route[];
}): Message {
  const { credential, device, payload } = push;
  const { topic, idempotencyKey } = push.headers;
  const routes = topic === undefined ? [] : push.routesOf(topic).filter((route) => route.device.device === device);
  const message = { source: topic ?? `push/${device}`, device, payload, ...(routes.length > 0 && { routes }) };
  if (idempotencyKey === undefined) return message;
  const client = ["http:", credential.name, device, topic ?? "", idempotencyKey].join("\n");
  return { ...message, delivery: { client, packet: 0, payload, isRepeat: true } };
}

/** A header as text; Node hands its bytes over as Latin-1 and joins repeated ones with commas. */
function textOf(header: string | readonly string[] | undefined): string | undefined {
  return header === undefined ? undefined : Buffer.from(String(header), "latin1").toString("utf8");
}

function isTopic(topic: string): boolean {
  return isBetween(topic.length, 1, TOPIC_LENGTH) && !/[#+\p{Cc}\ufffd]/u.test(topic);
}

function isBetween(value: number, least: number, most: number): boolean {
  return value >= least && value <= most;
}
