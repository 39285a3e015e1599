import { describe, expect, test } from "vitest";
import { findProfile, profiles } from "../../../hub/decode/profiles/catalogue.ts";
import { type RegisterProfile, registersOf, type Table } from "../../../hub/decode/profiles/device-profile.ts";
import { decodeBlock } from "../../../hub/decode/registers/decode-block.ts";
import type { RegisterBlock } from "../../../hub/decode/registers/register-block.ts";

function registerProfile(name: string): RegisterProfile {
  const profile = findProfile(name);
  if (profile?.protocol !== "registers") throw new Error(`${name} has no registers of its own`);
  return profile;
}

/** The block of exactly the words of a frame, with every point and sum that lies whole within them. */
function blockOf(profile: RegisterProfile, table: Table, start: number, count: number): RegisterBlock {
  const points = Object.fromEntries(
    Object.entries(profile.points).filter(
      ([, point]) =>
        (point.table ?? profile.table) === table &&
        point.at >= start &&
        point.at + registersOf[point.encoding] <= start + count,
    ),
  );
  const sums = Object.fromEntries(
    Object.entries(profile.sums ?? {}).filter(([, parts]) => parts.every((part) => Object.hasOwn(points, part))),
  );
  return { table, start, count, points, sums };
}

/** Where the words are from: a manual's example, what someone published from a device, or counted out here. */
type Origin = "manual" | "device" | "counted";
type Frame = readonly [
  profile: string,
  origin: Origin,
  table: Table,
  start: number,
  words: string,
  values: Readonly<Record<string, number | null>>,
];

// biome-ignore format: a frame a line
const frames: readonly Frame[] = [
  // Eastron: the protocol's own example, given as 230.2 V; the float next below would be that to all its digits.
  ["eastron-sdm630", "manual", "input", 0x0000, "4366 3334", { "voltage/l1": 230.20001 }],
  ["eastron-sdm630", "counted", "input", 0x0000, "4366 3333", { "voltage/l1": 230.2 }],
  ["eastron-sdm630", "counted", "input", 0x0046, "4247 eb85 4145 851f 7fc0 0000", { frequency: 49.98, active_energy_import: 12_345, active_energy_export: null }],
  ["eastron-sdm120", "counted", "input", 0x000c, "c496 1000", { active_power: -1_200.5 }],
  ["eastron-sdm120", "counted", "input", 0x0048, "449a 5000 0000 0000", { active_energy_import: 1_234_500, active_energy_export: 0 }],
  ["eastron-sdm220", "counted", "input", 0x0048, "4145 851f", { active_energy_import: 12_345 }],
  ["eastron-sdm230", "counted", "input", 0x0046, "4248 0000", { frequency: 50 }],
  ["eastron-sdm230", "counted", "input", 0x000c, "ff80 0000", { active_power: null }],
  // Carlo Gavazzi: low word first; 7FFFFFFFh is EEE on the display.
  ["carlo-gavazzi-em24", "counted", "input", 0x0028, "cfc7 ffff", { active_power: -1_234.5 }],
  ["carlo-gavazzi-em24", "counted", "input", 0x0028, "ffff 7fff", { active_power: null }],
  ["carlo-gavazzi-em24", "counted", "input", 0x0042, "3039 0000", { active_energy_import: 1_234_500 }],
  ["carlo-gavazzi-em24", "counted", "input", 0x005c, "0001 0001", { active_energy_export: 6_553_700 }],
  ["carlo-gavazzi-em340", "counted", "input", 0x0031, "03e8 0000 01f4 3039 0000", { power_factor: 1, frequency: 50, active_energy_import: 1_234_500 }],
  ["carlo-gavazzi-em340", "counted", "input", 0x0000, "08fc 0000 08fd 0000 ffff 7fff", { "voltage/l1": 230, "voltage/l2": 230.1, "voltage/l3": null }],
  ["carlo-gavazzi-em24-e1", "counted", "input", 0x004e, "0064 0000", { active_energy_export: 10_000 }],
  ["carlo-gavazzi-em24-e1", "counted", "input", 0x0034, "ffff 7fff", { active_energy_import: null }],
  // ABB: answers of a single-phase wired meter, as a user of gosdm630 logged them; what it has not is 7FFFh.
  ["abb-b23", "device", "holding", 0x5b14, "0000 0036", { active_power: 0.54 }],
  ["abb-b23", "device", "holding", 0x5b3a, "01b3 7fff 7fff 7fff", { power_factor: 0.435, "power_factor/l1": null, "power_factor/l2": null, "power_factor/l3": null }],
  ["abb-b23", "counted", "holding", 0x5000, "0000 0000 0001 e240 ffff ffff ffff ffff", { active_energy_import: 1_234_560, active_energy_export: null }],
  ["abb-b24", "counted", "holding", 0x5b00, "0000 08fd ffff ffff 0000 08fb", { "voltage/l1": 230.1, "voltage/l2": null, "voltage/l3": 229.9 }],
  ["abb-b24", "counted", "holding", 0x5b14, "ffff ff9c", { active_power: -1 }],
  ["abb-b21", "counted", "holding", 0x5b2c, "1387", { frequency: 49.99 }],
  ["abb-b21", "counted", "holding", 0x5b14, "7fff ffff", { active_power: null }],
  // Schneider: kW as floats, Wh as 64 bits.
  ["schneider-iem3155", "counted", "holding", 3_059, "3f9d 70a4", { active_power: 1_230 }],
  ["schneider-iem3155", "counted", "holding", 3_059, "ffc0 0000", { active_power: null }],
  ["schneider-iem3155", "counted", "holding", 3_203, "0000 0000 00bc 614e 8000 0000 0000 0000", { active_energy_import: 12_345_678, active_energy_export: null }],
  // Chint: the manual's example of a voltage, 2301.5 counts of 0.1 V.
  ["chint-dtsu666", "manual", "holding", 0x2006, "450f d800", { "voltage/l1": 230.15 }],
  ["chint-dtsu666", "counted", "holding", 0x2012, "c59c 4000", { active_power: -500 }],
  ["chint-dtsu666", "counted", "holding", 0x101e, "449a 5000", { active_energy_import: 1_234_500 }],
  ["chint-dtsu666", "counted", "holding", 0x2044, "459c 4000", { frequency: 50 }],
  // SMA: 4186 W as py-sma-modbus shows it; at night the inverter has no power and no voltage.
  ["sma-inverter", "device", "input", 30_775, "0000 105a", { active_power: -4_186 }],
  ["sma-inverter", "counted", "input", 30_775, "8000 0000 8000 0000 8000 0000 8000 0000 ffff ffff", { active_power: null, "active_power/l1": null, "active_power/l2": null, "active_power/l3": null, "voltage/l1": null }],
  ["sma-inverter", "counted", "holding", 30_513, "0000 0000 00bc 614e", { active_energy_export: 12_345_678 }],
  ["sma-inverter", "counted", "holding", 30_513, "ffff ffff ffff ffff", { active_energy_export: null }],
  ["sma-inverter", "counted", "input", 30_865, "0000 0000 0000 0320", { "grid-drawn/active_power": 0, "grid-fed/active_power": -800, "grid/active_power": -800 }],
  ["sma-inverter", "counted", "input", 30_865, "8000 0000 8000 0000", { "grid-drawn/active_power": null, "grid-fed/active_power": null, "grid/active_power": null }],
  // Huawei: generation and feeding in are positive on the wire.
  ["huawei-sun2000", "counted", "holding", 32_080, "0000 1388", { active_power: -5_000 }],
  ["huawei-sun2000", "counted", "holding", 32_080, "7fff ffff", { active_power: null }],
  ["huawei-sun2000", "counted", "holding", 32_106, "000f 4240", { active_energy_export: 10_000_000 }],
  ["huawei-sun2000", "counted", "holding", 37_113, "ffff fc18", { "grid/active_power": 1_000 }],
  ["huawei-sun2000", "counted", "holding", 37_119, "0000 3039 7fff ffff", { "grid/active_energy_export": 123_450, "grid/active_energy_import": null }],
  ["huawei-sun2000", "counted", "holding", 37_765, "0000 09c4", { "battery/active_power": 2_500 }],
  // Sungrow SG12RT: values its owner read from it, as the words its protocol gives them.
  ["sungrow-sg-rt", "device", "input", 5_030, "0d2a 0000", { active_power: -3_370 }],
  ["sungrow-sg-rt", "device", "input", 5_143, "d677 0005", { active_energy_export: 38_258_300 }],
  ["sungrow-sg-rt", "counted", "input", 5_143, "ffff ffff", { active_energy_export: null }],
  ["sungrow-sg-rt", "device", "input", 5_018, "0920 093e 0928 0030 0030 0030", { "voltage/l1": 233.6, "voltage/l2": 236.6, "voltage/l3": 234.4, "current/l1": 4.8, "current/l2": 4.8, "current/l3": 4.8 }],
  ["sungrow-sg", "device", "input", 5_082, "0096 0000 00c8 0000 ff9c ffff 0032 0000", { "grid/active_power": 150, "grid/active_power/l1": 200, "grid/active_power/l2": -100, "grid/active_power/l3": 50 }],
  ["sungrow-sg", "device", "input", 5_094, "3cad 0003", { "grid/active_energy_export": 21_214_100 }],
  ["sungrow-sg", "device", "input", 5_098, "f90c 0003", { "grid/active_energy_import": 26_036_400 }],
  ["sungrow-sg", "counted", "input", 5_003, "9572 0000", { active_energy_export: 38_258_000 }],
  ["sungrow-sg", "counted", "input", 5_030, "ffff ffff", { active_power: null }],
  ["sungrow-sg", "counted", "input", 5_082, "ffff 7fff", { "grid/active_power": null }],
  // Sungrow SH8.0RT-20 at night, as its owner read it.
  ["sungrow-sh", "device", "input", 5_003, "04cf 0000", { active_energy_export: 123_100 }],
  ["sungrow-sh", "device", "input", 5_016, "0000 0000 0907 0913 0910", { "pv/active_power": 0, "voltage/l1": 231.1, "voltage/l2": 232.3, "voltage/l3": 232 }],
  ["sungrow-sh", "counted", "input", 13_007, "03e8 0000 05dc 0000", { "load/active_power": 1_000, "grid/active_power": -1_500 }],
  ["sungrow-sh", "counted", "input", 13_033, "fe0c ffff", { active_power: 500 }],
  ["sungrow-sh", "counted", "input", 13_045, "ffff ffff", { "grid/active_energy_export": null }],
  // Growatt: one frame each in the old and in the new place.
  ["growatt-min", "counted", "input", 35, "0000 7530 1387 08fc 0082", { active_power: -3_000, frequency: 49.99, voltage: 230, current: 13 }],
  ["growatt-min", "counted", "input", 55, "0001 e240", { active_energy_export: 12_345_600 }],
  ["growatt-min", "counted", "input", 55, "ffff ffff", { active_energy_export: null }],
  ["growatt-tl-x", "counted", "input", 3_023, "0000 7530 1387 08fc 0082", { active_power: -3_000, frequency: 49.99, voltage: 230, current: 13 }],
  ["growatt-tl-x", "counted", "input", 3_051, "0001 e240", { active_energy_export: 12_345_600 }],
  ["growatt-tl-x", "counted", "input", 3_051, "ffff ffff", { active_energy_export: null }],
  // GoodWe: 500 W fed in, the battery charged with 100 W.
  ["goodwe-et", "counted", "holding", 36_025, "0000 01f4", { "grid/active_power": -500 }],
  ["goodwe-et", "counted", "holding", 35_182, "ffff ff9c", { "battery/active_power": 100 }],
  ["goodwe-et", "counted", "holding", 36_015, "4996 b438 7fc0 0000", { "grid/active_energy_export": 1_234_567, "grid/active_energy_import": null }],
  ["goodwe-et", "counted", "holding", 35_113, "ffff ffff", { "pv-3/active_power": null }],
  ["goodwe-dt", "counted", "holding", 30_127, "0000 1388", { active_power: -5_000 }],
  ["goodwe-dt", "counted", "holding", 30_145, "0001 e240", { active_energy_export: 12_345_600 }],
  ["goodwe-dt", "counted", "holding", 30_195, "ffff fe0c 0012 d687 ffff ffff", { "grid/active_power": 500, "grid/active_energy_export": 1_234_567, "grid/active_energy_import": null }],
  // Victron: the sum is there when all phases are.
  ["victron-gx", "counted", "input", 820, "0064 ff9c 00c8", { "grid/active_power/l1": 100, "grid/active_power/l2": -100, "grid/active_power/l3": 200, "grid/active_power": 200 }],
  ["victron-gx", "counted", "input", 820, "0064 7fff 7fff", { "grid/active_power/l1": 100, "grid/active_power/l2": null, "grid/active_power/l3": null, "grid/active_power": null }],
  ["victron-gx", "counted", "input", 842, "fc18 0057", { "battery/active_power": -1_000, "battery/state_of_charge": 87 }],
  ["victron-gx-grid", "counted", "input", 2_634, "0001 e240 ffff ffff", { active_energy_import: 1_234_560, active_energy_export: null }],
  ["victron-gx-load", "counted", "input", 3_916, "0000 0001 0000 0002 0000 0003", { "active_energy_import/l1": 10, "active_energy_import/l2": 20, "active_energy_import/l3": 30, active_energy_import: 60 }],
  ["victron-gx-load", "counted", "input", 3_916, "0000 0001 ffff ffff ffff ffff", { "active_energy_import/l1": 10, "active_energy_import/l2": null, "active_energy_import/l3": null, active_energy_import: null }],
  // Shelly: floats with the low word first.
  ["shelly-pro-3em", "counted", "input", 1_013, "cccd c270", { active_power: -60.2 }],
  ["shelly-pro-3em", "counted", "input", 1_162, "b438 4996 0000 7fc0", { active_energy_import: 1_234_567, active_energy_export: null }],
  // A drive that runs at 60 Hz, and one that stands with 59.9 Hz commanded (the words of Delta's own example).
  ["generic-vfd", "counted", "holding", 0x2101, "0003 1770 1770 0000 0c1c 08fc", { execution: 1, frequency: 60, "dc-bus/voltage": 310, voltage: 230 }],
  ["generic-vfd", "manual", "holding", 0x2101, "0100 1766 0000 0000 0136 0000", { execution: 0, frequency: 0, "dc-bus/voltage": 31, voltage: 0 }],
];

test.each(frames)("%s, %s: %s %i: %s", (name, _origin, table, start, hex, values) => {
  const profile = registerProfile(name);
  const bytes = Buffer.from(hex.replaceAll(" ", ""), "hex");
  const decoded = decodeBlock(profile, blockOf(profile, table, start, bytes.length / 2), bytes);
  expect(Object.fromEntries(decoded.map(({ key, value }) => [key, value]))).toEqual(values);
  for (const { outcome, value } of decoded) expect(outcome).toBe(value === null ? "not_available" : "value");
});

describe("the frames", () => {
  test("cover every device with registers of its own, with a value", () => {
    const covered = new Set(
      frames
        .filter(([, , , , , values]) => Object.values(values).some((value) => value !== null))
        .map(([name]) => name),
    );
    const registers = profiles.filter(({ protocol }) => protocol === "registers").map(({ name }) => name);
    expect(registers.filter((name) => !covered.has(name))).toEqual([]);
  });

  test("show a missing value for every device that has patterns for one", () => {
    const absent = new Set(
      frames.filter(([, , , , , values]) => Object.values(values).includes(null)).map(([name]) => name),
    );
    const withPatterns = profiles.filter((profile) => profile.protocol === "registers" && profile.absent !== undefined);
    const own = withPatterns.map(({ name }) => name).filter((name) => !absent.has(name));
    expect(own).toEqual([]);
  });
});
