import { type Reading, SeriesKey } from "../reading.ts";
import { EpochMs, MINUTE, MilliWattHours, type Ms, milliWattHoursFromWh } from "../units.ts";
import { chanceAt, seedOf } from "./noise.ts";

/** Which way a meter counts: what a home takes in, or what a plant feeds out. */
export type RegisterQuantity = "active_energy_import" | "active_energy_export";

/** A device of the simulated community: a meter, and what it measures. */
export interface DemoDevice {
  readonly device: string;
  readonly register: RegisterQuantity;
  /** Mean power of the minute that begins at a moment, W, never negative; the register says which way it flows. */
  readonly powerAt: (at: EpochMs) => number;
  /** What one count of its register is worth, mWh; 1 without it. */
  readonly step_mwh?: number;
  /** Spindle speed in that minute, rpm, where there is a spindle. */
  readonly spindleSpeedAt?: (at: EpochMs) => number;
}

/** What a meter knows: its register at a whole minute. A meter is never reset; it goes on from what it last showed. */
export interface Meter {
  readonly device: DemoDevice;
  readonly at: EpochMs;
  readonly register: MilliWattHours;
}

/** One value as it goes on the wire. */
export interface DeviceReading {
  readonly series: SeriesKey;
  readonly at: EpochMs;
  readonly value: number;
}

/** Meters were installed some years ago: they begin between 2 and 40 MWh, never at zero. */
const OLDEST_REGISTER_MWH = 40_000_000_000;
const NEWEST_REGISTER_MWH = 2_000_000_000;
const MINUTES_IN_HOUR = 60;
const MWH_IN_WH = 1_000;

/** A meter that has never been read, with the register its earlier years left. @throws RangeError off a whole minute */
export function installMeter(device: DemoDevice, seed: number, at: EpochMs): Meter {
  const years = chanceAt(seedOf(seed, device.device), 0);
  const register = NEWEST_REGISTER_MWH + years * (OLDEST_REGISTER_MWH - NEWEST_REGISTER_MWH);
  return { device, at: wholeMinute(at), register: wholeCounts(device, register) };
}

/**
 * A meter that goes on exactly where it was last read.
 * @param last its newest register reading, Wh
 * @throws RangeError when it is no value of this meter's register at a whole minute
 */
export function resumeFrom(device: DemoDevice, last: Reading): Meter {
  const { at, register } = standOf(device, last);
  return { device, at: wholeMinute(at), register };
}

/** What a device's register showed, and when. @throws RangeError when the reading is no value of this register */
export function standOf(device: DemoDevice, { series, at, value }: Reading): Pick<Meter, "at" | "register"> {
  if (series !== registerSeries(device) || value === null) {
    throw new RangeError(`${series} is not a value of the register ${registerSeries(device)}`);
  }
  return { at, register: milliWattHoursFromWh(value) };
}

/** The series of a device's register. */
export function registerSeries(device: DemoDevice): SeriesKey {
  return SeriesKey(`${device.device}/${device.register}`);
}

/**
 * Let a meter run up to a moment and read it on the way.
 * Each minute adds its power times its length, rounded once to whole counts; so the register after a stop and a resume is
 * the one of a meter that never stopped. A reading's power and spindle speed are those of the minute that ends with it.
 * @param to   the last moment that may be read (inclusive)
 * @param step readings are taken at whole multiples of this, which is a whole number of minutes
 */
export function runMeter(
  meter: Meter,
  to: EpochMs,
  step: Ms,
): { readonly meter: Meter; readonly readings: readonly DeviceReading[] } {
  const { device } = meter;
  const [register, power, spindle] = seriesOf(device);
  const readings: DeviceReading[] = [];
  let now: number = meter.at;
  let energy: number = meter.register;
  while (now + MINUTE <= to) {
    const minute = EpochMs(now);
    const watts = wattsOfMinute(device, minute);
    energy += energyOfWatts(device, watts);
    now += MINUTE;
    if (now % step !== 0) continue;
    const at = EpochMs(now);
    readings.push(
      { series: register, at, value: energy / MWH_IN_WH },
      { series: power, at, value: signed(device, watts) },
    );
    if (device.spindleSpeedAt) readings.push({ series: spindle, at, value: device.spindleSpeedAt(minute) });
  }
  return { meter: { device, at: EpochMs(now), register: MilliWattHours(energy) }, readings };
}

/** Mean power of the minute that begins at a moment, whole W, without a direction. */
export function wattsOfMinute(device: DemoDevice, minute: EpochMs): number {
  return Math.round(device.powerAt(minute));
}

/** Energy that a device's meter counts in the minute that begins at a moment. */
export function energyOfMinute(device: DemoDevice, minute: EpochMs): MilliWattHours {
  return energyOfWatts(device, wattsOfMinute(device, minute));
}

function energyOfWatts(device: DemoDevice, watts: number): MilliWattHours {
  return wholeCounts(device, (watts * MWH_IN_WH) / MINUTES_IN_HOUR);
}

function wholeCounts({ step_mwh = 1 }: DemoDevice, mwh: number): MilliWattHours {
  return MilliWattHours(Math.round(mwh / step_mwh) * step_mwh);
}

function seriesOf(device: DemoDevice): readonly [SeriesKey, SeriesKey, SeriesKey] {
  const named = (quantity: string) => SeriesKey(`${device.device}/${quantity}`);
  return [registerSeries(device), named("active_power"), named("spindle_speed")];
}

/** Power is positive into the unit behind the meter and negative out of it, at inverters too. */
function signed(device: DemoDevice, watts: number): number {
  return device.register === "active_energy_import" || watts === 0 ? watts : -watts;
}

function wholeMinute(at: EpochMs): EpochMs {
  if (at % MINUTE !== 0) throw new RangeError(`a demo meter is read at whole minutes, not at ${at}`);
  return at;
}
