import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEMO_SEED, demoDevices } from "../../hub/demo/community.ts";
import { type DeviceReading, installMeter, registerSeries, resumeFrom, runMeter } from "../../hub/demo/meter.ts";
import type { Reading } from "../../hub/reading.ts";
import { DAY, EpochMs, HOUR, MINUTE, Ms, milliWattHoursFromWh } from "../../hub/units.ts";

const START = EpochMs(Date.parse("2026-06-14T00:00:00+02:00"));
const devices = demoDevices(DEMO_SEED);
const stored = ({ series, at, value }: DeviceReading): Reading => ({
  series,
  at,
  value,
  stampedBy: "device",
  outcome: "value",
});

describe("a simulated meter", () => {
  test.each(devices.map((device) => [device.device, device] as const))(
    "%s: its register never falls over two days",
    (_name, device) => {
      const { readings } = runMeter(installMeter(device, DEMO_SEED, START), EpochMs(START + 2 * DAY), MINUTE);
      const register = readings.filter(({ series }) => series === registerSeries(device)).map(({ value }) => value);
      expect(register).toHaveLength(2 * 1440);
      register.slice(1).forEach((value, index) => void expect(value).toBeGreaterThanOrEqual(register[index]!));
      expect(register.at(-1)!).toBeGreaterThan(register[0]!);
    },
  );

  test("begins at a plausible register, not at zero and not at its neighbour's", () => {
    const registers = devices.map((device) => installMeter(device, DEMO_SEED, START).register / 1e9);
    for (const mwh of registers) {
      expect(mwh).toBeGreaterThanOrEqual(2);
      expect(mwh).toBeLessThan(40);
    }
    expect(new Set(registers).size).toBe(devices.length);
  });

  test("a register is whole mWh, and the sum of its minutes' power", () => {
    const device = devices[6]!;
    const meter = installMeter(device, DEMO_SEED, START);
    const { readings } = runMeter(meter, EpochMs(START + 6 * HOUR), MINUTE);
    let expected: number = meter.register;
    for (const reading of readings) {
      if (reading.series.endsWith("active_power")) continue;
      expected += Math.round((Math.round(device.powerAt(EpochMs(reading.at - MINUTE))) * 1000) / 60);
      expect(milliWattHoursFromWh(reading.value)).toBe(expected);
    }
  });

  test("goes on exactly where it was read last, however often it is stopped", () => {
    const stops = fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom(...devices), stops, (device, lengths) => {
        const end = START + lengths.reduce((sum, minutes) => sum + minutes, 0) * MINUTE;
        const through = runMeter(installMeter(device, DEMO_SEED, START), EpochMs(end), MINUTE).readings;
        let meter = installMeter(device, DEMO_SEED, START);
        const pieces: DeviceReading[] = [];
        for (const minutes of lengths) {
          const { readings } = runMeter(meter, EpochMs(meter.at + minutes * MINUTE), MINUTE);
          pieces.push(...readings);
          const last = readings.findLast(({ series }) => series === registerSeries(device))!;
          meter = resumeFrom(device, JSON.parse(JSON.stringify(stored(last))));
        }
        expect(pieces).toEqual(through);
      }),
      { numRuns: 30 },
    );
  });

  test("a coarser step gives the same registers, fewer of them, at whole multiples of the step", () => {
    const step = Ms(5 * MINUTE);
    for (const device of devices) {
      const meter = installMeter(device, DEMO_SEED, EpochMs(START - MINUTE));
      const to = EpochMs(START + 3 * HOUR);
      const fine = runMeter(meter, to, MINUTE).readings.filter(({ at }) => at % step === 0);
      const coarse = runMeter(meter, to, step);
      expect(coarse.readings).toEqual(fine);
      expect(coarse.readings[0]!.at).toBe(START);
      expect(coarse.meter).toEqual(runMeter(meter, to, MINUTE).meter);
    }
  });

  test("power is positive into the unit and negative out of it, plants included; no negative zero", () => {
    for (const device of devices) {
      const { readings } = runMeter(installMeter(device, DEMO_SEED, START), EpochMs(START + DAY), MINUTE);
      const power = readings.filter(({ series }) => series.endsWith("/active_power")).map(({ value }) => value);
      const exports = device.register === "active_energy_export";
      expect(power.every((watts) => (exports ? watts <= 0 : watts > 0))).toBe(true);
      expect(power.some((watts) => Object.is(watts, -0))).toBe(false);
      if (exports) expect(Math.min(...power)).toBeLessThan(-500);
    }
  });

  test("only the mill shows a spindle speed", () => {
    const spindles = devices.filter((device) =>
      runMeter(installMeter(device, 1, START), EpochMs(START + MINUTE), MINUTE).readings.some(({ series }) =>
        series.endsWith("/spindle_speed"),
      ),
    );
    expect(spindles.map(({ device }) => device)).toEqual(["cnc-1"]);
  });

  test.each([
    ["another device's register", { series: "home-02/active_energy_import" }, /not a value of the register/],
    ["a reading without a value", { outcome: "not_available", value: null }, /not a value of the register/],
    ["a stamp between minutes", { at: START + 1 }, /whole minutes/],
  ])("refuses to go on from %s", (_name, change, message) => {
    const last = { ...stored({ series: registerSeries(devices[0]!), at: START, value: 5 }), ...change } as Reading;
    expect(() => resumeFrom(devices[0]!, last)).toThrow(message);
  });
});
