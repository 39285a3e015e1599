import type { Request } from "../decode/dialects/dialect.ts";
import { type DecodedPack, decodeSenml } from "../decode/senml.ts";
import type { Reading } from "../reading.ts";
import type { Delivery, SeriesStore } from "../series/series-store.ts";
import { type Arrival, type ArrivalClock, trustedArrivals } from "../series/watch-clock.ts";
import type { Clock } from "../units.ts";
import type { DialectRoutes, Route } from "./dialect-routes.ts";

/** One message as it arrived, from whatever adapter. */
export interface Message {
  readonly source: string;
  readonly device: string;
  readonly payload: Uint8Array;
  /** Which delivery brought it; without one, readings the device did not stamp are never known as a resend. */
  readonly delivery?: Delivery;
  /** Devices whose dialect it is in; without any it is SenML of `device`. */
  readonly routes?: readonly Route[];
}

/** What a message says. It is decoded once, however often it has to be stored. */
export interface DecodedMessage {
  readonly readings: readonly Reading[];
  readonly refusals: readonly { readonly device: string; readonly reason: string; readonly record: Uint8Array }[];
  /** To be published where the message came from. */
  readonly requests: readonly Request[];
}

export interface TakenMessage {
  readonly readings: number;
  readonly refusals: number;
  readonly requests: readonly Request[];
}

/**
 * Decode a message. What arrives while the hub's clock is in doubt and has no stamp of its own is marked, whatever
 * decoded it.
 * @param routes needed for a message with routes
 */
export function decodeMessage(
  { source, device, payload, routes }: Message,
  { at, doubt }: Arrival,
  dialects?: Pick<DialectRoutes, "decode">,
): DecodedMessage {
  const hubClock = doubt === undefined ? "known_good" : "in_doubt";
  const decoded =
    routes === undefined || dialects === undefined
      ? decodeOwn(device, decodeSenml(device, Buffer.from(payload).toString("utf8"), at, hubClock))
      : decodeForeign(payload, dialects.decode(routes, { topic: source, payload, arrival: { at, hubClock } }));
  return doubt === undefined ? decoded : { ...decoded, readings: decoded.readings.map(markDoubted) };
}

/**
 * Keep all of a message: readings in the series store, what cannot be decoded in the quarantine. Resolves when both are
 * on the disk, so its caller may acknowledge.
 * @throws HubError STORE_FAILED: the caller must not acknowledge
 */
export async function storeMessage(
  { source, delivery }: Message,
  { at, doubt }: Arrival,
  { readings, refusals }: DecodedMessage,
  store: SeriesStore,
): Promise<void> {
  // Asked for in one tick, so that one commit takes all of it.
  await Promise.all([
    readings.length > 0 ? store.append(readings, delivery) : undefined,
    ...refusals.map(({ device, reason, record }) => store.quarantine({ at, source, device, reason, payload: record })),
  ]);
  doubt?.stored(readings);
}

/**
 * Decode a message and keep all of it.
 * @param ports `arrive` stamps arrivals; without it the clock does, and is trusted
 * @throws HubError STORE_FAILED: the caller must not acknowledge
 */
export async function takeMessage(
  message: Message,
  {
    store,
    clock,
    arrive = trustedArrivals(clock),
    dialects,
  }: {
    readonly store: SeriesStore;
    readonly clock: Clock;
    readonly arrive?: ArrivalClock | undefined;
    readonly dialects?: Pick<DialectRoutes, "decode"> | undefined;
  },
): Promise<TakenMessage> {
  const arrival = arrive();
  const decoded = decodeMessage(message, arrival, dialects);
  await storeMessage(message, arrival, decoded, store);
  return { readings: decoded.readings.length, refusals: decoded.refusals.length, requests: decoded.requests };
}

function decodeOwn(device: string, { readings, refusals }: DecodedPack): DecodedMessage {
  return {
    readings,
    refusals: refusals.map(({ reason, record }) => ({ device, reason, record: Buffer.from(record) })),
    requests: [],
  };
}

/** A dialect's message means what it means only as a whole: one row of the quarantine keeps it, with every reason. */
function decodeForeign(
  payload: Uint8Array,
  { readings, refusals, requests }: ReturnType<DialectRoutes["decode"]>,
): DecodedMessage {
  const byDevice = Map.groupBy(refusals, ({ device }) => device);
  return {
    readings,
    refusals: [...byDevice].map(([device, those]) => ({
      device,
      reason: those.map(({ reason }) => reason).join("; "),
      record: payload,
    })),
    requests,
  };
}

function markDoubted(reading: Reading): Reading {
  return reading.stampedBy === "arrival" ? { ...reading, isClockUnsure: true } : reading;
}
