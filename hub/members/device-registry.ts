import type { Device } from "./device.ts";
import type { DeviceHealth } from "./device-health.ts";

/** A device and where it is described: in the config file, which only a text editor changes, or in the registry. */
export interface ListedDevice {
  readonly device: Device;
  readonly declared_in: "file" | "registry";
}

/** The devices that somebody described, as the running hub knows them, and how they fare. */
export interface DeviceRegistry {
  /** Every described device once, by id; the config file's word wins where both describe one. */
  list(): Promise<readonly ListedDevice[]>;
  /**
   * Add or change a device; the hub takes it up within seconds.
   * @param by who says so
   * @throws HubError DEVICE_DECLARED when the config file describes it, DEVICE_INVALID when it cannot work
   */
  save(device: Device, by: string): Promise<void>;
  /**
   * Take a device away; its readings stay.
   * @returns false when the registry has none of this id
   * @throws HubError DEVICE_DECLARED when the config file describes it
   */
  remove(id: string, by: string): Promise<boolean>;
  /** How the devices fare that the hub talks with or hears of, since its start. */
  health(): readonly DeviceHealth[];
}
