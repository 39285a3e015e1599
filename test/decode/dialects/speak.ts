import type { AnyDialect, DialectDevice, MessageRefusal, Request } from "../../../hub/decode/dialects/dialect.ts";
import type { Reading } from "../../../hub/reading.ts";
import { EpochMs } from "../../../hub/units.ts";

/** When messages of these tests arrive, unless they say otherwise: 2026-09-21T14:13:20Z. */
export const ARRIVED = EpochMs(1_790_000_000_000);

export interface Heard {
  readonly readings: readonly Reading[];
  readonly refusals: readonly MessageRefusal[];
  readonly requests: readonly Request[];
}

/** A device that speaks a dialect to a hub that remembers what the dialect asks it to. */
export function startSpeaking(
  dialect: AnyDialect,
  device: Partial<DialectDevice> & { topic: string },
): (topic: string, payload: unknown, at?: number) => Heard {
  let memory: unknown;
  return (topic, payload, at = ARRIVED) => {
    const bytes = Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload));
    const arrival = { at: EpochMs(at), hubClock: "known_good" } as const;
    const decoded = dialect.decode({ device: "d1", ...device }, { topic, payload: bytes, arrival }, memory);
    memory = decoded.memory;
    return { readings: decoded.readings, refusals: decoded.refusals, requests: decoded.requests ?? [] };
  };
}

/** Values by series key without the device; null is "not available". */
export function valuesOf({ readings }: Pick<Heard, "readings">): Record<string, number | null> {
  return Object.fromEntries(readings.map(({ series, value }) => [series.slice("d1/".length), value]));
}

/** Reasons of all refusals. */
export function reasonsOf({ refusals }: Pick<Heard, "refusals">): readonly string[] {
  return refusals.map(({ reason }) => reason);
}
