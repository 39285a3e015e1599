import { type AnnouncedUnits, type AnnouncedValue, hearAnnouncements, hearValue } from "./announced-units.ts";
import { type DecodedMessage, type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { LARGEST_PAYLOAD_BYTES, parseObject, propertyOf, textOfPayload } from "./payload-json.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

/**
 * ESPHome: a bare number on `PREFIX/sensor/NAME/state`, without its unit. The unit stands in what the device announces
 * for Home Assistant, retained, under its own name; a value that comes first waits for it. `fields` names a sensor by
 * NAME. Switches, binary sensors, debug lines and the state of the connection are no readings.
 */
export const esphome = defineDialect<AnnouncedUnits>({
  name: "esphome",
  title: "ESPHome",
  source:
    "ESPHome docs, MQTT client component (topics, discovery); Home Assistant docs, MQTT discovery (abbreviations)",
  topicHint: "the device's topic prefix, usually its name",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`, `homeassistant/sensor/${nameOf(topic)}/+/config`],
  chatter: ["homeassistant/#", "esphome/discover/#"],
  commandsOf: (topic) => [
    `${trimTopic(topic)}/+/+/command`,
    `${trimTopic(topic)}/+/+/+/command`,
    "homeassistant/status",
  ],
  decode(device, message, memory) {
    const announced = /^homeassistant\/sensor\/([^/]+)\/[^/]+\/config$/.exec(message.topic)?.[1];
    if (announced !== undefined) return hearDiscovery(device, message, memory);
    const tail = topicTail(message.topic, trimTopic(device.topic));
    const name = tail === undefined ? undefined : /^sensor\/([^/]+)\/state$/.exec(tail)?.[1];
    if (name === undefined || message.payload.byteLength > LARGEST_PAYLOAD_BYTES) {
      return { readings: [], refusals: [], memory };
    }
    const value = valueOfSensor(device, name);
    return hearValue(device, message, { value, text: textOfPayload(message.payload), memory });
  },
});

/** The device's own name, which ESPHome also puts in front of its topics unless told otherwise. */
function nameOf(topic: string): string {
  const base = trimTopic(topic);
  return base.slice(base.lastIndexOf("/") + 1);
}

/** Sensors are often named after their device too (`kitchen_plug_power`): that much of a name says nothing. */
function valueOfSensor(device: DialectDevice, name: string): AnnouncedValue {
  const own = `${nameOf(device.topic)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")}_`;
  return { name, words: name.startsWith(own) ? name.slice(own.length) : name };
}

/** Discovery says of a topic what is published there; long and short names of its keys are both in use. */
function hearDiscovery(
  device: DialectDevice,
  message: DialectMessage,
  memory: AnnouncedUnits | undefined,
): DecodedMessage<AnnouncedUnits> {
  const parsed = parseObject(message.payload);
  // An empty payload takes the announcement back; what was said of the unit stays true.
  if ("reason" in parsed) return { readings: [], refusals: [], memory };
  const say = (long: string, short: string): string | undefined => {
    const said = propertyOf(parsed.object, long) ?? propertyOf(parsed.object, short);
    return typeof said === "string" ? said : undefined;
  };
  const base = propertyOf(parsed.object, "~");
  const topic = say("state_topic", "stat_t")?.replace(/^~|~$/, typeof base === "string" ? base : "~");
  const tail = topic === undefined ? undefined : topicTail(topic, trimTopic(device.topic));
  const name = tail === undefined ? undefined : /^sensor\/([^/]+)\/state$/.exec(tail)?.[1];
  if (name === undefined) return { readings: [], refusals: [], memory };
  const unit = say("unit_of_measurement", "unit_of_meas");
  const said = unit === undefined || unit === "" ? { isNumber: false } : { unit };
  return hearAnnouncements(device, message, { said: [[valueOfSensor(device, name), said]], memory });
}
