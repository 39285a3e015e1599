import { eastronSdm630 } from "../decode/profiles/eastron-sdm630.ts";
import type { Device } from "../members/device.ts";
import type { Reading } from "../reading.ts";
import { type Clock, EpochMs, MINUTE, MilliWattHours } from "../units.ts";
import { airTemperature } from "./air-temperature.ts";
import { type Counter, startCounter } from "./counter.ts";
import { type ModbusTcpServer, serveModbusTcp } from "./devices/modbus-server.ts";
import { registerImage } from "./devices/register-image.ts";
import { type RegisterWords, unitOfMoment } from "./devices/simulated-unit.ts";
import { type InverterPlate, sunSpecInverter } from "./devices/sunspec-inverter.ts";
import { GRID_DEVICE, type GridMeter, gridPower, gridValues, startGridMeter } from "./grid-meter.ts";
import { type DemoDevice, energyOfMinute, type Meter, wattsOfMinute } from "./meter.ts";
import { driftAt, seedOf } from "./noise.ts";
import type { Plant } from "./plant.ts";

/** Devices of the community that the hub polls over Modbus TCP instead of being sent their readings. */
export interface PolledDevices {
  /** How the hub's config describes them. */
  readonly documents: readonly Device[];
  /** Answer from now on, at the clock's present moment; until then whoever asks waits. */
  begin(from: PolledFrom): void;
  /** Let go of the ports. */
  close(): Promise<void>;
}

/** Where the registers stand when time begins to run. */
export interface PolledFrom {
  /** The inverter's meter. */
  readonly inverter: Pick<Meter, "at" | "register">;
  /** Newest readings of the grid meter's registers; it is new without them. */
  readonly grid: readonly Reading[];
}

export interface PolledDevicesOptions {
  /** All devices of the community. */
  readonly devices: readonly DemoDevice[];
  /** Which of them is the inverter. */
  readonly inverter: Pick<Plant, "device" | "rated_kw">;
  readonly seed: number;
  readonly clock: Clock;
  /** How much faster than real the clock runs. */
  readonly speed: number;
}

const HOST = "127.0.0.1";
const UNIT = 1;
/** What the hub waits for an answer, ms: the first comes when the history is told, which takes a Pi a while. */
const ANSWERS_WITHIN_MS = 30_000;
/** A poll five times a real second is smooth on a page; registers at least once a simulated minute, as intervals want. */
const POLLS_PER_SECOND = 5;
const SHORTEST_PERIOD_S = 5;
const LONGEST_PERIOD_S = 60;
const PLATE: InverterPlate = { manufacturer: "Mill Street", model: "Sun 12k", firmware: "1.4.2", serial: "MS-0012" };
/** Voltage and frequency of the street drift a little around what they should be. */
const MAINS = { voltage_v: 230, voltage_swing_v: 6, frequency_hz: 50, frequency_swing_hz: 0.04 } as const;
/** How much warmer than the air an inverter is under full load. */
const CABINET_HEATING_DEGC = 22;
const FULL_POWER_W = 11_000;

/** Put the inverter and the community's grid meter on ports of their own. */
export async function servePolledDevices(options: PolledDevicesOptions): Promise<PolledDevices> {
  const { devices, clock, seed, speed } = options;
  const inverter = devices.find(({ device }) => device === options.inverter.device);
  if (inverter === undefined) throw new RangeError(`no device ${options.inverter.device}`);
  const { promise: ready, resolve: answer } = Promise.withResolvers<void>();
  let counter: Counter | undefined;
  let gridMeter: GridMeter | undefined;

  const serve = (snapshot: () => RegisterWords): Promise<ModbusTcpServer> =>
    serveModbusTcp({ host: HOST, port: 0, ready, units: new Map([[UNIT, unitOfMoment(snapshot)]]) });
  await using opened = new AsyncDisposableStack();
  const inverterServer = await serve(() => inverterAt(inverter, { at: clock(), seed, counter: started(counter) }));
  opened.defer(inverterServer.close);
  const gridServer = await serve(() => gridAt(devices, { at: clock(), seed, meter: started(gridMeter) }));
  opened.defer(gridServer.close);
  const running = opened.move();
  return {
    documents: [
      {
        id: inverter.device,
        profile: "sunspec",
        ...polledAt(inverterServer, speed),
        rated_w: 1_000 * options.inverter.rated_kw,
      },
      { id: GRID_DEVICE, profile: eastronSdm630.name, ...polledAt(gridServer, speed) },
    ],
    begin(from) {
      const step = MilliWattHours(inverter.step_mwh ?? 1);
      const energy = (minute: EpochMs) => energyOfMinute(inverter, minute);
      counter = startCounter({ energyOfMinute: energy, step }, from.inverter);
      gridMeter = startGridMeter(devices, { seed, at: clock(), last: from.grid });
      answer();
    },
    close: () => running.disposeAsync(),
  };
}

function polledAt({ host, port }: ModbusTcpServer, speed: number): Pick<Device, "modbus" | "poll"> {
  const period_s = Math.min(LONGEST_PERIOD_S, Math.max(SHORTEST_PERIOD_S, Math.ceil(speed / POLLS_PER_SECOND)));
  return {
    modbus: { host, port, unit: UNIT, timeout_ms: ANSWERS_WITHIN_MS },
    poll: { power_s: period_s, registers_s: period_s },
  };
}

function inverterAt(
  device: DemoDevice,
  { at, seed, counter }: { readonly at: EpochMs; readonly seed: number; readonly counter: Counter },
): RegisterWords {
  const power_w = wattsOfMinute(device, minuteOf(at));
  return sunSpecInverter(PLATE, {
    power_w,
    energy_wh: counter.readAt(at) / 1_000,
    cabinet_degc: airTemperature(at) + (CABINET_HEATING_DEGC * power_w) / FULL_POWER_W,
    ...mainsAt(seed, at),
  });
}

function gridAt(
  devices: readonly DemoDevice[],
  { at, seed, meter }: { readonly at: EpochMs; readonly seed: number; readonly meter: GridMeter },
): RegisterWords {
  const power_w = gridPower(devices, minuteOf(at));
  const state = { registers: meter.readAt(at), power_w, ...mainsAt(seed, at) };
  return registerImage(eastronSdm630, gridValues(eastronSdm630, state));
}

function mainsAt(seed: number, at: EpochMs): { readonly voltage_v: number; readonly frequency_hz: number } {
  const drift = (name: string): number => driftAt(seedOf(seed, name), at / (5 * MINUTE)) - 0.5;
  return {
    voltage_v: MAINS.voltage_v + MAINS.voltage_swing_v * drift("voltage"),
    frequency_hz: MAINS.frequency_hz + MAINS.frequency_swing_hz * drift("frequency"),
  };
}

function minuteOf(at: EpochMs): EpochMs {
  return EpochMs(Math.floor(at / MINUTE) * MINUTE);
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("a polled device was asked before it began");
  return part;
}
