import type { Reading } from "../../reading.ts";
import type { ArrivalStamp } from "../device-stamp.ts";
import type { DecodedMessage, DialectDevice, DialectMessage, MessageRefusal } from "./dialect.ts";
import { ownMeaningOf } from "./field-meaning.ts";
import { meaningOfName, type NameMeaning } from "./name-meaning.ts";
import { gatherReadings } from "./reading-maker.ts";

/** Most values of one device that are remembered; the largest gateways announce some hundred. */
export const MOST_ANNOUNCED = 1_000;
/** Longest value kept until its unit is known; longer ones are texts, which have none. */
const LONGEST_WAITING = 64;

/** What a device says about one of its values; what it does not say now stays as it said it before. */
export interface Announcement {
  readonly unit?: string;
  /** False when the device says that it is no number. */
  readonly isNumber?: boolean;
}

/** A value's name, and the words that tell what it means: by its unit and these it becomes a series. */
export interface AnnouncedValue {
  readonly name: string;
  readonly words: string;
  /** Part of the device, in devices that name their parts. */
  readonly node?: string;
}

interface KnownValue extends Announcement {
  /** What the unit and the words mean together; undefined when that is nothing we count. */
  readonly meaning: NameMeaning | undefined;
}

interface WaitingValue {
  readonly text: string;
  readonly arrival: ArrivalStamp;
}

/** What a device that announces its units once has said so far, by the name of the value. */
export interface AnnouncedUnits {
  readonly known: Readonly<Record<string, KnownValue>>;
  /** The newest value of each name whose unit is not known yet. */
  readonly waiting: Readonly<Record<string, WaitingValue>>;
}

const nothing: AnnouncedUnits = { known: {}, waiting: {} };

/**
 * Hear a value. Where its unit is not known yet, the newest value waits for it: nothing is guessed.
 * @param text the value as the device wrote it
 */
export function hearValue(
  device: DialectDevice,
  message: DialectMessage,
  heard: { readonly value: AnnouncedValue; readonly text: string; readonly memory: AnnouncedUnits | undefined },
): DecodedMessage<AnnouncedUnits> {
  const { value, text, memory = nothing } = heard;
  const { name } = value;
  const known = Object.hasOwn(memory.known, name) ? memory.known[name] : undefined;
  if (known?.unit !== undefined || ownMeaningOf(device, name) !== undefined) {
    return { ...readValue(device, message, { name, text, meaning: known?.meaning }), memory };
  }
  const isHopeless = known?.isNumber === false || text.length > LONGEST_WAITING || message.isReplayed === true;
  const isFull = !Object.hasOwn(memory.waiting, name) && Object.keys(memory.waiting).length >= MOST_ANNOUNCED;
  if (isHopeless || isFull) return { readings: [], refusals: [], memory };
  const waiting = { ...memory.waiting, [name]: { text, arrival: message.arrival } };
  return { readings: [], refusals: [], memory: { ...memory, waiting } };
}

/** Hear what a device says about its values; one that waited for its unit is told now, with the stamp it arrived with. */
export function hearAnnouncements(
  device: DialectDevice,
  message: DialectMessage,
  heard: {
    readonly said: readonly (readonly [AnnouncedValue, Announcement])[];
    readonly memory: AnnouncedUnits | undefined;
  },
): DecodedMessage<AnnouncedUnits> {
  const { said, memory = nothing } = heard;
  const known: Record<string, KnownValue> = { ...memory.known };
  const waiting: Record<string, WaitingValue> = { ...memory.waiting };
  const readings: Reading[] = [];
  const refusals: MessageRefusal[] = [];
  let room = MOST_ANNOUNCED - Object.keys(known).length;
  for (const [value, announcement] of said) {
    const { name } = value;
    const isNew = !Object.hasOwn(known, name);
    if (isNew && room <= 0) continue;
    if (isNew) room -= 1;
    const now = knownOf(value, { ...(isNew ? {} : known[name]), ...announcement });
    known[name] = now;
    const waited = Object.hasOwn(waiting, name) ? waiting[name] : undefined;
    if (waited === undefined || (now.unit === undefined && now.isNumber !== false)) continue;
    delete waiting[name];
    const then = { ...message, arrival: waited.arrival };
    const read = readValue(device, then, { name, text: waited.text, meaning: now.meaning });
    readings.push(...read.readings);
    refusals.push(...read.refusals);
  }
  return { readings, refusals, memory: { known, waiting } };
}

function knownOf({ words, node }: AnnouncedValue, { unit, isNumber }: Announcement): KnownValue {
  const isMeasured = unit !== undefined && isNumber !== false;
  const meaning = isMeasured ? meaningOfName({ name: words, unit, ...(node !== undefined && { node }) }) : undefined;
  return { ...(unit !== undefined && { unit }), ...(isNumber !== undefined && { isNumber }), meaning };
}

function readValue(
  device: DialectDevice,
  message: DialectMessage,
  { name, text, meaning }: { name: string; text: string; meaning: NameMeaning | undefined },
): Pick<DecodedMessage<never>, "readings" | "refusals"> {
  const gathered = gatherReadings(device, message);
  const told = ownMeaningOf(device, name) ?? meaning;
  if (told !== undefined) gathered.take({ name, ...told, value: text });
  const { readings, refusals } = gathered.decoded(undefined);
  return { readings, refusals };
}
