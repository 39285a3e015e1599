import { isDeviceName } from "../../reading.ts";
import { type DecodedMessage, type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { momentOfText } from "./local-stamp.ts";
import { isJsonObject, type JsonObject, parseObject } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import { energyNames, meterNames, type NameMeaning, sensorNames, tariffNames } from "./tasmota-names.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

/** Words that stand where FullTopic has %prefix%. */
const PREFIXES = ["tele", "stat"] as const;
/** Tasmota numbers channels from 1 and has at most eight of them. */
const MOST_CHANNELS = 8;

/**
 * Tasmota: plugs, Modbus meters and optical readers of smart meters. `tele/TOPIC/SENSOR` every TelePeriod, and
 * `stat/TOPIC/STATUS8` or `STATUS10` with the same inside `StatusSNS` when somebody asks. Everything else it publishes
 * (LWT, STATE, RESULT, INFO) says no reading.
 */
export const tasmota = defineDialect<undefined>({
  name: "tasmota",
  title: "Tasmota",
  source: "Tasmota source, xdrv_03_energy and xsns_53_sml; MQTT and Smart Meter Interface pages of its documentation",
  topicHint:
    "the device's topic: plug1 as in tele/plug1/SENSOR. With another FullTopic, all before SENSOR: home/tele/plug1",
  topicsOf: (topic) => prefixedTopics(topic).map((base) => `${base}/#`),
  chatter: ["tasmota/discovery/#", "homeassistant/#"],
  commandsOf: (topic) => [...fullTopics(topic, "cmnd").map((base) => `${base}/#`), "cmnd/tasmotas/#"],
  decode: (device, message) => decodeTasmota(device, message),
});

function decodeTasmota(device: DialectDevice, message: DialectMessage): DecodedMessage<undefined> {
  const tail = prefixedTopics(device.topic)
    .map((base) => topicTail(message.topic, base))
    .find((found) => found !== undefined);
  if (tail !== "SENSOR" && tail !== "STATUS8" && tail !== "STATUS10") {
    return { readings: [], refusals: [], memory: undefined };
  }
  const parsed = parseObject(message.payload);
  if ("reason" in parsed) return { readings: [], refusals: [{ reason: parsed.reason }], memory: undefined };
  const inner = parsed.object.StatusSNS;
  const sensors = isJsonObject(inner) ? inner : parsed.object;
  const gathering = gatherReadings(device, message, momentOfText(sensors.Time, device.timeZone));
  takeSensors(sensors, gathering);
  gathering.takeFields(sensors);
  return gathering.decoded(undefined);
}

/** The first sensor that has a quantity gives it plainly; a further one gives it as a channel with the sensor's name. */
function takeSensors(sensors: JsonObject, gathering: Gathering): void {
  const given = new Set<string>();
  if (isJsonObject(sensors.ENERGY)) {
    takeEnergy(sensors.ENERGY, gathering);
    for (const { quantity } of Object.values(energyNames)) given.add(quantity);
  } else if (sensors.ENERGY !== undefined && sensors.ENERGY !== null) {
    gathering.refuse("ENERGY is not an object");
  }
  for (const [sensor, values] of Object.entries(sensors)) {
    // The chip's own temperature says nothing of the place it stands in.
    if (!isJsonObject(values) || sensor === "ESP32" || sensor === "ENERGY") continue;
    for (const [word, value] of Object.entries(values)) {
      const name = `${sensor}.${word}`;
      const quantity = Object.hasOwn(sensorNames, word) ? sensorNames[word] : undefined;
      const meaning = meterNames.get(word.toLowerCase());
      if (quantity === "temperature") {
        const series = channelled("temperature", sensor, given);
        gathering.take({ name, series, unit: "°C", value: inCelsius(value, sensors.TempUnit) });
      } else if (quantity === "humidity") {
        gathering.take({ name, series: channelled("humidity", sensor, given), unit: "%RH", value });
      } else if (meaning !== undefined) {
        const series = channelled(keyOf(meaning), sensor, given);
        gathering.take({ name, series, unit: meaning.unit, value });
      }
    }
  }
}

function channelled(key: string, sensor: string, given: Set<string>): string {
  const series = given.has(key) && isDeviceName(sensor) ? `${sensor}/${key}` : key;
  given.add(key);
  return series;
}

const keyOf = ({ quantity, part }: NameMeaning): string => (part === undefined ? quantity : `${quantity}/${part}`);

/** Lists have a number a channel; what all channels share, as voltage often is, stays a plain number. */
function takeEnergy(energy: JsonObject, gathering: Gathering): void {
  for (const [word, meaning] of Object.entries(energyNames)) {
    const value = Object.hasOwn(energy, word) ? energy[word] : undefined;
    const name = `ENERGY.${word}`;
    if (!Array.isArray(value)) {
      gathering.take({ name, series: keyOf(meaning), unit: meaning.unit, value });
    } else if (isTariffList(energy, word, value)) {
      takeTariffs(name, meaning.quantity, value, gathering);
    } else if (value.length > MOST_CHANNELS) {
      gathering.refuse(`${name} has more than ${MOST_CHANNELS} channels`);
    } else {
      value.forEach((item, index) => {
        const series = `${index + 1}/${keyOf(meaning)}`;
        gathering.take({ name: `${name}.${index}`, series, unit: meaning.unit, value: item ?? null });
      });
    }
  }
  for (const [word, quantity] of Object.entries(tariffNames)) {
    const value = Object.hasOwn(energy, word) ? energy[word] : undefined;
    if (Array.isArray(value)) takeTariffs(`ENERGY.${word}`, quantity, [undefined, ...value.slice(0, 2)], gathering);
  }
}

/** Before TotalTariff there was, a meter with one channel and two tariffs said [sum, tariff 1, tariff 2]. */
function isTariffList(energy: JsonObject, word: string, value: readonly unknown[]): boolean {
  return (word === "Total" || word === "ExportActive") && value.length === 3 && !Array.isArray(energy.Power);
}

function takeTariffs(name: string, quantity: string, values: readonly unknown[], gathering: Gathering): void {
  const [sum, first, second] = values;
  gathering.take({ name: `${name}.0`, series: quantity, unit: "kWh", value: sum });
  gathering.take({ name: `${name}.1`, series: `${quantity}/t1`, unit: "kWh", value: first });
  gathering.take({ name: `${name}.2`, series: `${quantity}/t2`, unit: "kWh", value: second });
}

/** A device set to Fahrenheit (SetOption8) says so once for all its sensors. */
function inCelsius(value: unknown, unit: unknown): unknown {
  const number = unit === "F" ? readNumber(value) : value;
  if (unit !== "F" || typeof number !== "number") return value;
  return Number((((number - 32) * 5) / 9).toFixed(3));
}

/** Where `tele` and `stat` may stand: in front, behind, or where the topic itself has one of them. */
function prefixedTopics(topic: string): readonly string[] {
  return PREFIXES.flatMap((prefix) => fullTopics(topic, prefix));
}

function fullTopics(topic: string, prefix: string): readonly string[] {
  const levels = trimTopic(topic).split("/");
  const place = levels.findIndex((level) => level === "tele" || level === "stat");
  if (place === -1) return [`${prefix}/${trimTopic(topic)}`, `${trimTopic(topic)}/${prefix}`];
  const last = levels.at(-1) === "SENSOR" ? levels.slice(0, -1) : levels;
  return [last.with(place, prefix).join("/")];
}
