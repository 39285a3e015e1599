import type { RegisterProfile } from "./device-profile.ts";

export const carloGavazziEm24 = {
  protocol: "registers",
  name: "carlo-gavazzi-em24",
  vendor: "Carlo Gavazzi",
  model: "EM24-DIN with RS485",
  kind: "meter",
  source:
    "Carlo Gavazzi's EM24-DIN communication protocol (version 4) by way of mbmd (carlogavazzi-em24.go) and nobrega8/mbmap-library, whose notes of the protocol give low word first, 11 registers a request, 9600 8N1 and 7FFFh for overflow. The Ethernet model has other addresses: that is carlo-gavazzi-em24-e1. Not tried on a device of ours.",
  direction:
    "Positive power is import; what flows back is only counted in an application that measures both ways (E, F or H on the display).",
  unit: 1,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  request: { maxRegisters: 11, pauseMs: 50 },
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
    "power_factor/l1": { at: 0x0032, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    "power_factor/l2": { at: 0x0033, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    "power_factor/l3": { at: 0x0034, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    power_factor: { at: 0x0035, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
    frequency: { at: 0x0037, encoding: "int16", unit: "Hz", step: 0.1, kind: "gauge" },
    active_energy_import: { at: 0x0042, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    "active_energy_import/l1": { at: 0x0046, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    "active_energy_import/l2": { at: 0x0048, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    "active_energy_import/l3": { at: 0x004a, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
    active_energy_export: { at: 0x005c, encoding: "int32", unit: "kWh", step: 0.1, kind: "counter" },
  },
} as const satisfies RegisterProfile;
