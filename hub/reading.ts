import { isQuantity, type Quantity } from "./quantity.ts";
import type { Branded, EpochMs } from "./units.ts";

/** `device/[channel/]quantity[/l1|l2|l3|t1|t2]`, for example `roof-a/active_power` or `home-7/pv/active_energy_export`. */
export type SeriesKey = Branded<string, "series key">;

/** Devices are named by the people who install them: letters, digits, `-` and `_`, at most 40. */
export const DEVICE_PATTERN = "^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$";
const deviceName = new RegExp(DEVICE_PATTERN);
const PARTS = new Set(["l1", "l2", "l3", "t1", "t2"]);

export interface SeriesParts {
  readonly device: string;
  readonly channel?: string;
  readonly quantity: Quantity;
  readonly part?: string;
}

export function isDeviceName(word: string): boolean {
  return deviceName.test(word);
}

/** Take a series key apart, or `undefined` when the text is not one. */
export function parseSeriesKey(text: string): SeriesParts | undefined {
  const words = text.split("/");
  const last = words.at(-1) ?? "";
  const part = PARTS.has(last) ? words.pop() : undefined;
  const quantity = words.pop() ?? "";
  const [device, channel, ...more] = words;
  if (device === undefined || more.length > 0 || !isDeviceName(device) || !isQuantity(quantity)) return undefined;
  if (channel !== undefined && !isDeviceName(channel)) return undefined;
  return { device, quantity, ...(channel !== undefined && { channel }), ...(part !== undefined && { part }) };
}

/** The only door into `SeriesKey`. @throws RangeError when the text is not a series key. */
export function SeriesKey(text: string): SeriesKey {
  if (parseSeriesKey(text) === undefined) throw new RangeError(`not a series key: ${text}`);
  return text as SeriesKey;
}

/** Split a key that is known to be one. */
export function seriesParts(key: SeriesKey): SeriesParts {
  const parts = parseSeriesKey(key);
  if (parts === undefined) throw new RangeError(`not a series key: ${key}`);
  return parts;
}

/**
 * One value of one series at one moment. A value, "not available" and "read failed" stay three different things:
 * `value` is a finite number in the quantity's unit exactly when `outcome` is "value", else null, never 0.
 */
export interface Reading {
  readonly series: SeriesKey;
  /** When it was true, by the device's own stamp or by arrival; see `stampedBy`. */
  readonly at: EpochMs;
  readonly stampedBy: "device" | "arrival";
  readonly outcome: "value" | "not_available" | "read_failed";
  readonly value: number | null;
  /** Set when it was stamped by arrival while the hub's own clock was not known to be right: kept, never settled as truth. */
  readonly isClockUnsure?: true;
  /** Set when a correction is read over it: the correction's version. The stored reading stays as it was. */
  readonly correction?: number;
}

/** Something that arrived and could not be taken, with the reason in words; it goes to the quarantine. */
export interface Refusal {
  readonly at: EpochMs;
  /** MQTT topic or other place where it arrived. */
  readonly source: string;
  /** The device it claims to speak of, if that much could be told. */
  readonly device: string | null;
  readonly reason: string;
  /** What arrived, whole; the quarantine keeps the first QUARANTINE_BYTES of it. */
  readonly payload: Uint8Array;
}
