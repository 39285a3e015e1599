import type { DeviceProfile } from "../../decode/profiles/device-profile.ts";
import type { Device } from "../../members/device.ts";
import type { DeviceFinder } from "../../members/device-finder.ts";
import type { DeviceTrial } from "../../members/device-trial.ts";
import type { ModbusIntake, ModbusIntakeOptions } from "./modbus-intake.ts";

export interface ModbusOnDemand extends Pick<ModbusIntake, "setDevices" | "health" | "backlog" | "close"> {
  readonly trial: DeviceTrial;
  readonly finder: DeviceFinder;
}

export interface OnDemandOptions extends Omit<ModbusIntakeOptions, "devices" | "buses" | "findProfile"> {
  readonly profiles: readonly DeviceProfile[];
}

/**
 * The Modbus side of a hub, loaded when the first device, trial or search wants it: a hub without such devices starts a
 * tenth of a second sooner and never opens a serial port.
 */
export function modbusOnDemand({ profiles, ...options }: OnDemandOptions): ModbusOnDemand {
  let loading: ReturnType<typeof load> | undefined;
  let intake: ModbusIntake | undefined;
  let isClosed = false;

  const load = async () => {
    const [{ createBuses }, { startModbusIntake }, { createDeviceFinder }] = await Promise.all([
      import("./buses.ts"),
      import("./modbus-intake.ts"),
      import("./scan/device-finder.ts"),
    ]);
    const buses = createBuses();
    const findProfile = (name: string) => profiles.find((profile) => profile.name === name);
    intake = startModbusIntake({ ...options, devices: [], findProfile, buses });
    // Shared, so that a search asks in turn with the polls, and a device that bears one connection gets no second.
    const finder = createDeviceFinder({ openBus: buses.share, profiles });
    return { buses, intake, finder };
  };
  const loaded = () => (loading ??= load());

  return {
    async setDevices(devices: readonly Device[]) {
      if (isClosed || (loading === undefined && devices.every(({ modbus }) => modbus === undefined))) return;
      await (await loaded()).intake.setDevices(devices);
    },
    health: () => intake?.health() ?? [],
    backlog: () => intake?.backlog() ?? { waiting: 0, dropped: 0 },
    trial: { tryDevice: async (device, signal) => (await loaded()).intake.tryDevice(device, signal) },
    finder: {
      scan: async (request, hear, signal) => (await loaded()).finder.scan(request, hear, signal),
      serialPorts: async () => (await loaded()).finder.serialPorts(),
    },
    async close() {
      isClosed = true;
      const modbus = await loading;
      await modbus?.intake.close();
      await modbus?.buses.close();
    },
  };
}
