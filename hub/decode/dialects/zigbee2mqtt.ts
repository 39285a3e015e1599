import type { Reading } from "../../reading.ts";
import { type DecodedMessage, type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { momentOfText } from "./local-stamp.ts";
import { type JsonObject, parseObject, propertyOf, textOfPayload } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";
import { readZigbeeName } from "./zigbee2mqtt-names.ts";

/** The stamp of the device's last message, and what was said under it, by series: at first, and most recently. */
interface LastState {
  readonly seenAt: number;
  readonly values: ReadonlyMap<string, { readonly first: number | null; readonly latest: number | null }>;
}

/** Topics below a device's own that say nothing of it, or are commands to it. */
const NO_STATE = /^(?:availability|set|get)(?:\/|$)/;
/** `last_seen` as a number is ms since 1970. */
const SECONDS_BELOW = 1e11;

/**
 * Zigbee2MQTT: one JSON object a device, merged with what was known of it before. It is published again with old values
 * when the bridge starts, so `last_seen` is the stamp where it is sent, and such a copy changes nothing.
 */
export const zigbee2mqtt = defineDialect<LastState>({
  name: "zigbee2mqtt",
  title: "Zigbee2MQTT",
  source: "Zigbee2MQTT documentation, MQTT topics and messages; names as in zigbee-herdsman-converters",
  topicHint: "the base topic and the device's friendly name, as in zigbee2mqtt/kitchen plug",
  topicsOf: (topic) => [trimTopic(topic), `${trimTopic(topic)}/#`],
  chatter: ["zigbee2mqtt/bridge/#", "homeassistant/#"],
  // One bridge speaks for many devices and subscribes to everything under its base topic.
  commandsOf: (topic) => [`${trimTopic(topic).split("/")[0]}/#`, "homeassistant/status"],
  decode: (device, message, memory) => decodeZigbee(device, message, memory),
});

function decodeZigbee(
  device: DialectDevice,
  message: DialectMessage,
  memory: LastState | undefined,
): DecodedMessage<LastState> {
  const tail = topicTail(message.topic, trimTopic(device.topic));
  if (tail === undefined || NO_STATE.test(tail)) return { readings: [], refusals: [], memory };
  if (tail !== "") return { ...decodeAttribute(device, message, tail), memory };
  const parsed = parseObject(message.payload);
  if ("reason" in parsed) return { readings: [], refusals: [{ reason: parsed.reason }], memory };
  const seenAt = momentOfLastSeen(parsed.object.last_seen, device.timeZone);
  const gathering = gatherReadings(device, message, seenAt);
  takeState(parsed.object, gathering);
  gathering.takeFields(parsed.object);
  const decoded = gathering.decoded<LastState>(undefined);
  if (seenAt === undefined) return { ...decoded, memory };
  return tellApart(decoded, message, seenAt, memory);
}

/** With `output: attribute` every value has a topic of its own and comes as bare text. */
function decodeAttribute(device: DialectDevice, message: DialectMessage, name: string): DecodedMessage<LastState> {
  const gathering = gatherReadings(device, message);
  const state = { [name]: textOfPayload(message.payload) };
  takeState(state, gathering);
  gathering.takeFields(state);
  return gathering.decoded<LastState>(undefined);
}

function takeState(state: JsonObject, gathering: Gathering): void {
  // A sensor with a battery says the battery's voltage, in mV: nothing that was measured.
  const isBatteryPowered = Object.hasOwn(state, "battery") || Object.hasOwn(state, "battery_low");
  for (const [name, value] of Object.entries(state)) {
    const meaning = readZigbeeName(name);
    if (meaning === undefined || (name === "voltage" && isBatteryPowered)) continue;
    const { quantity, series, unit, suffix } = meaning;
    const number = readNumber(value);
    if (quantity === "active_power" && typeof number === "number") {
      const isProducing = propertyOf(state, `energy_flow${suffix}`) === "producing";
      gathering.take({ name, series, unit, value: isProducing ? -Math.abs(number) : number });
    } else if (quantity === "power_factor" && typeof number === "number" && Math.abs(number) > 1) {
      // Some converters pass on the percent of the device.
      gathering.take({ name, series, unit: "%", value: number });
    } else {
      gathering.take({ name, series, unit, value });
    }
  }
  if (!Object.hasOwn(state, "temperature")) {
    const value = propertyOf(state, "device_temperature");
    gathering.take({ name: "device_temperature", series: "temperature", unit: "°C", value });
  }
}

/** ISO 8601 with or without an offset, or ms since 1970; undefined when it is not sent. */
function momentOfLastSeen(seen: unknown, timeZone: string | undefined): number | undefined {
  if (typeof seen === "number") return seen < SECONDS_BELOW ? seen * 1000 : seen;
  return momentOfText(seen, timeZone);
}

/**
 * Stamps with whole seconds can be the same for two reports. A value that changed under an unchanged stamp is news, and
 * its stamp cannot tell it from the one before: it is stamped by arrival. What was said already is a copy; of news a copy
 * is no reading at all, because arrival would make it a new one.
 */
function tellApart(
  decoded: DecodedMessage<LastState>,
  { arrival }: DialectMessage,
  seenAt: number,
  last: LastState | undefined,
): DecodedMessage<LastState> {
  const values = new Map(last?.seenAt === seenAt ? last.values : []);
  const readings = decoded.readings.flatMap((reading): readonly Reading[] => {
    const said = values.get(reading.series);
    values.set(reading.series, { first: said === undefined ? reading.value : said.first, latest: reading.value });
    if (said === undefined) return [reading];
    if (reading.value !== said.latest) return [{ ...reading, at: arrival.at, stampedBy: "arrival" }];
    return reading.value === said.first ? [reading] : [];
  });
  return { ...decoded, readings, memory: { seenAt, values } };
}
