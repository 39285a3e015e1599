import { decodeSenml } from "../decode/senml.ts";
import type { Delivery, SeriesStore } from "../series/series-store.ts";
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
 * @throws HubError STORE_FAILED: the caller must not acknowledge
 */
export async function takeMessage(
  { source, device, payload, delivery }: Message,
  { store, clock }: { readonly store: SeriesStore; readonly clock: Clock },
): Promise<TakenMessage> {
  const at = clock();
  const { readings, refusals } = decodeSenml(device, Buffer.from(payload).toString("utf8"), at);
  // Asked for in one tick, so that one commit takes all of it.
  await Promise.all([
    readings.length > 0 ? store.append(readings, delivery) : undefined,
    ...refusals.map(({ reason, record }) =>
      store.quarantine({ at, source, device, reason, payload: Buffer.from(record) }),
    ),
  ]);
  return { readings: readings.length, refusals: refusals.length };
}
