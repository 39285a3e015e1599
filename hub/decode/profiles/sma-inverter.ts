import type { RegisterProfile } from "./device-profile.ts";

export const smaInverter = {
  protocol: "registers",
  name: "sma-inverter",
  vendor: "SMA",
  model: "Sunny Boy, Sunny Tripower (SMA's own Modbus profile)",
  kind: "inverter",
  source:
    "SMA's Modbus list of the Sunny Tripower 8.0/10.0 (as kept by michischatz/smarthomeng-smamodbus), evcc (sma-inverter-modbus) for total power as an input register and the total as a holding register, OpenEMS for the grid meter, and a list of an SMA simulator for voltages and frequency. Currents are left out: their registers differ by generation. Modbus is off when the inverter leaves the factory. The same inverters also speak SunSpec on unit 126. Not tried on a device of ours.",
  direction:
    "The inverter counts what it feeds in as positive, which the profile turns: generation is negative active_power and counts in active_energy_export; the channel grid is the Energy Meter it hears, import positive.",
  unit: 3,
  request: { timeoutMs: 3_000 },
  table: "input",
  words: "msw_first",
  absent: {
    int32: [0x8000_0000],
    uint32: [0xffff_ffff],
    uint64: [0xffff_ffff_ffff_ffffn],
  },
  identity: [
    // 461 is SMA itself in SMA's list of tags.
    { field: "manufacturer", at: 30_055, encoding: "uint32", registers: 2, expect: "^461$" },
    { field: "serial", at: 30_057, encoding: "uint32", registers: 2 },
  ],
  ratedPower: { at: 30_203, encoding: "uint32", unit: "W", kind: "gauge" },
  points: {
    active_energy_export: { at: 30_513, table: "holding", encoding: "uint64", unit: "Wh", kind: "counter" },
    "grid/active_energy_import": { at: 30_581, encoding: "uint32", unit: "Wh", kind: "counter" },
    "grid/active_energy_export": { at: 30_583, encoding: "uint32", unit: "Wh", kind: "counter" },
    active_power: { at: 30_775, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
    "active_power/l1": { at: 30_777, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
    "active_power/l2": { at: 30_779, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
    "active_power/l3": { at: 30_781, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
    "voltage/l1": { at: 30_783, encoding: "uint32", unit: "V", step: 0.01, kind: "gauge" },
    "voltage/l2": { at: 30_785, encoding: "uint32", unit: "V", step: 0.01, kind: "gauge" },
    "voltage/l3": { at: 30_787, encoding: "uint32", unit: "V", step: 0.01, kind: "gauge" },
    frequency: { at: 30_803, encoding: "uint32", unit: "Hz", step: 0.01, kind: "gauge" },
    "grid-drawn/active_power": { at: 30_865, encoding: "int32", unit: "W", kind: "gauge" },
    "grid-fed/active_power": { at: 30_867, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
  },
  sums: { "grid/active_power": ["grid-drawn/active_power", "grid-fed/active_power"] },
} as const satisfies RegisterProfile;
