import {
  type DecodedMessage,
  type DialectDevice,
  type DialectMessage,
  defineDialect,
  type FieldMeaning,
} from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { momentOfText } from "./local-stamp.ts";
import { isJsonObject, type JsonObject, parsePayload, textOfPayload } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

/** Values by position in one message; an emonTx sends a few dozen. */
const MOST_VALUES = 200;

/** Names that emonTx, emonPi and their like send, in small letters; a number in them counts clamps or probes. */
const patterns = [
  { pattern: /^power$/, series: "active_power", unit: "W" },
  { pattern: /^(?:power|p)([1-9]\d?)$/, series: "active_power", unit: "W" },
  { pattern: /^e([1-9]\d?)$/, series: "active_energy_import", unit: "Wh" },
  { pattern: /^(?:vrms|voltage)$/, series: "voltage", unit: "V" },
  { pattern: /^v([123])$/, series: "voltage", unit: "V", isPhase: true },
  { pattern: /^(?:freq|frequency)$/, series: "frequency", unit: "Hz" },
  { pattern: /^(?:temperature|temp)$/, series: "temperature", unit: "°C" },
  { pattern: /^t([1-9]\d?)$/, series: "temperature", unit: "°C" },
  { pattern: /^humidity$/, series: "humidity", unit: "%RH" },
] as const;

/**
 * emonHub, emonTx, emonPi and whatever speaks to emoncms: `emon/NODE` with JSON or values by position, or `emon/NODE/NAME`
 * with one bare number. Names are the owner's: those of the usual sensors are known, all others need `fields`; values by
 * position are named "1", "2" and so on.
 */
export const emoncms = defineDialect<undefined>({
  name: "emoncms",
  title: "emoncms, emonHub",
  source: "emoncms scripts/services/emoncms_mqtt; emonHub MQTT interfacer; names as emonTx and emonPi send them",
  topicHint: "the base topic and the node, as in emon/emontx",
  topicsOf: (topic) => [trimTopic(topic), `${trimTopic(topic)}/#`],
  decode: (device, message) => decodeEmoncms(device, message),
});

function decodeEmoncms(device: DialectDevice, message: DialectMessage): DecodedMessage<undefined> {
  const tail = topicTail(message.topic, trimTopic(device.topic)) ?? "";
  const parsed = parsePayload(message.payload);
  const json = "json" in parsed ? parsed.json : undefined;
  if (isJsonObject(json)) return decodeObject(device, message, tail, json);
  const gathering = gatherReadings(device, message);
  if (tail !== "") takeNamed(device, tail.replaceAll("/", "_"), textOfPayload(message.payload), gathering, tail);
  else takePositions(device, textOfPayload(message.payload), gathering);
  return gathering.decoded(undefined);
}

/** What stands behind the node in the topic stands in front of every name, as emoncms itself has it. */
function decodeObject(
  device: DialectDevice,
  message: DialectMessage,
  tail: string,
  object: JsonObject,
): DecodedMessage<undefined> {
  const [timeName, time] = Object.entries(object).find(([name]) => name.toLowerCase() === "time") ?? [];
  const gathering = gatherReadings(device, message, momentOfTime(time, device.timeZone));
  const before = tail === "" ? "" : `${tail.replaceAll("/", "_")}_`;
  for (const [name, value] of Object.entries(object)) {
    if (name === timeName) continue;
    const nested = isJsonObject(value) && Object.hasOwn(value, "value") ? value : undefined;
    const ownName = nested?.name;
    if (typeof ownName === "string" && ownMeaningOf(device, ownName) !== undefined) {
      takeNamed(device, ownName, nested?.value, gathering);
    } else {
      takeNamed(device, `${before}${name}`, nested === undefined ? value : nested.value, gathering);
    }
  }
  gathering.takeFields(object);
  return gathering.decoded(undefined);
}

/** Seconds since 1970, or a time as text. */
function momentOfTime(time: unknown, timeZone: string | undefined): number | undefined {
  const number = readNumber(time);
  return typeof number === "number" ? number * 1000 : momentOfText(time, timeZone);
}

function takeNamed(device: DialectDevice, name: string, value: unknown, gathering: Gathering, path = name): void {
  const own = ownMeaningOf(device, name) ?? ownMeaningOf(device, path);
  const known = own ?? usualMeaningOf(name);
  if (known === undefined) return;
  const isPath = ownMeaningOf(device, name) === undefined && ownMeaningOf(device, path) !== undefined;
  gathering.take({ name: isPath ? path : name, ...known, value });
}

function usualMeaningOf(name: string): FieldMeaning | undefined {
  for (const { pattern, series, unit, ...rest } of patterns) {
    const match = pattern.exec(name.toLowerCase());
    if (match === null) continue;
    const [, place] = match;
    if (place === undefined) return { series, unit };
    return { series: "isPhase" in rest ? `${series}/l${place}` : `${place}/${series}`, unit };
  }
  return undefined;
}

function takePositions(device: DialectDevice, text: string, gathering: Gathering): void {
  const values = text.split(",", MOST_VALUES + 1);
  const isNamed = values.some((_, index) => ownMeaningOf(device, `${index + 1}`) !== undefined);
  if (text === "") gathering.refuse("empty payload");
  else if (values.length > MOST_VALUES) gathering.refuse(`more than ${MOST_VALUES} values`);
  else if (isNamed) gathering.takeFields(Object.fromEntries(values.map((value, index) => [`${index + 1}`, value])));
  else gathering.refuse('values by position mean nothing by themselves: name them "1", "2" ... in fields');
}
