import { type DecodedMessage, type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { parseObject, propertyOf, textOfPayload } from "./payload-json.ts";
import { gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";
import { readVictronPath } from "./victron-paths.ts";

/** A GX device stops publishing 60 s after the last keep-alive; half of that bears one lost message. */
const KEEP_ALIVE_MS = 30_000;

/**
 * Victron GX devices (Venus OS): every value of every service has a topic of its own, `N/PORTAL/SERVICE/INSTANCE/...`
 * with `{"value": x}`. A device of ours is one service. Nothing is retained and nothing comes without a keep-alive.
 */
export const victron = defineDialect<undefined>({
  name: "victron",
  title: "Victron GX (Venus OS)",
  source: "victronenergy dbus-flashmq README; D-Bus paths of the venus wiki",
  topicHint: "portal, service and instance, as in N/c0619ab12345/grid/30",
  topicsOf: (topic) => [`${serviceTopic(topic)}/#`],
  // A GX device publishes everything it has, and most of it belongs to no device of ours.
  chatter: ["N/#"],
  commandsOf: (topic) => [`R/${portalOf(topic)}/#`, `W/${portalOf(topic)}/#`],
  keepAlive: {
    everyMs: KEEP_ALIVE_MS,
    // An empty request has all values published again: one that does not change, as at night, is then still seen.
    requests: (topic) => [{ topic: `R/${portalOf(topic)}/keepalive`, payload: "" }],
  },
  decode: (device, message) => decodeVictron(device, message),
});

function decodeVictron(device: DialectDevice, message: DialectMessage): DecodedMessage<undefined> {
  const base = serviceTopic(device.topic);
  const path = topicTail(message.topic, base) ?? "";
  const [, , service = "", instance] = base.split("/");
  const gathering = gatherReadings(device, message);
  if (instance === undefined) {
    gathering.refuse(`topic ${device.topic} names no service: write N/<portal>/<service>/<instance>`);
    return gathering.decoded(undefined);
  }
  const meaning = readVictronPath(service, path);
  const isNamed = device.fields !== undefined && Object.hasOwn(device.fields, path);
  if (meaning === undefined && !isNamed) return gathering.decoded(undefined);
  const value = readValue(message.payload);
  if (typeof value === "object" && value !== null) gathering.refuse(`${path}: ${value.reason}`);
  else if (meaning === undefined) gathering.takeFields({ [path]: value });
  else gathering.take({ name: path, ...meaning, value });
  return gathering.decoded(undefined);
}

/** A device that is gone says so with an empty payload; a value that is not there is null, in old versions a list. */
function readValue(payload: Uint8Array): number | string | null | { readonly reason: string } {
  if (textOfPayload(payload) === "") return null;
  const parsed = parseObject(payload);
  if ("reason" in parsed) return parsed;
  const value = propertyOf(parsed.object, "value");
  if (Array.isArray(value) && value.length === 0) return null;
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  return { reason: value === undefined ? "no value" : "value is no number" };
}

/** People may leave out the N in front. */
function serviceTopic(topic: string): string {
  const trimmed = trimTopic(topic);
  return trimmed.startsWith("N/") ? trimmed : `N/${trimmed}`;
}

const portalOf = (topic: string): string => serviceTopic(topic).split("/")[1] ?? "";
