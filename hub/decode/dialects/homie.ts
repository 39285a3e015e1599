import {
  type AnnouncedUnits,
  type AnnouncedValue,
  type Announcement,
  hearAnnouncements,
  hearValue,
} from "./announced-units.ts";
import { type DecodedMessage, type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { isJsonObject, LARGEST_PAYLOAD_BYTES, parseObject, propertyOf, textOfPayload } from "./payload-json.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

const NUMERIC = new Set(["integer", "float"]);
/** What a device publishes below a property besides attributes: `set` is a command to it, `$target` an intention. */
const PROPERTY_TOPIC = /^([a-z0-9][a-z0-9-]*)\/([a-z0-9][a-z0-9-]*)(?:\/(\$[a-z-]+))?$/i;

/**
 * Homie 4 announces each property with attributes of its own (`$unit`, `$datatype`), Homie 5 all of them in one
 * `$description`. A value whose unit is not known yet waits for it. The series is told by unit and property and stands in
 * the channel of its node; `fields` names a property `node/property`. States are no readings.
 */
export const homie = defineDialect<AnnouncedUnits>({
  name: "homie",
  title: "Homie 4 and 5",
  source: "Homie convention 4.0.0 and 5.0 (topology, property attributes, description document, recommended units)",
  topicHint: "the device's topic, as in homie/DEVICE (version 4) or homie/5/DEVICE",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  commandsOf(topic) {
    const base = trimTopic(topic);
    const root = base.slice(0, Math.max(0, base.lastIndexOf("/")));
    return [`${base}/+/+/set`, `${root}/$broadcast/+`, `${root}/$broadcast/#`];
  },
  decode(device, message, memory) {
    const tail = topicTail(message.topic, trimTopic(device.topic));
    if (tail === "$description") return hearDescription(device, message, memory);
    const [, node, property, attribute] = PROPERTY_TOPIC.exec(tail ?? "") ?? [];
    const isReadable = message.payload.byteLength <= LARGEST_PAYLOAD_BYTES;
    if (node === undefined || property === undefined || !isReadable) return { readings: [], refusals: [], memory };
    const value = valueOfProperty(node, property);
    const text = textOfPayload(message.payload);
    if (attribute === undefined) return hearValue(device, message, { value, text, memory });
    const said = attributeSaid(attribute, text);
    if (said === undefined) return { readings: [], refusals: [], memory };
    return hearAnnouncements(device, message, { said: [[value, said]], memory });
  },
});

function valueOfProperty(node: string, property: string): AnnouncedValue {
  return { name: `${node}/${property}`, words: property, node };
}

function attributeSaid(attribute: string, text: string): Announcement | undefined {
  if (attribute === "$unit") return text === "" ? undefined : { unit: text };
  if (attribute === "$datatype") return { isNumber: NUMERIC.has(text) };
  return undefined;
}

function hearDescription(
  device: DialectDevice,
  message: DialectMessage,
  memory: AnnouncedUnits | undefined,
): DecodedMessage<AnnouncedUnits> {
  const parsed = parseObject(message.payload);
  if ("reason" in parsed) {
    // A device that goes for good takes its description back with an empty payload.
    const isGone = message.payload.byteLength === 0;
    return { readings: [], refusals: isGone ? [] : [{ reason: `$description: ${parsed.reason}` }], memory };
  }
  const said = entriesOf(propertyOf(parsed.object, "nodes")).flatMap(([node, described]) =>
    entriesOf(propertyOf(described, "properties")).map(
      ([property, facts]) => [valueOfProperty(node, property), factsSaid(facts)] as const,
    ),
  );
  return hearAnnouncements(device, message, { said, memory });
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isJsonObject(value) ? Object.entries(value) : [];
}

function factsSaid(facts: unknown): Announcement {
  const unit = propertyOf(facts, "unit");
  const datatype = propertyOf(facts, "datatype");
  return {
    ...(typeof unit === "string" && unit !== "" && { unit }),
    ...(typeof datatype === "string" && { isNumber: NUMERIC.has(datatype) }),
  };
}
