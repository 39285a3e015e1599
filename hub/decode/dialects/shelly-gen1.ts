import type { Quantity } from "../../quantity.ts";
import type { UnitWord } from "../unit-words.ts";
import { type DecodedMessage, type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { isJsonObject, type JsonObject, parseObject, textOfPayload } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

/** What a name of an energy meter or relay means; `watt_minutes` are a sixtieth of a Wh. */
interface Gen1Name {
  readonly quantity: Quantity;
  readonly unit: UnitWord | "watt_minutes";
}

/** `emeter/N/...` of EM and 3EM: `total` counts Wh; `energy` beside it is a counter that begins anew and is no register. */
const emeterNames: Readonly<Record<string, Gen1Name>> = {
  power: { quantity: "active_power", unit: "W" },
  reactive: { quantity: "reactive_power", unit: "var" },
  reactive_power: { quantity: "reactive_power", unit: "var" },
  pf: { quantity: "power_factor", unit: "1" },
  voltage: { quantity: "voltage", unit: "V" },
  current: { quantity: "current", unit: "A" },
  total: { quantity: "active_energy_import", unit: "Wh" },
  total_returned: { quantity: "active_energy_export", unit: "Wh" },
};

/** `relay/N/...` and the like of plugs and relays: `energy` counts watt-minutes since the device started. */
const relayNames: Readonly<Record<string, Gen1Name>> = {
  power: { quantity: "active_power", unit: "W" },
  energy: { quantity: "active_energy_import", unit: "watt_minutes" },
};

/** The same meters in the status document, where the counter is called `total`. */
const meterNames: Readonly<Record<string, Gen1Name>> = {
  power: { quantity: "active_power", unit: "W" },
  voltage: { quantity: "voltage", unit: "V" },
  current: { quantity: "current", unit: "A" },
  total: { quantity: "active_energy_import", unit: "watt_minutes" },
};

const metered = "relay|roller|light|white|color";
const TAIL = new RegExp(`^(emeter|${metered})/(\\d{1,2})/([a-z_]{1,30})$`);
/** Parts of a device that listen to commands of their own. */
const ACTORS = ["relay/0", "relay/1", "relay/2", "relay/3", "roller/0", "light/0", "color/0", "white/0"];
/** Models with several metered relays, by the beginning of their default names. */
const SEVERAL_RELAYS = /^shelly(?:switch|switch25|2|25|4pro)-/;
/** Most meters of one device: a Shelly 4Pro has four. */
const MOST_METERS = 8;

/**
 * First generation Shelly devices, whose MQTT topics are `shellies/NAME/...` with one bare number each. The status
 * document (`info`, and what programs publish of `/status`) says the same at once.
 */
export const shellyGen1 = defineDialect<undefined>({
  name: "shelly-gen1",
  title: "Shelly, first generation",
  source: "Shelly Gen1 API documentation, MQTT and status of EM, 3EM, 1PM and Plug; units as in evcc meter/shelly/gen1",
  topicHint: "shellies and the device's name, as in shellies/shellyem-B9F5A1",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  chatter: ["shellies/announce"],
  commandsOf: (topic) => {
    const base = trimTopic(topic);
    return ["shellies/command", `${base}/command`, ...ACTORS.map((actor) => `${base}/${actor}/command`)];
  },
  decode: (device, message) => decodeShellyGen1(device, message),
});

function decodeShellyGen1(device: DialectDevice, message: DialectMessage): DecodedMessage<undefined> {
  const tail = topicTail(message.topic, trimTopic(device.topic)) ?? "";
  const gathering = gatherReadings(device, message);
  if (tail === "status" || tail === "info") {
    const parsed = parseObject(message.payload);
    if ("reason" in parsed) gathering.refuse(parsed.reason);
    else takeStatus(parsed.object, gathering);
  } else {
    takeNumber(device, tail, textOfPayload(message.payload), gathering);
  }
  return gathering.decoded(undefined);
}

function takeNumber(device: DialectDevice, tail: string, text: string, gathering: Gathering): void {
  const [, kind, place, word = ""] = TAIL.exec(tail) ?? [];
  const names = kind === "emeter" ? emeterNames : kind === undefined ? {} : relayNames;
  const known = Object.hasOwn(names, word) ? names[word] : undefined;
  if (known !== undefined) {
    const channel = kind === "emeter" || hasSeveralRelays(device) ? Number(place) + 1 : channelFromZero(Number(place));
    take(tail, known, channel, text, gathering);
  } else if (tail === "temperature" || tail === "ext_temperature/0" || tail === "sensor/temperature") {
    gathering.take({ name: tail, series: "temperature", unit: "°C", value: text });
  } else if (tail === "sensor/humidity" || tail === "ext_humidity/0") {
    gathering.take({ name: tail, series: "humidity", unit: "%RH", value: text });
  } else if (device.fields !== undefined && Object.hasOwn(device.fields, tail)) {
    gathering.takeFields({ [tail]: text });
  }
}

/** Meters of an EM are channels always; a single relay is the device itself. */
function takeStatus(status: JsonObject, gathering: Gathering): void {
  const { emeters, meters } = status;
  takeMeters("emeters", emeters, emeterNames, (place) => place + 1, gathering);
  const hasSeveral = Array.isArray(meters) && meters.length > 1;
  takeMeters("meters", meters, meterNames, (place) => (hasSeveral ? place + 1 : undefined), gathering);
  if (isJsonObject(status.tmp)) {
    const value = status.tmp.is_valid === false ? null : status.tmp.tC;
    gathering.take({ name: "tmp.tC", series: "temperature", unit: "°C", value });
  }
  gathering.takeFields(status);
}

function takeMeters(
  list: string,
  meters: unknown,
  names: Readonly<Record<string, Gen1Name>>,
  channelOf: (place: number) => number | undefined,
  gathering: Gathering,
): void {
  if (meters === undefined) return;
  if (!Array.isArray(meters) || meters.length > MOST_METERS) {
    gathering.refuse(`${list} is no list of meters`);
    return;
  }
  meters.forEach((meter: unknown, place) => {
    if (!isJsonObject(meter)) return;
    for (const [word, known] of Object.entries(names)) {
      if (!Object.hasOwn(meter, word)) continue;
      // A meter that says its own numbers are not valid has no value, whatever stands there.
      const value = meter.is_valid === false ? null : meter[word];
      take(`${list}.${place}.${word}`, known, channelOf(place), value, gathering);
    }
  });
}

function take(name: string, { quantity, unit }: Gen1Name, channel: number | undefined, raw: unknown, to: Gathering) {
  const isInMinutes = unit === "watt_minutes";
  const minutes = isInMinutes ? readNumber(raw) : undefined;
  const value = typeof minutes === "number" ? minutes / 60 : raw;
  const series = channel === undefined ? quantity : `${channel}/${quantity}`;
  to.take({ name, series, unit: isInMinutes ? "Wh" : unit, value });
}

const channelFromZero = (place: number): number | undefined => (place === 0 ? undefined : place + 1);

function hasSeveralRelays({ topic }: DialectDevice): boolean {
  return SEVERAL_RELAYS.test(trimTopic(topic).split("/").at(-1) ?? "");
}
