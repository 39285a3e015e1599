import type { EpochMs } from "../units.ts";

/** How a device fares, as whoever talks with it sees it; all counts since the hub's start. */
export interface DeviceHealth {
  readonly device: string;
  readonly via: "modbus" | "mqtt" | "http";
  /** `waiting` before the first answer, `penalised` when it is asked less often because it did not answer. */
  readonly state: "waiting" | "answering" | "penalised" | "unreachable";
  readonly last_seen_ms: EpochMs | null;
  /** Requests or messages, and how many of them failed. */
  readonly requests: number;
  readonly failures: number;
  readonly last_failure: { readonly at_ms: EpochMs; readonly reason: string } | null;
  /** What the device says it is; empty where it says nothing. */
  readonly identity: {
    readonly manufacturer?: string;
    readonly model?: string;
    readonly serial?: string;
    readonly firmware?: string;
  };
  /** As the device says, or its profile. */
  readonly rated_w: number | null;
  /** Keys of points that this device turned out not to have. */
  readonly lacking: readonly string[];
}

/** Whoever talks with devices can tell how they fare. */
export interface DeviceWatch {
  health(): readonly DeviceHealth[];
}
