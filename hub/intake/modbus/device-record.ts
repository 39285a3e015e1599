import type { DeviceHealth } from "../../members/device-health.ts";
import type { Clock, EpochMs } from "../../units.ts";

/** What is counted and remembered of one device while the hub runs. */
export interface DeviceRecord {
  /** A request was answered as a device may answer it; refusing what it does not have is no failure. */
  answered(at: EpochMs): void;
  /** A request failed, by the device's own word or by its silence. */
  failed(reason: string, by: "device" | "silence"): void;
  /** It is not asked at all, because its description cannot work. */
  refused(reason: string): void;
  introduced(who: Pick<DeviceHealth, "identity" | "rated_w">): void;
  settle(state: DeviceHealth["state"]): void;
  health(lacking: readonly string[]): DeviceHealth;
}

export function createDeviceRecord(device: string, clock: Clock): DeviceRecord {
  let health: DeviceHealth = {
    device,
    via: "modbus",
    state: "waiting",
    last_seen_ms: null,
    requests: 0,
    failures: 0,
    last_failure: null,
    identity: {},
    rated_w: null,
    lacking: [],
  };
  return {
    answered(at) {
      health = { ...health, requests: health.requests + 1, last_seen_ms: at };
    },
    failed(reason, by) {
      const at_ms = clock();
      health = {
        ...health,
        requests: health.requests + 1,
        failures: health.failures + 1,
        last_failure: { at_ms, reason },
        ...(by === "device" && { last_seen_ms: at_ms }),
      };
    },
    refused(reason) {
      health = { ...health, state: "unreachable", last_failure: { at_ms: clock(), reason } };
    },
    introduced(who) {
      health = { ...health, ...who };
    },
    settle(state) {
      health = { ...health, state };
    },
    health: (lacking) => ({ ...health, lacking }),
  };
}
