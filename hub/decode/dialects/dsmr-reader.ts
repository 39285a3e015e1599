import { shiftDecimal } from "../../units.ts";
import type { ArrivalStamp } from "../device-stamp.ts";
import { type DialectDevice, type DialectMessage, defineDialect } from "./dialect.ts";
import { dsmrFields, type PowerHalf, powerHalves } from "./dsmr-fields.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { momentOfText } from "./local-stamp.ts";
import { isJsonObject, type JsonObject, parsePayload, textOfPayload } from "./payload-json.ts";
import { type NumberRead, readNumber } from "./payload-number.ts";
import { type Gathering, gatherReadings } from "./reading-maker.ts";
import { topicTail, trimTopic } from "./topic-tail.ts";

/** Topics of one telegram follow each other at once; the fastest meters send a telegram a second. */
export const SAME_TELEGRAM_MS = 700;

/** A half of a power that came on a topic of its own and whose other half is not there yet. */
interface WaitingHalf {
  readonly half: PowerHalf["half"];
  readonly name: string;
  /** Null when the device said that it is not available. */
  readonly watts: number | null;
  readonly stampMs: number | undefined;
  readonly arrival: ArrivalStamp;
}

/** By the series of the power: `active_power`, `active_power/l1` ... at most four. */
type WaitingHalves = Readonly<Record<string, WaitingHalf>>;

/**
 * DSMR-reader, and the ESP8266 P1 meter reader with its own names. "Delivered" is delivered to the client: import.
 *
 * The meter tells power in two halves that are never negative, and only both of one telegram make a power: delivered
 * less returned. In a JSON telegram both stand together. On topics of their own a half waits for the other, which comes
 * within SAME_TELEGRAM_MS and, where both carry a time, with the same. A half whose other half never came is told when
 * the next telegram shows that it stayed alone, with the stamp it arrived with: as the power if it is not 0, because a
 * meter counts one way at a time; not at all if it is 0, which says nothing without the other.
 */
export const dsmrReader = defineDialect<WaitingHalves>({
  name: "dsmr-reader",
  title: "DSMR-reader, P1 meter readers",
  source:
    "DSMR-reader: default mappings of its MQTT settings and docs of its telegram JSON; esp8266_p1meter README (whole Wh, W, mV, mA)",
  topicHint: "dsmr; or where the mapping was changed, the topic above the fields or that of the JSON telegram",
  topicsOf: (topic) => [`${trimTopic(topic)}/#`],
  chatter: [
    "dsmr/day-consumption/#",
    "dsmr/current-month/#",
    "dsmr/current-year/#",
    "dsmr/consumption/#",
    "dsmr/meter-stats/#",
    "dsmr/raw",
  ],
  decode(device, message, waiting = {}) {
    const field = fieldOf(topicTail(message.topic, trimTopic(device.topic)));
    if (field === undefined) return gatherReadings(device, message).decoded(waiting);
    const parsed = parsePayload(message.payload);
    const json = "json" in parsed ? parsed.json : undefined;
    if (field === "") return decodeTelegram(device, message, json, waiting);
    const stamped = isJsonObject(json) && Object.hasOwn(json, "value") ? json : undefined;
    const gathered = gatherReadings(device, message, momentOfText(stamped?.time, device.timeZone));
    const value = stamped === undefined ? textOfPayload(message.payload) : stamped.value;
    const half = ownMeaningOf(device, field) === undefined ? powerHalfOf(field) : undefined;
    // Half of a power that is of nobody knows when must not meet a fresh one.
    if (half !== undefined && message.isReplayed === true) return gathered.decoded(waiting);
    if (half === undefined) {
      takeField(gathered, device, field, value);
      return gathered.decoded(waiting);
    }
    const watts = wattsOf(half, value);
    if (isFault(watts)) {
      gathered.refuse(`${field} ${watts.reason}`);
      return gathered.decoded(waiting);
    }
    const stampMs = momentOfText(stamped?.time, device.timeZone);
    const coming = { half: half.half, name: field, watts, stampMs, arrival: message.arrival };
    return joinHalves(device, message, { series: half.series, coming, waiting });
  },
});

/** As DSMR-reader comes, fields stand below `dsmr/reading` and the telegram on `dsmr/json`; the empty text is a telegram. */
function fieldOf(tail: string | undefined): string | undefined {
  return tail === "json" ? "" : tail?.replace(/^reading\//, "");
}

function powerHalfOf(name: string): PowerHalf | undefined {
  return Object.hasOwn(powerHalves, name) ? powerHalves[name] : undefined;
}

function decodeTelegram(device: DialectDevice, message: DialectMessage, json: unknown, waiting: WaitingHalves) {
  // Topics above the telegram may carry anything; only an object can be one.
  if (!isJsonObject(json)) {
    const nothing = gatherReadings(device, message);
    nothing.refuse("not a telegram: a JSON object is expected");
    return nothing.decoded(waiting);
  }
  const gathered = gatherReadings(device, message, momentOfText(json.timestamp, device.timeZone));
  for (const name of Object.keys(json)) takeField(gathered, device, name, json[name]);
  for (const [name, { half, series }] of Object.entries(powerHalves)) {
    if (half === "delivered") takePower(gathered, device, { telegram: json, name, series });
  }
  gathered.takeFields(json);
  return gathered.decoded(waiting);
}

function takeField(gathered: Gathering, device: DialectDevice, name: string, value: unknown): void {
  const own = ownMeaningOf(device, name);
  const known = Object.hasOwn(dsmrFields, name) ? dsmrFields[name] : undefined;
  const meaning = own ?? known;
  if (meaning === undefined) return;
  const isDecimal = typeof readNumber(value) === "number" && !/^-?\d+$/.test(String(value).trim());
  if (own === undefined && known?.isWhole === true && isDecimal) {
    gathered.refuse(`${name} is no whole number of ${meaning.unit}: say its unit in fields`);
  } else gathered.take({ name, series: meaning.series, unit: meaning.unit, value });
}

/** The power of a JSON telegram, from the half of this name and its other half. */
function takePower(
  gathered: Gathering,
  device: DialectDevice,
  { telegram, name, series }: { readonly telegram: JsonObject; readonly name: string; readonly series: string },
): void {
  const other = Object.keys(powerHalves).find(
    (each) => each !== name && powerHalves[each]?.series === series && Object.hasOwn(telegram, each),
  );
  if (!Object.hasOwn(telegram, name) || other === undefined) return;
  // Whoever gave a half a meaning of its own has it as they said; no power is made of it then.
  if (ownMeaningOf(device, name) !== undefined || ownMeaningOf(device, other) !== undefined) return;
  const halves = [name, other].map((each) => ({ each, watts: wattsOf(powerHalves[each], telegram[each]) }));
  const wrong = halves.flatMap(({ each, watts }) => (isFault(watts) ? [`${each} ${watts.reason}`] : []));
  if (wrong.length > 0) {
    for (const reason of wrong) gathered.refuse(reason);
    return;
  }
  const [delivered, returned] = halves.map(({ watts }) => watts);
  const isKnown = typeof delivered === "number" && typeof returned === "number";
  gathered.take({ name: series, series, unit: "W", value: isKnown ? lessOf(delivered, returned) : null });
}

function joinHalves(
  device: DialectDevice,
  message: DialectMessage,
  {
    series,
    coming,
    waiting,
  }: { readonly series: string; readonly coming: WaitingHalf; readonly waiting: WaitingHalves },
) {
  const earlier = waiting[series];
  const { [series]: _joined, ...others } = waiting;
  if (earlier !== undefined && isSameTelegram(earlier, coming)) {
    const gathered = gatherReadings(device, message, coming.stampMs);
    gathered.take({ name: series, series, unit: "W", value: powerOf(earlier, coming) });
    return gathered.decoded(others);
  }
  const gathered = gatherReadings(device, earlier === undefined ? message : { ...message, arrival: earlier.arrival });
  if (earlier !== undefined && earlier.watts !== 0) {
    const { watts, stampMs, half } = earlier;
    const value = watts === null || half === "delivered" ? watts : -watts;
    gathered.take({ name: series, series, unit: "W", value, stampMs });
  }
  return gathered.decoded({ ...others, [series]: coming });
}

function isSameTelegram(earlier: WaitingHalf, coming: WaitingHalf): boolean {
  if (earlier.half === coming.half) return false;
  if (earlier.stampMs !== undefined && coming.stampMs !== undefined) return earlier.stampMs === coming.stampMs;
  const apart: number = coming.arrival.at - earlier.arrival.at;
  return apart >= 0 && apart <= SAME_TELEGRAM_MS;
}

function powerOf(one: WaitingHalf, other: WaitingHalf): number | null {
  const delivered = one.half === "delivered" ? one.watts : other.watts;
  const returned = one.half === "delivered" ? other.watts : one.watts;
  return delivered === null || returned === null ? null : lessOf(delivered, returned);
}

/** A half in W, null for "not available", or why it is neither. */
function wattsOf(half: PowerHalf | undefined, value: unknown): NumberRead {
  const number = readNumber(value);
  if (typeof number !== "number") return number;
  if (number < 0) return { reason: "is negative: half of a power never is" };
  return half?.unit === "kW" ? shiftDecimal(number, 3) : number;
}

function isFault(watts: NumberRead): watts is { readonly reason: string } {
  return typeof watts === "object" && watts !== null;
}

/** Decimals of three places less each other without the error of a float difference. */
function lessOf(delivered: number, returned: number): number {
  return shiftDecimal(Math.round(shiftDecimal(delivered, 3)) - Math.round(shiftDecimal(returned, 3)), -3);
}
