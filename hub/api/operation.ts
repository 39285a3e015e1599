import type { ClockTrustState } from "../series/clock-trust.ts";
import type { StoreFigures } from "../series/series-store.ts";
import type { EpochMs } from "../units.ts";
import type { DiskSpace } from "./disk-space.ts";
import type { SettlementFigures } from "./measured-settlement.ts";
import type { IntakeFigures } from "./measured-store.ts";
import type { MeasuredWrites } from "./write-history.ts";

/** The hub's own broker, as far as those who run the hub want to know of it. */
export interface BrokerView {
  counts(): {
    readonly messages: number;
    readonly refusedConnections: number;
    readonly refusedPublishes: number;
    readonly refusedSubscriptions: number;
    readonly oversizedPackets: number;
    readonly connectionsAtTheGate: number;
    readonly closedForHolding: number;
    /** By device. */
    readonly shedQos0: Readonly<Record<string, number>>;
  };
  state(): {
    readonly storing: boolean;
    readonly since_ms: EpochMs;
    readonly reason: string | null;
    readonly held: { readonly messages: number; readonly bytes: number };
    readonly paused: number;
    readonly connections: number;
    readonly sharedClientIds: readonly { readonly client: string }[];
  };
}

/** The hub as a client of another broker. */
export interface BrokerClientView {
  counts(): {
    readonly messages: number;
    readonly unpromised: number;
    readonly failedAttempts: number;
    readonly notStored: number;
    readonly lostSessions: number;
  };
  state(): {
    readonly connected: boolean;
    readonly since: EpochMs;
    readonly reconnects: number;
    readonly last_error: string | undefined;
  };
}

/** What a running hub can say of itself: for /metrics, /api/health and /api/wear. */
export interface Operation {
  /** How the disk is written to. */
  readonly card: { readonly window_ms: number; readonly endurance_tb: number };
  intake(): IntakeFigures;
  settled(): SettlementFigures;
  store(): StoreFigures;
  broker(): BrokerView | undefined;
  brokerClient(): BrokerClientView | undefined;
  /** Undefined for a hub whose clock somebody else vouches for. */
  clockTrust?(): ClockTrustState | undefined;
  /** Since the start; undefined where the kernel does not say. */
  writtenBytes(): number | undefined;
  writes(): MeasuredWrites | undefined;
  /** Undefined when the folder's file system does not answer. */
  disk(): Promise<DiskSpace | undefined>;
  /** Told of each append, of how long it took until it was on the disk, s. */
  onHeld(listener: (seconds: number) => void): void;
}
