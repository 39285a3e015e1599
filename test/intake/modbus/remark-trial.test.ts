import { expect, test } from "vitest";
import { remarkTrial } from "../../../hub/intake/modbus/remark-trial.ts";
import { type Reading, SeriesKey } from "../../../hub/reading.ts";
import { EpochMs } from "../../../hub/units.ts";

const reading = (key: string, value: number | "not_available" | "read_failed"): Reading => ({
  series: SeriesKey(`hall/${key}`),
  at: EpochMs(0),
  stampedBy: "arrival",
  ...(typeof value === "number" ? { outcome: "value", value } : { outcome: value, value: null }),
});

test.each<[string, Readonly<Record<string, number | "not_available" | "read_failed">>, readonly string[]]>([
  ["all is well", { active_power: -3_000, frequency: 49.98, "voltage/l1": 231 }, []],
  ["nothing was read", {}, ["Nothing of the profile could be read: is it the right one?"]],
  [
    "all values are 0",
    { active_power: 0, frequency: 0 },
    ["All values are 0: is it night, or is it the wrong unit or profile?"],
  ],
  [
    "nothing is available",
    { active_power: "not_available" },
    ["The device says that none of its values is available: is it asleep, or is it the wrong profile?"],
  ],
  ["the frequency's scale", { frequency: 5_000 }, ["frequency is 5000 Hz: wrong scale, word order or profile?"]],
  ["a drive's own frequency", { "output/frequency": 12.5 }, []],
  ["a string's own voltage", { "pv-1/voltage": 950, "battery/voltage": 48 }, []],
  ["a voltage in tenths", { "voltage/l1": 2_301 }, ["voltage/l1 is 2301 V: wrong scale, word order or profile?"]],
  ["a power factor of 98", { power_factor: 98 }, ["power_factor is 98: wrong scale or profile?"]],
  [
    "more than rated",
    { active_power: -6_100 },
    ["active_power is -6100 W, above the rated power of 5000 W: wrong scale or profile?"],
  ],
  ["a little more than rated", { active_power: -5_900 }, []],
  [
    "more than volts times amperes",
    { "active_power/l1": 4_000, "voltage/l1": 230, "current/l1": 2 },
    ["active_power/l1 is 4000 W, more than 230 V times 2 A: wrong scale or word order?"],
  ],
  ["amperes with a direction", { "active_power/l1": -460, "voltage/l1": 230, "current/l1": -2 }, []],
  [
    "a part that failed",
    { active_power: 5, frequency: "read_failed" },
    ["1 of 2 values could not be read: frequency."],
  ],
])("%s", (_name, values, remarks) => {
  const readings = Object.entries(values).map(([key, value]) => reading(key, value));
  expect(remarkTrial(readings, { ratedW: 5_000, lacking: [] })).toEqual(remarks);
});

test("points that the device does not have are named", () => {
  const lacking = ["voltage/l2", "voltage/l3"];
  expect(remarkTrial([reading("active_power", 5)], { ratedW: null, lacking })).toEqual([
    "The device does not have voltage/l2, voltage/l3.",
  ]);
});
