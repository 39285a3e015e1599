import type { ModbusAddress } from "./device.ts";
import type { DeviceHealth } from "./device-health.ts";

/** Where to look. Nothing is looked at that is not named here. */
export interface ScanRequest {
  /** Addresses in CIDR form, such as 192.168.1.0/24, or a single one; at most a /22. */
  readonly subnet?: string;
  readonly ports?: readonly number[];
  /** Serial ports, such as /dev/ttyUSB0. */
  readonly serial?: readonly string[];
  readonly bauds?: readonly number[];
  /** Unit ids asked at each place. */
  readonly units?: readonly number[];
}

/** Something that answers Modbus. */
export interface ScanFinding {
  readonly modbus: ModbusAddress;
  readonly identity: DeviceHealth["identity"];
  /** Profiles that fit, best first; empty when it answers and is of no known kind. */
  readonly profiles: readonly string[];
  /** SunSpec model ids it lists, in order; empty where it is no SunSpec device. */
  readonly models: readonly number[];
}

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
  /** What is looked at now, in words. */
  readonly at: string;
}

export interface DeviceFinder {
  /**
   * Look for devices, politely: one request at a time on a bus, a few hosts at once.
   * @throws HubError SCAN_TARGET_INVALID for a subnet that is none or too wide, or a port that is not there
   */
  scan(
    request: ScanRequest,
    hear: { readonly found: (finding: ScanFinding) => void; readonly progress: (progress: ScanProgress) => void },
    signal?: AbortSignal,
  ): Promise<readonly ScanFinding[]>;
  /** Serial ports of this machine. */
  serialPorts(): Promise<readonly { readonly path: string; readonly title: string }[]>;
}
