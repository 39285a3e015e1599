import type { SunSpecIdentity } from "./common-model.ts";

/** A read of holding registers that discovery asks for. */
export interface RegisterRead {
  readonly start: number;
  readonly count: number;
}

/**
 * What became of it. An answer of exceptions that say "there is nothing here" (illegal function, address, value) is
 * `illegal_address`; silence, a broken frame and a device that is busy are `silence`.
 */
export type ReadAnswer =
  | { readonly kind: "words"; readonly bytes: Uint8Array }
  | { readonly kind: "illegal_address" }
  | { readonly kind: "silence" };

/** What looking for SunSpec came to. */
export type Discovery =
  | FoundSunSpec
  /** It answered, and what it has is no SunSpec map. */
  | { readonly outcome: "other_device" }
  /** It did not answer, or fell silent before it had said who it is: worth another try. */
  | { readonly outcome: "silent" };

export interface FoundSunSpec {
  readonly outcome: "sunspec";
  /** Address of `SunS`. */
  readonly base: number;
  /** In the order of the map; the first is the common model. */
  readonly models: readonly DiscoveredModel[];
  /** As the first common model says; the whole device's. */
  readonly identity: SunSpecIdentity;
  /**
   * How the list of models ended: by its marker; by the first address that is not there; because the device fell silent;
   * because a length led out of the address space; because the list was longer than any real one.
   */
  readonly ended: "end_marker" | "no_end_marker" | "silence" | "broken_length" | "too_many_models";
  /** False when there may be more models than were found. */
  readonly isComplete: boolean;
}

export interface DiscoveredModel {
  readonly id: number;
  /** Address of its ID register. */
  readonly at: number;
  /** Registers of data, as the device says. */
  readonly length: number;
  /** How many models with the same id come before it. */
  readonly index: number;
  /** Of a common model: who made the part of the device that follows it. */
  readonly identity?: SunSpecIdentity;
  /** Of a model with groups: what is connected to each. */
  readonly groups?: readonly GroupRole[];
  /** Of a meter whose maker turns the sign: whether its exported counter was seen to be negative. */
  readonly isExportNegative?: boolean;
}

/** What a string or port of a model carries. */
export type GroupRole = "pv" | "battery" | "battery_charge" | "battery_discharge" | "other";
