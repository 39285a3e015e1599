import { findProfile } from "../../../hub/decode/profiles/catalogue.ts";
import type { DeviceProfile } from "../../../hub/decode/profiles/device-profile.ts";
import { type RegisterWords, unitOfMoment } from "../../../hub/demo/devices/simulated-unit.ts";
import {
  type ModbusIntake,
  type ModbusIntakeOptions,
  startModbusIntake,
} from "../../../hub/intake/modbus/modbus-intake.ts";
import type { Log } from "../../../hub/log.ts";
import type { Device } from "../../../hub/members/device.ts";
import { type Reading, SeriesKey } from "../../../hub/reading.ts";
import { memorySeriesStore } from "../../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../../hub/units.ts";
import { until } from "../until.ts";

/** 2026-06-01T12:00:00Z. */
export const NOON = 1_780_315_200_000;
/** Clocks of tests run this much faster, so that a cycle of 5 s takes 100 ms. */
export const TIME_SPEED = 50;

export interface TestHub {
  readonly intake: ModbusIntake;
  readonly store: ReturnType<typeof memorySeriesStore>;
  /** Lines of the log, as people read them. */
  readonly lines: readonly string[];
  /** All readings of a series so far. */
  readings(series: string): Promise<readonly Reading[]>;
  /** The newest reading of a series, once it is as wanted. */
  see(series: string, isWanted: (reading: Reading) => boolean): Promise<Reading>;
  close(): Promise<void>;
}

/** A poller with a store in memory and a fast clock. */
export function openTestHub(devices: readonly Device[], more: Partial<ModbusIntakeOptions> = {}): TestHub {
  const store = memorySeriesStore();
  const lines: string[] = [];
  const began = performance.now();
  const note = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug() {}, info: note, warn: note, error: note };
  const intake = startModbusIntake({
    devices,
    findProfile: findHastyProfile,
    store,
    clock: () => EpochMs(NOON + Math.round((performance.now() - began) * TIME_SPEED)),
    log,
    timeSpeed: TIME_SPEED,
    ...more,
  });
  const readings = (series: string) =>
    store.range(SeriesKey(series), { from: EpochMs(0), to: EpochMs(Number.MAX_SAFE_INTEGER) });
  return {
    intake,
    store,
    lines,
    readings,
    async see(series, isWanted) {
      let seen: Reading | undefined;
      await until(async () => {
        seen = (await readings(series)).find(isWanted);
        return seen !== undefined;
      }, `${series} as it was wanted`);
      return seen as Reading;
    },
    async close() {
      await intake.close();
      await store.close();
    },
  };
}

/** One unit whose registers are made anew at every question. */
export function unitsOf(unit: number, registers: () => RegisterWords) {
  return new Map([[unit, unitOfMoment(registers)]]);
}

/** Simulated devices need no silence before a request. */
export function findHastyProfile(name: string): DeviceProfile | undefined {
  const profile = findProfile(name);
  return profile === undefined ? undefined : { ...profile, request: { ...profile.request, pauseMs: 0 } };
}
