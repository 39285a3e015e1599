import type { RegisterProfile } from "./device-profile.ts";

export const eastronSdm120 = {
  protocol: "registers",
  name: "eastron-sdm120",
  vendor: "Eastron",
  model: "SDM120-Modbus",
  kind: "meter",
  source:
    "Eastron's Modbus protocol for the SDM120 by way of mbmd (sdm120.go) and nmakel/sdm_modbus, which agree on every address here. Both begin at 2400 baud. That the meter bears holes of reserved registers and 80 registers a request is seen from the latter, which reads so. Not tried on a device of ours.",
  direction: "Positive power flows from the terminals marked as input to those marked as output, which is import.",
  unit: 1,
  serial: { baud: 2_400, parity: "none", stopBits: 1 },
  // 80 registers take 0.7 s on the wire at 2400 baud.
  request: { maxRegisters: 80, maxHole: 40, pauseMs: 100, timeoutMs: 2_000 },
  table: "input",
  words: "msw_first",
  identity: [{ field: "serial", at: 0xfc00, table: "holding", encoding: "uint32", registers: 2 }],
  points: {
    voltage: { at: 0x0000, encoding: "float32", unit: "V", kind: "gauge" }, // 30001
    current: { at: 0x0006, encoding: "float32", unit: "A", kind: "gauge" },
    active_power: { at: 0x000c, encoding: "float32", unit: "W", kind: "gauge" },
    apparent_power: { at: 0x0012, encoding: "float32", unit: "VA", kind: "gauge" },
    reactive_power: { at: 0x0018, encoding: "float32", unit: "var", kind: "gauge" },
    power_factor: { at: 0x001e, encoding: "float32", unit: "1", kind: "gauge" },
    frequency: { at: 0x0046, encoding: "float32", unit: "Hz", kind: "gauge" },
    active_energy_import: { at: 0x0048, encoding: "float32", unit: "kWh", kind: "counter" }, // 30073
    active_energy_export: { at: 0x004a, encoding: "float32", unit: "kWh", kind: "counter" },
  },
} as const satisfies RegisterProfile;
