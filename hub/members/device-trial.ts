import type { Reading } from "../reading.ts";
import type { Device } from "./device.ts";
import type { DeviceHealth } from "./device-health.ts";

/** What a device answered when it was asked before it was saved. Nothing of it is stored. */
export interface TrialResult {
  readonly identity: DeviceHealth["identity"];
  readonly rated_w: number | null;
  /** Newest value of every point; a point that failed is there as "read_failed". */
  readonly readings: readonly Reading[];
  /** What to look at before saving, in words; empty when all is well. */
  readonly remarks: readonly string[];
}

/** Ask a device for live values without saving it. */
export interface DeviceTrial {
  /**
   * @throws HubError DEVICE_INVALID for a document that cannot work, DEVICE_SILENT when nothing answers
   */
  tryDevice(device: Device, signal?: AbortSignal): Promise<TrialResult>;
}
