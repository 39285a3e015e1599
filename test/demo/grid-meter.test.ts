import { describe, expect, test } from "vitest";
import { eastronSdm630 } from "../../hub/decode/profiles/eastron-sdm630.ts";
import { DEMO_SEED, demoDevices } from "../../hub/demo/community.ts";
import { registerImage } from "../../hub/demo/devices/register-image.ts";
import { GRID_STEP_MWH, gridPower, gridSeries, gridValues, startGridMeter } from "../../hub/demo/grid-meter.ts";
import type { Reading } from "../../hub/reading.ts";
import { EpochMs, HOUR, MINUTE, milliWattHoursFromWh } from "../../hub/units.ts";
import { readImage } from "./devices/read-image.ts";

const devices = demoDevices(DEMO_SEED);
const NOON = EpochMs(Date.parse("2026-06-17T12:00:00+02:00"));
const MIDNIGHT = EpochMs(Date.parse("2026-06-17T00:00:00+02:00"));
const begin = (at: EpochMs, last: readonly Reading[] = []) => startGridMeter(devices, { seed: DEMO_SEED, at, last });
const stored = (way: "import" | "export", at: EpochMs, mwh: number): Reading => ({
  series: gridSeries[way],
  at,
  stampedBy: "arrival",
  outcome: "value",
  value: mwh / 1_000,
});

describe("the community's grid meter", () => {
  test("counts what homes and workshop take in beyond what the plants give, minute by minute", () => {
    for (const from of [NOON, MIDNIGHT]) {
      const meter = begin(from);
      const before = meter.readAt(from);
      let [taken, given] = [0, 0];
      for (let minute = 0; minute < 60; minute++) {
        const power = gridPower(devices, EpochMs(from + minute * MINUTE));
        if (power > 0) taken += (power * 1_000) / 60;
        else given -= (power * 1_000) / 60;
      }
      const after = meter.readAt(EpochMs(from + HOUR));
      // One count of the register, and half a mWh of each of 16 devices a minute.
      const slack = GRID_STEP_MWH + 60 * 16 * 5;
      expect(Math.abs(after.import - before.import - taken)).toBeLessThan(slack);
      expect(Math.abs(after.export - before.export - given)).toBeLessThan(slack);
    }
  });

  test("gives to the grid on a summer noon and takes from it at midnight", () => {
    expect(gridPower(devices, NOON)).toBeLessThan(0);
    expect(gridPower(devices, MIDNIGHT)).toBeGreaterThan(0);
  });

  test("goes on where it was read last: no fall, and no more than its energy since", () => {
    const first = begin(MIDNIGHT);
    const at = EpochMs(MIDNIGHT + 30 * MINUTE + 12_345);
    const shown = first.readAt(at);
    const second = begin(EpochMs(at + 5_000), [stored("import", at, shown.import), stored("export", at, shown.export)]);
    expect(second.readAt(at)).toEqual(shown);
    const later = EpochMs(at + HOUR);
    expect(first.readAt(later).import - second.readAt(later).import).toBeGreaterThanOrEqual(0);
    expect(first.readAt(later).import - second.readAt(later).import).toBeLessThanOrEqual(GRID_STEP_MWH);
    expect(second.readAt(later).export).toBe(shown.export);
  });

  test("its registers pass a float32 in kWh unharmed, and every key of the profile is shown", () => {
    const meter = begin(NOON);
    for (let minute = 0; minute < 200; minute += 7) {
      const at = EpochMs(NOON + minute * MINUTE);
      const registers = meter.readAt(at);
      const power_w = gridPower(devices, at);
      const shown = gridValues(eastronSdm630, { registers, power_w, voltage_v: 230.4, frequency_hz: 50.01 });
      const read = new Map(
        readImage(eastronSdm630, registerImage(eastronSdm630, shown)).map((each) => [each.key, each.value]),
      );
      expect(milliWattHoursFromWh(read.get("active_energy_import")!)).toBe(registers.import);
      expect(milliWattHoursFromWh(read.get("active_energy_export")!)).toBe(registers.export);
      expect(read.get("active_power")).toBe(power_w);
      expect(read.get("voltage/l2")).toBe(230.4);
      expect([...read.keys()].sort()).toEqual(Object.keys(eastronSdm630.points).sort());
    }
  });
});
