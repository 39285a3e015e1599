import { decodeSenml } from "../decode/senml.ts";
import type { Reading } from "../reading.ts";
import type { Delivery, SeriesStore } from "../series/series-store.ts";
import { type ArrivalClock, trustedArrivals } from "../series/watch-clock.ts";
import type { Clock } from "../units.ts";

/** One message as it arrived, from whatever adapter. */
export interface Message {
  readonly source: string;
  readonly device: string;
  readonly payload: Uint8Array;
  /** Which delivery brought it; without one, readings the device did not stamp are never known as a resend. */
  readonly delivery?: Delivery;
}

export interface TakenMessage {
  readonly readings: number;
  readonly refusals: number;
}

/**
 * Decode a message and keep all of it: readings in the series store, what cannot be decoded in the quarantine.
 * Resolves when both are on the disk, so its caller may acknowledge.
 * What arrives while the hub's clock is in doubt and has no stamp of its own is marked, whatever decoded it.
 * @param ports `arrive` stamps arrivals; without it the clock does, and is trusted
 * @throws HubError STORE_FAILED: the caller must not acknowledge
 */
export async function takeMessage(
  { source, device, payload, delivery }: Message,
  {
    store,
    clock,
    arrive = trustedArrivals(clock),
  }: { readonly store: SeriesStore; readonly clock: Clock; readonly arrive?: ArrivalClock | undefined },
): Promise<TakenMessage> {
  const { at, doubt } = arrive();
  const text = Buffer.from(payload).toString("utf8");
  const decoded = decodeSenml(device, text, at, doubt === undefined ? "known_good" : "in_doubt");
  const readings = doubt === undefined ? decoded.readings : decoded.readings.map(markDoubted);
  const { refusals } = decoded;
  // Asked for in one tick, so that one commit takes all of it.
  await Promise.all([
    readings.length > 0 ? store.append(readings, delivery) : undefined,
    ...refusals.map(({ reason, record }) =>
      store.quarantine({ at, source, device, reason, payload: Buffer.from(record) }),
    ),
  ]);
  doubt?.stored(readings);
  return { readings: readings.length, refusals: refusals.length };
}

function markDoubted(reading: Reading): Reading {
  return reading.stampedBy === "arrival" ? { ...reading, isClockUnsure: true } : reading;
}
