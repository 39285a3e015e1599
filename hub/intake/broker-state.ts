import type { StoringState } from "./message-keeper.ts";
import type { SharedClientId } from "./shared-client-ids.ts";

/** What the broker has done since it started. */
export interface BrokerCounts {
  /** Messages whose readings, or refusals, are on the disk. */
  readonly messages: number;
  readonly refusedConnections: number;
  readonly refusedPublishes: number;
  readonly refusedSubscriptions: number;
  readonly oversizedPackets: number;
  /** Turned away before CONNECT: too many, or too fast. */
  readonly connectionsAtTheGate: number;
  /** Closed because an acknowledgement was held for half the client's keep-alive. */
  readonly closedForHolding: number;
  /** QoS 0 messages dropped, by device. Devices that lost none are left out; the others should use QoS 1. */
  readonly shedQos0: Readonly<Record<string, number>>;
}

/** How the broker is now. */
export interface BrokerState extends StoringState {
  /** Messages, and their bytes, that wait for a commit. */
  readonly held: { readonly messages: number; readonly bytes: number };
  /** Connections that are not read for want of room. */
  readonly paused: number;
  readonly connections: number;
  /** Client ids that several connections fought over in the last minutes. */
  readonly sharedClientIds: readonly SharedClientId[];
}
