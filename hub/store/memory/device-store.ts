import type { DeviceStore, RegisteredDevice } from "../../members/device.ts";

/** Device documents for tests; nothing outlives the process. */
export function memoryDeviceStore(): DeviceStore {
  const devices = new Map<string, RegisteredDevice>();
  return {
    async list() {
      return [...devices.values()].sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
    },
    async save(device, by, at) {
      devices.set(device.id, { device, by, at_ms: at });
    },
    async remove(id) {
      return devices.delete(id);
    },
  };
}
