import type { AnyDialect, DecodedMessage, DialectDevice } from "../../../hub/decode/dialects/dialect.ts";
import { EpochMs } from "../../../hub/units.ts";

/** When messages of a conversation arrive unless they say otherwise: 2026-09-21T14:13:20Z. */
export const ARRIVED = EpochMs(1_790_000_000_000);

export interface Conversation {
  /** What the dialect makes of one message; it remembers what the earlier ones left. */
  hear(topic: string, payload: string | Uint8Array, at?: number): DecodedMessage<unknown>;
  /** The same, each reading as [series without the device, value, stamp unless it is the arrival's]. */
  readings(topic: string, payload: string | Uint8Array, at?: number): readonly (readonly unknown[])[];
  refusals(topic: string, payload: string | Uint8Array, at?: number): readonly string[];
  /** Hear a retained message that a broker replays. */
  replay(topic: string, payload: string): void;
  /** As after a restart of the hub. */
  forget(): void;
}

/** Talk with one device in its dialect. */
export function converse(dialect: AnyDialect, device: Omit<DialectDevice, "device">): Conversation {
  let memory: unknown;
  const decode = (topic: string, payload: string | Uint8Array, at: number, isReplayed: boolean) => {
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    const arrival = { at: EpochMs(at), hubClock: "known_good" } as const;
    const decoded = dialect.decode({ device: "d", ...device }, { topic, payload: bytes, arrival, isReplayed }, memory);
    memory = decoded.memory;
    return decoded;
  };
  const hear = (topic: string, payload: string | Uint8Array, at: number = ARRIVED): DecodedMessage<unknown> =>
    decode(topic, payload, at, false);
  return {
    hear,
    replay: (topic, payload) => void decode(topic, payload, ARRIVED, true),
    readings: (topic, payload, at = ARRIVED) =>
      hear(topic, payload, at).readings.map((reading) => {
        const isArrival = reading.stampedBy === "arrival" && reading.at === at;
        const value = reading.outcome === "value" ? reading.value : reading.outcome;
        const stamp =
          reading.stampedBy === "device" ? new Date(reading.at).toISOString() : `arrived ${reading.at - at}`;
        return [reading.series.slice("d/".length), value, ...(isArrival ? [] : [stamp])];
      }),
    refusals: (topic, payload, at) => hear(topic, payload, at).refusals.map(({ reason }) => reason),
    forget: () => {
      memory = undefined;
    },
  };
}
