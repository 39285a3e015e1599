import { expect, test } from "vitest";
import { turnFlow } from "../../../hub/decode/registers/turn-flow.ts";
import { type Reading, SeriesKey } from "../../../hub/reading.ts";
import { EpochMs } from "../../../hub/units.ts";

const reading = (series: string, value: number | null): Reading => ({
  series: SeriesKey(series),
  at: EpochMs(1_790_000_000_000),
  stampedBy: "arrival",
  outcome: value === null ? "not_available" : "value",
  value,
});

test.each<[string, number | null, string, number | null]>([
  ["grid/active_energy_import", 10, "grid/active_energy_export", 10],
  ["grid/active_energy_export/t1", 7, "grid/active_energy_import/t1", 7],
  ["grid/heat-pump/active_energy_import", null, "grid/heat-pump/active_energy_export", null],
  ["grid/active_power", 1200.5, "grid/active_power", -1200.5],
  ["grid/active_power/l2", -3, "grid/active_power/l2", 3],
  ["grid/active_power", 0, "grid/active_power", 0],
  ["grid/active_power", null, "grid/active_power", null],
  ["grid/reactive_power", 5, "grid/reactive_power", -5],
  ["grid/power_factor", -0.9, "grid/power_factor", -0.9],
  ["grid/voltage/l1", 230, "grid/voltage/l1", 230],
])("%s %s becomes %s %s", (series, value, turnedSeries, turnedValue) => {
  const [turned] = turnFlow([reading(series, value)]);
  expect(turned).toEqual(reading(turnedSeries, turnedValue));
  expect(turned?.value).not.toBe(-0);
  expect(turnFlow([turned!])).toEqual([reading(series, value)]);
});
