import type { RegisterProfile } from "./device-profile.ts";

export const carloGavazziEm340 = {
  protocol: "registers",
  name: "carlo-gavazzi-em340",
  vendor: "Carlo Gavazzi",
  model: "EM330, EM340, ET330, ET340, EM530, EM540",
  kind: "meter",
  source:
    "Carlo Gavazzi's EM300 and ET300 series communication protocol (version 2) by way of mbmd (carlogavazzi-ex3x0.go) and nobrega8/mbmap-library, whose notes of the protocol give low word first, 50 registers a request, 9600 8N1 and 7FFFFFFFh for overflow; that the EM530 and EM540 share it, by way of evcc. Not tried on a device of ours.",
  direction:
    "Positive power is import; in measuring mode A (easy connection) both ways count as import, so the meter must stand in mode B.",
  unit: 1,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  request: { maxRegisters: 50, pauseMs: 50 },
  table: "input",
  words: "lsw_first",
  absent: { int32: [0x7fff_ffff], int16: [0x7fff] },
  points: {
    "voltage/l1": { at: 0x0000, encoding: "int32", unit: "V", step: 0.1, kind: "gauge" }, // 300001
    "voltage/l2": { at: 0x0002, encoding: "int32", unit: "V", step: 0.1, kind: "gauge" },
    "voltage/l3": { at: 0x0004, encoding: "int32", unit: "V", step: 0.1, kind: "gauge" },
    "current/l1": { at: 0x000c, encoding: "int32", unit: "A", step: 0.001, kind: "gauge" },
    "current/l2": { at: 0x000e, encoding: "int32", unit: "A", step: 0.001, kind: "gauge" },
    "current/l3": { at: 0x0010, encoding: "int32", unit: "A", step: 0.001, kind: "gauge" },
    "active_power/l1": { at: 0x0012, encoding: "int32", unit: "W", step: 0.1, kind: "gauge" },
    "active_power/l2": { at: 0x0014, encoding: "int32", unit: "W", step: 0.1, kind: "gauge" },
    "active_power/l3": { at: 0x0016, encoding: "int32", unit: "W", step: 0.1, kind: "gauge" },
    active_power: { at: 0x0028, encoding: "int32", unit: "W", step: 0.1, kind: "gauge" },
    "power_factor/l1": { at: 0x002e, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    "power_factor/l2": { at: 0x002f, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    "power_factor/l3": { at: 0x0030, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    power_factor: { at: 0x0031, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    frequency: { at: 0x0033, encoding: "int16", unit: "Hz", step: 0.1, kind: "gauge" },
    active_energy_import: { at: 0x0034, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    "active_energy_import/l1": { at: 0x0040, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    "active_energy_import/l2": { at: 0x0042, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    "active_energy_import/l3": { at: 0x0044, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    active_energy_export: { at: 0x004e, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
  },
} as const satisfies RegisterProfile;
