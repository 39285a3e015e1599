import type { Quantity } from "../../quantity.ts";
import { parseSeriesKey, type Reading, type SeriesKey } from "../../reading.ts";
import { type ArrivalStamp, stampReading } from "../device-stamp.ts";
import { inOwnUnit, unitWords } from "../unit-words.ts";
import type {
  DecodedMessage,
  DialectDevice,
  DialectMessage,
  FieldMeaning,
  MessageRefusal,
  Request,
} from "./dialect.ts";
import { valueAtPath } from "./payload-json.ts";
import { readNumber } from "./payload-number.ts";

/** A value of a message with what the dialect knows of it. */
export interface NamedValue extends FieldMeaning {
  /** As the message names it, a path with dots; `fields` of the device may give that name another meaning. */
  readonly name: string;
  /** A number, a number as text, or null and the like for "not available". Undefined is no value at all: nothing is made of it. */
  readonly value: unknown;
  /** True when the device counts power the other way round than we do. */
  readonly isTurned?: boolean | undefined;
  /** ms since 1970 of this value; the message's own stamp without it. */
  readonly stampMs?: number | undefined;
}

/** What was made of one message so far. */
export interface Gathering {
  /** Make a reading of a value, or a refusal where it is no number of its unit. */
  take(value: NamedValue): void;
  /** Take what the device's `fields` name in this JSON and no known name has taken; a name that is missing is no fault. */
  takeFields(json: unknown): void;
  refuse(reason: string): void;
  decoded<Memory>(memory: Memory | undefined, requests?: readonly Request[]): DecodedMessage<Memory>;
}

/**
 * Gather the readings and refusals of one message.
 * @param stampMs the message's own stamp, ms since 1970; undefined when it has none, and then arrival counts
 */
export function gatherReadings(device: DialectDevice, { arrival }: DialectMessage, stampMs?: number): Gathering {
  const readings: Reading[] = [];
  const refusals: MessageRefusal[] = [];
  const taken = new Set<string>();
  const take = (value: NamedValue): void => {
    taken.add(value.name);
    if (value.value === undefined) return;
    const meant = withOwnMeaning(device, value);
    const made = makeReading(device.device, { ...meant, stampMs: value.stampMs ?? stampMs }, arrival);
    if ("reason" in made) refusals.push(made);
    else readings.push(made);
  };
  return {
    take,
    takeFields(json) {
      for (const [name, meaning] of Object.entries(device.fields ?? {})) {
        if (!taken.has(name)) take({ name, ...meaning, value: valueAtPath(json, name) });
      }
    },
    refuse: (reason) => void refusals.push({ reason }),
    decoded: (memory, requests) => ({ readings, refusals, memory, ...(requests !== undefined && { requests }) }),
  };
}

/**
 * One value as a reading in our unit and sign, or why it is none. Pure.
 * @param device device of the reading; `value.series` is the key below it
 */
export function makeReading(device: string, value: NamedValue, arrival: ArrivalStamp): Reading | MessageRefusal {
  const key = `${device}/${value.series}`;
  const parts = parseSeriesKey(key);
  if (parts?.device !== device) return { reason: `${value.name}: "${value.series}" is no series of a device` };
  const series = key as SeriesKey;
  const stamp = stampReading(value.stampMs, arrival);
  const number = readNumber(value.value);
  if (number === null) return { series, ...stamp, outcome: "not_available", value: null };
  if (typeof number !== "number") return { reason: `${value.name} ${number.reason}` };
  const own = inOwnUnit(parts.quantity, value.isTurned === true ? -number : number, value.unit);
  if (own === undefined) return { reason: `${value.name}: ${whyNoUnit(parts.quantity, value.unit)}` };
  return { series, ...stamp, outcome: "value", value: own };
}

/** What whoever installed the device says of a name counts before what the dialect knows; signs are then theirs too. */
function withOwnMeaning({ fields }: DialectDevice, value: NamedValue): NamedValue {
  const meaning = fields !== undefined && Object.hasOwn(fields, value.name) ? fields[value.name] : undefined;
  return meaning === undefined ? value : { ...value, ...meaning, isTurned: false };
}

function whyNoUnit(quantity: Quantity, unit: string): string {
  const known: Readonly<Record<string, number>> = unitWords[quantity];
  if (Object.hasOwn(known, unit)) return "is out of range";
  return `unit "${unit}" is foreign to ${quantity}: use ${Object.keys(known).join(" or ")}`;
}
