import type { RegisterProfile } from "../decode/profiles/device-profile.ts";
import { type Reading, SeriesKey } from "../reading.ts";
import { type EpochMs, MilliWattHours, milliWattHoursFromWh } from "../units.ts";
import { type Counter, startCounter } from "./counter.ts";
import type { ShownValues } from "./devices/register-image.ts";
import { type DemoDevice, energyOfMinute, wattsOfMinute } from "./meter.ts";
import { chanceAt, seedOf } from "./noise.ts";

/**
 * The community's connection to the grid: what all homes and the workshop take in beyond what the plants feed out is its
 * import, the other way round its export. A device with readings; nobody's metering point.
 */
export const GRID_DEVICE = "grid";
export const gridSeries = {
  import: SeriesKey(`${GRID_DEVICE}/active_energy_import`),
  export: SeriesKey(`${GRID_DEVICE}/active_energy_export`),
} as const;

/** Meters of this class count in hundredths of a kWh; a float32 holds those exactly up to 131 MWh. */
export const GRID_STEP_MWH = 10_000;
/** A meter that was put in a year ago: between 5 and 25 MWh each way. */
const LEAST_REGISTER_MWH = 5_000_000_000;
const MOST_REGISTER_MWH = 25_000_000_000;

/** The meter as it runs; moments never go back. */
export interface GridMeter {
  readAt(moment: EpochMs): { readonly import: MilliWattHours; readonly export: MilliWattHours };
}

/**
 * A meter that goes on where it was last read, or begins.
 * @param devices all that is behind the connection
 * @param last    newest readings of its two registers; without them it was put in at `at`
 */
export function startGridMeter(
  devices: readonly DemoDevice[],
  { seed, at, last }: { readonly seed: number; readonly at: EpochMs; readonly last: readonly Reading[] },
): GridMeter {
  const counterOf = (way: "import" | "export"): Counter => {
    const reading = last.find(({ series, value }) => series === gridSeries[way] && value !== null);
    const from =
      reading?.value === undefined || reading.value === null
        ? { at, register: installedRegister(seed, way) }
        : { at: reading.at, register: milliWattHoursFromWh(reading.value) };
    const sign = way === "import" ? 1 : -1;
    return startCounter(
      {
        step: MilliWattHours(GRID_STEP_MWH),
        energyOfMinute: (minute) => MilliWattHours(Math.max(0, sign * netEnergy(devices, minute))),
      },
      from,
    );
  };
  const counters = { import: counterOf("import"), export: counterOf("export") };
  return { readAt: (moment) => ({ import: counters.import.readAt(moment), export: counters.export.readAt(moment) }) };
}

/** Power through the connection in the minute that begins at a moment, W: import positive. */
export function gridPower(devices: readonly DemoDevice[], minute: EpochMs): number {
  return devices.reduce((sum, device) => sum + directionOf(device) * wattsOfMinute(device, minute), 0);
}

/**
 * What an SDM630 at the connection shows; its phases carry the same, as far as nobody looks closer.
 * @param profile of that meter, whose keys are shown
 */
export function gridValues(
  profile: RegisterProfile,
  { registers, power_w, voltage_v, frequency_hz }: GridState,
): ShownValues {
  const phase = power_w / 3;
  const shown: Readonly<Record<string, number>> = {
    active_energy_import: registers.import / 1_000,
    active_energy_export: registers.export / 1_000,
    active_power: power_w,
    apparent_power: Math.abs(power_w),
    reactive_power: 0,
    power_factor: 1,
    frequency: frequency_hz,
  };
  const byPhase: Readonly<Record<string, number>> = {
    voltage: voltage_v,
    current: Math.abs(phase) / voltage_v,
    active_power: phase,
    power_factor: 1,
    active_energy_import: thirdOf(registers.import) / 1_000,
    active_energy_export: thirdOf(registers.export) / 1_000,
  };
  const values = Object.keys(profile.points).flatMap((key) => {
    const [quantity = "", line] = key.split("/");
    const value = line === undefined ? shown[quantity] : byPhase[quantity];
    return value === undefined ? [] : [[key, Math.round(value * 100) / 100] as const];
  });
  return { values: Object.fromEntries(values) };
}

export interface GridState {
  readonly registers: ReturnType<GridMeter["readAt"]>;
  readonly power_w: number;
  readonly voltage_v: number;
  readonly frequency_hz: number;
}

function netEnergy(devices: readonly DemoDevice[], minute: EpochMs): number {
  return devices.reduce((sum, device) => sum + directionOf(device) * energyOfMinute(device, minute), 0);
}

function thirdOf(register: MilliWattHours): number {
  return Math.floor(register / 3 / GRID_STEP_MWH) * GRID_STEP_MWH;
}

function directionOf({ register }: DemoDevice): 1 | -1 {
  return register === "active_energy_import" ? 1 : -1;
}

function installedRegister(seed: number, way: string): MilliWattHours {
  const years = chanceAt(seedOf(seed, `${GRID_DEVICE} ${way}`), 0);
  const register = LEAST_REGISTER_MWH + years * (MOST_REGISTER_MWH - LEAST_REGISTER_MWH);
  return MilliWattHours(Math.round(register / GRID_STEP_MWH) * GRID_STEP_MWH);
}
