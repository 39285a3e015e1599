import type { RegisterProfile } from "./device-profile.ts";

export const eastronSdm220 = {
  protocol: "registers",
  name: "eastron-sdm220",
  vendor: "Eastron",
  model: "SDM220-Modbus",
  kind: "meter",
  source:
    "mbmd (sdm220.go) for voltage, current and energy. It lists neither power nor frequency, though evcc asks this meter for its power: those two stand where all other single-phase meters of the family have them, and are what to compare with the display first. Not tried on a device of ours.",
  direction: "Positive power flows from the terminals marked as input to those marked as output, which is import.",
  unit: 1,
  serial: { baud: 2_400, parity: "none", stopBits: 1 },
  request: { maxRegisters: 80, pauseMs: 100, timeoutMs: 2_000 },
  table: "input",
  words: "msw_first",
  points: {
    voltage: { at: 0x0000, encoding: "float32", unit: "V", kind: "gauge" }, // 30001
    current: { at: 0x0006, encoding: "float32", unit: "A", kind: "gauge" },
    active_power: { at: 0x000c, encoding: "float32", unit: "W", kind: "gauge" },
    frequency: { at: 0x0046, encoding: "float32", unit: "Hz", kind: "gauge" },
    active_energy_import: { at: 0x0048, encoding: "float32", unit: "kWh", kind: "counter" }, // 30073
    active_energy_export: { at: 0x004a, encoding: "float32", unit: "kWh", kind: "counter" },
  },
} as const satisfies RegisterProfile;
