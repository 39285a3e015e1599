import { HubError } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Device } from "../../members/device.ts";
import type { DeviceHealth, DeviceWatch } from "../../members/device-health.ts";
import type { DeviceTrial } from "../../members/device-trial.ts";
import type { SeriesStore } from "../../series/series-store.ts";
import { type ArrivalClock, trustedArrivals } from "../../series/watch-clock.ts";
import type { Clock } from "../../units.ts";
import { seldomLog } from "../seldom-log.ts";
import { type Buses, createBuses } from "./buses.ts";
import { createDeviceRecord } from "./device-record.ts";
import { createReadingKeeper } from "./keep-readings.ts";
import type { ConnectedBus } from "./open-bus.ts";
import { createDevicePoller } from "./poll-device.ts";
import { startPollLoop } from "./poll-loop.ts";
import { type FindProfile, resolveDevice } from "./resolve-device.ts";
import { tryDevice } from "./try-device.ts";

export interface ModbusIntakeOptions {
  /** Devices to poll; those without a Modbus address are somebody else's. */
  readonly devices: readonly Device[];
  readonly findProfile: FindProfile;
  readonly store: Pick<SeriesStore, "append">;
  readonly clock: Clock;
  /** Stamps arrivals; without it the clock does, and is trusted. */
  readonly arrive?: ArrivalClock;
  readonly log: Log;
  /** How much faster than real the clock runs; 1 without it. */
  readonly timeSpeed?: number;
  /** Buses that others use too, such as a search for devices; without it the intake has its own, and closes them. */
  readonly buses?: Buses;
}

export interface ModbusIntake extends DeviceWatch, DeviceTrial {
  /**
   * Poll these devices from now on. What did not change goes on undisturbed; a device that cannot work is logged, and
   * its health says why.
   */
  setDevices(devices: readonly Device[]): Promise<void>;
  /** Readings that wait because the store fails, and those dropped because too many did. */
  backlog(): { readonly waiting: number; readonly dropped: number };
  /** Stop polling, store what was read, and let go of all buses. */
  close(): Promise<void>;
}

/** One line about one device in this time, whatever is wrong with it. */
const COMPLAIN_EVERY_MS = 600_000;

interface PolledDevice {
  /** The document as it was taken up; undefined for one that cannot work. */
  readonly document: string | undefined;
  health(): DeviceHealth;
  stop(): Promise<void>;
}

/** Poll Modbus devices and keep what they answer. */
export function startModbusIntake(options: ModbusIntakeOptions): ModbusIntake {
  const { findProfile, store, clock, log, timeSpeed = 1, arrive = trustedArrivals(clock) } = options;
  const buses = options.buses ?? createBuses();
  const keeper = createReadingKeeper({ store, log });
  const complainSeldom = seldomLog(log, COMPLAIN_EVERY_MS, () => performance.now());
  const polled = new Map<string, PolledDevice>();
  let turn: Promise<unknown> = Promise.resolve();

  const complainOf = (device: string) => (reason: string) =>
    complainSeldom({ key: device, fields: { device, reason }, message: `device ${device}: ${reason}` });

  const takeUp = (device: Device): PolledDevice => {
    const document = JSON.stringify(device);
    let bus: ConnectedBus | undefined;
    let isStopped = false;
    // What was under way when we broke it off ourselves is nobody's fault.
    const complainWhilePolled = (reason: string): void => {
      if (!isStopped) complainOf(device.id)(reason);
    };
    try {
      const resolved = resolveDevice(device, findProfile);
      bus = buses.share(resolved.address);
      const taken = bus;
      const poller = createDevicePoller(resolved, { bus, arrive, clock, complain: complainWhilePolled });
      const loop = startPollLoop(poller, resolved.periods, { clock, timeSpeed, keeper, complain: complainWhilePolled });
      return {
        document,
        health: poller.health,
        async stop() {
          isStopped = true;
          await Promise.all([loop.stop(), taken.close()]);
        },
      };
    } catch (cause) {
      const reason = cause instanceof HubError ? `${cause.message}. ${cause.remedy}` : String(cause);
      const record = createDeviceRecord(device.id, clock);
      record.refused(reason);
      complainOf(device.id)(reason);
      // What stands in its way may be gone the next time.
      return { document: undefined, health: () => record.health([]), stop: async () => bus?.close() };
    }
  };

  const apply = async (devices: readonly Device[]): Promise<void> => {
    const wanted = new Map(devices.filter(({ modbus }) => modbus !== undefined).map((device) => [device.id, device]));
    const gone = [...polled].filter(([id, { document }]) => {
      const device = wanted.get(id);
      return device === undefined || JSON.stringify(device) !== document;
    });
    for (const [id] of gone) polled.delete(id);
    // A line whose speed changes is free before its devices are taken up anew.
    await Promise.all(gone.map(([, one]) => one.stop()));
    for (const [id, device] of wanted) if (!polled.has(id)) polled.set(id, takeUp(device));
  };
  const setDevices = (devices: readonly Device[]): Promise<void> => {
    const applied = turn.then(() => apply(devices));
    turn = applied.catch(() => {});
    return applied;
  };
  void setDevices(options.devices);

  return {
    setDevices,
    health: () => [...polled.values()].map(({ health }) => health()),
    tryDevice: (device, signal) => tryDevice(device, { buses, findProfile, clock, arrive }, signal),
    backlog: keeper.state,
    async close() {
      await setDevices([]);
      await keeper.close();
      if (options.buses === undefined) await buses.close();
    },
  };
}
