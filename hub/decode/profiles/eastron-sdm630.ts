import type { RegisterProfile } from "./device-profile.ts";

export const eastronSdm630 = {
  protocol: "registers",
  name: "eastron-sdm630",
  vendor: "Eastron",
  model: "SDM630-Modbus",
  kind: "meter",
  source:
    "Eastron's Modbus protocol for the SDM630 by way of mbmd (sdm.go) and nmakel/sdm_modbus, which agree on every address here; energy by phase stands in mbmd alone. That the meter bears holes of reserved registers is seen from the latter, which reads so. Not tried on a device of ours.",
  direction:
    "Positive power flows from the terminals marked as input to those marked as output, which is import; a phase that was wired backwards shows alone.",
  unit: 1,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  // Eastron answers at most 40 values in one request.
  request: { maxRegisters: 80, maxHole: 10, pauseMs: 100 },
  table: "input",
  words: "msw_first",
  points: {
    "voltage/l1": { at: 0x0000, encoding: "float32", unit: "V", kind: "gauge" }, // 30001
    "voltage/l2": { at: 0x0002, encoding: "float32", unit: "V", kind: "gauge" },
    "voltage/l3": { at: 0x0004, encoding: "float32", unit: "V", kind: "gauge" },
    "current/l1": { at: 0x0006, encoding: "float32", unit: "A", kind: "gauge" },
    "current/l2": { at: 0x0008, encoding: "float32", unit: "A", kind: "gauge" },
    "current/l3": { at: 0x000a, encoding: "float32", unit: "A", kind: "gauge" },
    "active_power/l1": { at: 0x000c, encoding: "float32", unit: "W", kind: "gauge" },
    "active_power/l2": { at: 0x000e, encoding: "float32", unit: "W", kind: "gauge" },
    "active_power/l3": { at: 0x0010, encoding: "float32", unit: "W", kind: "gauge" },
    "power_factor/l1": { at: 0x001e, encoding: "float32", unit: "1", kind: "gauge" },
    "power_factor/l2": { at: 0x0020, encoding: "float32", unit: "1", kind: "gauge" },
    "power_factor/l3": { at: 0x0022, encoding: "float32", unit: "1", kind: "gauge" },
    active_power: { at: 0x0034, encoding: "float32", unit: "W", kind: "gauge" }, // 30053
    apparent_power: { at: 0x0038, encoding: "float32", unit: "VA", kind: "gauge" },
    reactive_power: { at: 0x003c, encoding: "float32", unit: "var", kind: "gauge" },
    power_factor: { at: 0x003e, encoding: "float32", unit: "1", kind: "gauge" },
    frequency: { at: 0x0046, encoding: "float32", unit: "Hz", kind: "gauge" },
    active_energy_import: { at: 0x0048, encoding: "float32", unit: "kWh", kind: "counter" }, // 30073
    active_energy_export: { at: 0x004a, encoding: "float32", unit: "kWh", kind: "counter" },
    "active_energy_import/l1": { at: 0x015a, encoding: "float32", unit: "kWh", kind: "counter" }, // 30347
    "active_energy_import/l2": { at: 0x015c, encoding: "float32", unit: "kWh", kind: "counter" },
    "active_energy_import/l3": { at: 0x015e, encoding: "float32", unit: "kWh", kind: "counter" },
    "active_energy_export/l1": { at: 0x0160, encoding: "float32", unit: "kWh", kind: "counter" },
    "active_energy_export/l2": { at: 0x0162, encoding: "float32", unit: "kWh", kind: "counter" },
    "active_energy_export/l3": { at: 0x0164, encoding: "float32", unit: "kWh", kind: "counter" },
  },
} as const satisfies RegisterProfile;
