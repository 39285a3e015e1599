import { HubError } from "../errors.ts";
import type { Clock } from "../units.ts";
import { checkDevice, type KnownKinds } from "./check-device.ts";
import type { Device, DeviceStore } from "./device.ts";
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

/** How often the registry is looked at: a command may have changed it beside the running hub. */
const LOOK_EVERY_MS = 2_000;

export interface RegistryPorts {
  /** Devices of the config file. */
  readonly declared: readonly Device[];
  readonly store: DeviceStore;
  readonly known: KnownKinds;
  readonly clock: Clock;
  readonly health: () => readonly DeviceHealth[];
  /** Told of all devices at first and whenever one of them changed. */
  readonly heard: (devices: readonly Device[]) => Promise<void> | void;
  /** Told when the registry could not be read; what was known stays. */
  readonly failed: (cause: unknown) => void;
}

/** The registry of a running hub. Resolves when `heard` was told of all devices for the first time. */
export async function keepDevices(ports: RegistryPorts): Promise<DeviceRegistry & { stop(): void }> {
  const { declared, store, known, clock } = ports;
  let told: string | undefined;

  const list = async (): Promise<readonly ListedDevice[]> => {
    const inFile = declared.map((device) => ({ device, declared_in: "file" as const }));
    const registered = (await store.list()).filter(({ device }) => declared.every(({ id }) => id !== device.id));
    const inRegistry = registered.map(({ device }) => ({ device, declared_in: "registry" as const }));
    return [...inFile, ...inRegistry].sort((a, b) => (a.device.id < b.device.id ? -1 : 1));
  };
  const look = async (): Promise<void> => {
    const devices = (await list()).map(({ device }) => device);
    const now = JSON.stringify(devices);
    if (now === told) return;
    told = now;
    await ports.heard(devices);
  };
  const refuseDeclared = (id: string): void => {
    if (declared.every((device) => device.id !== id)) return;
    throw new HubError("DEVICE_DECLARED", `device ${id} is described in the config file`, {
      remedy: `Change devices in millrace.yaml and start the hub again, or take ${id} out of that file first.`,
    });
  };

  await look();
  const timer = setInterval(() => void look().catch(ports.failed), LOOK_EVERY_MS);
  return {
    list,
    async save(device, by) {
      refuseDeclared(device.id);
      refuseInvalid(device, known);
      await store.save(device, by, clock());
      await look();
    },
    async remove(id, by) {
      refuseDeclared(id);
      const isRemoved = await store.remove(id, by, clock());
      await look();
      return isRemoved;
    },
    health: ports.health,
    stop: () => clearInterval(timer),
  };
}

/** @throws HubError DEVICE_INVALID with every problem of a device document */
export function refuseInvalid(device: Device, known: KnownKinds): void {
  const [problem, ...more] = checkDevice(device, known);
  if (problem === undefined) return;
  const message = [problem, ...more].map((each) => each.message).join("; ");
  throw new HubError("DEVICE_INVALID", message, { remedy: problem.remedy });
}
