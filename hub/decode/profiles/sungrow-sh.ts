import type { RegisterProfile } from "./device-profile.ts";

export const sungrowSh = {
  protocol: "registers",
  name: "sungrow-sh",
  vendor: "Sungrow",
  model: "SH hybrid inverters",
  kind: "hybrid",
  source:
    "Sungrow's Communication Protocol of Residential Hybrid Inverter by way of evcc (sungrow-hybrid) and mkaiser's Sungrow-SHx-Inverter-Modbus-Home-Assistant, which agree on what they share; both count the document's numbers from 1 and wider numbers low word first. Battery power is left out: its sign stands in another register's bits. So is frequency: inverters differ in its step. The WiNet-S dongle answers some of these registers wrongly; the inverter's own LAN socket does not. Not tried on a device of ours.",
  direction:
    "Inverter and grid (13010, export power) count towards the grid, which the profile turns: generation and feeding in are negative active_power; what the inverter gave, from sun or battery, counts in active_energy_export.",
  unit: 1,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  request: { timeoutMs: 3_000 },
  table: "input",
  words: "lsw_first",
  absent: { uint16: [0xffff], int16: [0x7fff], uint32: [0xffff_ffff], int32: [0x7fff_ffff] },
  identity: [
    { field: "serial", at: 4_989, encoding: "text", registers: 10 }, // 4990
    { field: "model", at: 4_999, encoding: "uint16", registers: 1 }, // 5000, a code
  ],
  ratedPower: { at: 5_000, encoding: "uint16", unit: "kW", step: 0.1, kind: "gauge" }, // 5001
  points: {
    active_energy_export: { at: 5_003, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 5004
    temperature: { at: 5_007, encoding: "int16", unit: "degC", step: 0.1, kind: "gauge" },
    "pv/active_power": { at: 5_016, encoding: "uint32", unit: "W", kind: "gauge", isTurned: true }, // 5017
    "voltage/l1": { at: 5_018, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" }, // 5019
    "voltage/l2": { at: 5_019, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "voltage/l3": { at: 5_020, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "pv/active_energy_export": { at: 13_002, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 13003
    "load/active_power": { at: 13_007, encoding: "int32", unit: "W", kind: "gauge" }, // 13008
    "grid/active_power": { at: 13_009, encoding: "int32", unit: "W", kind: "gauge", isTurned: true }, // 13010
    "battery/state_of_charge": { at: 13_022, encoding: "uint16", unit: "%", step: 0.1, kind: "gauge" }, // 13023
    "battery/active_energy_export": { at: 13_026, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 13027
    "current/l1": { at: 13_030, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" }, // 13031
    "current/l2": { at: 13_031, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" },
    "current/l3": { at: 13_032, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" },
    active_power: { at: 13_033, encoding: "int32", unit: "W", kind: "gauge", isTurned: true }, // 13034
    "grid/active_energy_import": { at: 13_036, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 13037
    "battery/active_energy_import": { at: 13_040, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 13041
    "grid/active_energy_export": { at: 13_045, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 13046
  },
} as const satisfies RegisterProfile;
