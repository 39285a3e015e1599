import type { Reading } from "../../reading.ts";
import type { ArrivalStamp } from "../device-stamp.ts";

/**
 * How a kind of device speaks MQTT: one file a dialect in this folder, one line in catalogue.ts that names it.
 * A dialect is pure. What it must remember between messages (an alias, a unit announced once, a counter of which only
 * one half came) it hands back as its memory and gets again with the next message; a restart forgets it, so a dialect
 * asks the device again or waits, and never guesses.
 */
export interface Dialect<Memory> {
  /** What people write in the config: `tasmota`. The file's name too. */
  readonly name: string;
  readonly title: string;
  /** Where its facts come from. */
  readonly source: string;
  /** What to write as the device's `topic`, for people: "the device's topic, as in tele/TOPIC/SENSOR". */
  readonly topicHint: string;
  /** Filters (MQTT syntax) of everything a device with this topic publishes, whether or not it says a reading. */
  topicsOf(topic: string): readonly string[];
  /** Filters of what such devices also publish and nobody needs, such as announcements for other programs. */
  readonly chatter?: readonly string[];
  /** Filters the device itself subscribes to, exactly as it does; the hub's broker lets it. */
  commandsOf?(topic: string): readonly string[];
  /** What the hub must publish again and again for the device to go on talking; sent at once and then every so often. */
  readonly keepAlive?: { readonly everyMs: number; requests(topic: string): readonly Request[] };
  /**
   * Load what only this dialect needs and what is too heavy to load for nothing. Whoever wires devices asks for it with
   * the first device that speaks so, and again with every other, which does nothing; until it is there, `decode` refuses.
   */
  readonly prepare?: () => Promise<void>;
  /**
   * One message to readings in our units and signs. Never throws for what a device sent.
   * @param memory what the last message of this device left; undefined at first and after a restart
   */
  decode(device: DialectDevice, message: DialectMessage, memory: Memory | undefined): DecodedMessage<Memory>;
}

/** The device a message is about, as whoever installed it described it. */
export interface DialectDevice {
  /** Device of all readings. */
  readonly device: string;
  /** Where it publishes; what that means is the dialect's `topicHint`. */
  readonly topic: string;
  /** IANA zone of stamps that carry no offset; without it such stamps are not believed and arrival counts. */
  readonly timeZone?: string;
  /**
   * What free names mean, for dialects whose names are the owner's: by the name in the message (a JSON path with dots, a
   * topic below the device's own, a field), the series key without the device and the unit of the number.
   */
  readonly fields?: Readonly<Record<string, FieldMeaning>>;
}

export interface FieldMeaning {
  /** `active_power`, `plug-2/voltage`, `active_energy_import/t1`. */
  readonly series: string;
  /** As in unit-words.ts, such as `kWh`. */
  readonly unit: string;
}

export interface DialectMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly arrival: ArrivalStamp;
  /**
   * True for a retained message that a broker replays. It may say a unit or a name; its value is of nobody knows when, so
   * whatever readings it makes are dropped, and a dialect keeps none of it to make a reading of later.
   */
  readonly isReplayed?: boolean;
}

export interface DecodedMessage<Memory> {
  readonly readings: readonly Reading[];
  /** What should have been readable and was not; it goes to the quarantine. Chatter and status words are no refusals. */
  readonly refusals: readonly MessageRefusal[];
  /** Undefined forgets. */
  readonly memory: Memory | undefined;
  /** What to publish so that the device says what is missing. */
  readonly requests?: readonly Request[];
}

export interface MessageRefusal {
  /** Why, in words: "power is text, not a number". */
  readonly reason: string;
}

/** A message of the hub to a device. Never retained. */
export interface Request {
  readonly topic: string;
  readonly payload: string | Uint8Array;
}

/** A dialect whose memory is its own business: what the catalogue lists. */
export type AnyDialect = Dialect<unknown>;

/** Hide what a dialect remembers: nobody but itself ever reads it. */
export function defineDialect<Memory>(dialect: Dialect<Memory>): AnyDialect {
  return {
    ...dialect,
    decode: (device, message, memory) => dialect.decode(device, message, memory as Memory | undefined),
  };
}
