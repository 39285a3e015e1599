import { setImmediate } from "node:timers/promises";
import { encodeSenml } from "../decode/senml.ts";
import type { Reading } from "../reading.ts";
import { type Clock, EpochMs, HOUR, MINUTE, Ms } from "../units.ts";
import { connectDevice, type DeviceClient } from "./device-client.ts";
import { type DemoDevice, installMeter, type Meter, resumeFrom, runMeter, standOf } from "./meter.ts";

/** Where the simulated devices send to, and what each of them knows. */
export interface DemoRunOptions {
  readonly host: string;
  readonly port: number;
  /** One for each device; the credential's name is the device's. */
  readonly passwords: ReadonlyMap<string, string>;
  readonly devices: readonly DemoDevice[];
  /** Devices that send their history and are polled from then on; none without it. */
  readonly polled?: ReadonlySet<string>;
  readonly seed: number;
  /** Simulated time; nothing later than its now is published. */
  readonly clock: Clock;
  /** Where a meter that was never read begins. */
  readonly startOfHistory: EpochMs;
  /** The newest register reading the hub has of each device; a device without one begins at `startOfHistory`. */
  readonly lastRegisters: ReadonlyMap<string, Reading>;
}

/** A running community: every device with a meter and a connection of its own. */
export interface DemoRun {
  /**
   * Publish what lies between each meter and now, in readings HISTORY_STEP apart, all devices alike through time.
   * @returns how many readings were published; all of them are acknowledged
   */
  publishHistory(onProgress?: (done: number) => void): Promise<number>;
  /**
   * Where the meter of a polled device stands after its history: at its last reading, or where the history left it.
   */
  meterOf(device: string): Pick<Meter, "at" | "register">;
  /** Publish every minute that became due, none skipped; resolves with how many readings were acknowledged. */
  publishDue(): Promise<number>;
  /** Publish what is due, again and again. `onFailure` hears of the first fault, after which nothing more is sent. */
  goLive(onFailure: (cause: unknown) => void): void;
  /** Stop sending, wait for the acknowledgements of what is under way, close every connection. */
  stop(): Promise<void>;
}

/** Readings of the past are this far apart; it divides every interval length, so boundaries are measured. */
export const HISTORY_STEP = Ms(5 * MINUTE);
/** A pack holds a few hundred readings: this much time of one device. */
const PACK_SPAN = Ms(8 * HOUR);
/** Five times a second is smooth on a page and leaves a Pi idle in between. */
const TICK_MS = 200;

/**
 * Connect every device. Pure simulation on one side, real sockets on the other.
 * @throws HubError BROKER_UNREACHABLE; the connections made so far are closed
 */
export async function connectDemo(options: DemoRunOptions): Promise<DemoRun> {
  const { clock, devices, polled = new Set(), lastRegisters, seed, startOfHistory } = options;
  const clients = await connectAll(options);
  // A new meter shows its first reading at the start of history itself, so it is installed a minute before.
  const installed = EpochMs(startOfHistory - MINUTE);
  /** Devices that were polled before: their history is told. */
  const polledBefore = new Map<string, Pick<Meter, "at" | "register">>();
  let meters: readonly Meter[] = devices.flatMap((device) => {
    const last = lastRegisters.get(device.device);
    if (last === undefined) return [installMeter(device, seed, installed)];
    if (last.stampedBy === "device" || !polled.has(device.device)) return [resumeFrom(device, last)];
    polledBefore.set(device.device, standOf(device, last));
    return [];
  });
  const everyone = (): boolean => true;
  const senders = ({ device }: Meter): boolean => !polled.has(device.device);
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let underWay: Promise<number> = Promise.resolve(0);

  /** Run these meters to a moment and publish what it shows; the promises resolve as the hub acknowledges. */
  const publishUntil = (who: Who, to: EpochMs, step: Ms): readonly Promise<number>[] => {
    const runs = meters.filter(who).map((meter) => runMeter(meter, to, step));
    meters = [...meters.filter((meter) => !who(meter)), ...runs.map((run) => run.meter)];
    return runs.map(async ({ meter, readings }) => {
      if (readings.length === 0) return 0;
      const { device } = meter.device;
      await clientOf(clients, device).publish(`readings/${device}`, encodeSenml(device, readings));
      return readings.length;
    });
  };

  const publishAll = async (who: Who, step: Ms, onProgress: (done: number) => void): Promise<number> => {
    const now = clock();
    let done = 0;
    const failures: unknown[] = [];
    const sent: Promise<void>[] = [];
    for (let from = Math.min(...meters.filter(who).map(({ at }) => at)); from < now && !stopped; from += PACK_SPAN) {
      for (const publishing of publishUntil(who, EpochMs(Math.min(from + PACK_SPAN, now)), step)) {
        const note = (readings: number): void => {
          done += readings;
          onProgress(done);
        };
        sent.push(publishing.then(note, (cause: unknown) => void failures.push(cause)));
      }
      // The hub may live in this process: let it take what was sent before the next packs are made.
      await setImmediate();
    }
    await Promise.all(sent);
    if (failures.length > 0) throw failures[0];
    return done;
  };

  const publish = (who: Who, step: Ms, onProgress: (done: number) => void): Promise<number> => {
    underWay = publishAll(who, step, onProgress);
    return underWay;
  };

  const tick = (onFailure: (cause: unknown) => void): void => {
    publish(senders, MINUTE, () => {}).then(
      () => {
        if (!stopped) timer = setTimeout(tick, TICK_MS, onFailure);
      },
      (cause: unknown) => {
        if (!stopped) onFailure(cause);
      },
    );
  };

  return {
    publishHistory: (onProgress = () => {}) => publish(everyone, HISTORY_STEP, onProgress),
    meterOf(name) {
      const stand = polledBefore.get(name) ?? meters.find(({ device }) => device.device === name);
      if (stand === undefined) throw new RangeError(`no device ${name}`);
      return stand;
    },
    publishDue: () => publish(senders, MINUTE, () => {}),
    goLive: tick,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      // A connection cut by its patience rejects what is under way; `close` decides how long that is.
      await Promise.all([underWay.catch(() => {}), closeAll(clients)]);
    },
  };
}

/** Which meters. */
type Who = (meter: Meter) => boolean;

async function connectAll(options: DemoRunOptions): Promise<ReadonlyMap<string, DeviceClient>> {
  const { host, port, passwords, devices } = options;
  const connecting = devices.map(async ({ device }) => {
    const password = passwords.get(device);
    if (password === undefined) throw new RangeError(`no password for ${device}`);
    return [device, await connectDevice({ host, port, name: device, password })] as const;
  });
  const outcomes = await Promise.allSettled(connecting);
  const clients = new Map(outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : [])));
  const refused = outcomes.find((outcome) => outcome.status === "rejected");
  if (refused === undefined) return clients;
  await closeAll(clients);
  throw refused.reason;
}

async function closeAll(clients: ReadonlyMap<string, DeviceClient>): Promise<void> {
  await Promise.all([...clients.values()].map((client) => client.close()));
}

function clientOf(clients: ReadonlyMap<string, DeviceClient>, device: string): DeviceClient {
  const client = clients.get(device);
  if (client === undefined) throw new RangeError(`no connection of ${device}`);
  return client;
}
