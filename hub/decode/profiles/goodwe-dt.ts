import type { RegisterProfile } from "./device-profile.ts";

export const goodweDt = {
  protocol: "registers",
  name: "goodwe-dt",
  vendor: "GoodWe",
  model: "DT, MS, D-NS, XS string inverters",
  kind: "inverter",
  source:
    "marcelblijleven/goodwe (dt.py) alone, which many home installations read by: an independent second source was not found for these addresses. Unit 127 is that library's; the inverter's display shows what it is set to. The sign of the meter follows from the same file, which takes it from generation to get the house's consumption. Not tried on a device of ours.",
  direction:
    "The inverter and the meter it hears count towards the grid, which the profile turns: generation and feeding in are negative active_power.",
  unit: 127,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  request: { timeoutMs: 3_000 },
  table: "holding",
  words: "msw_first",
  absent: { uint16: [0xffff], uint32: [0xffff_ffff] },
  identity: [
    { field: "model", at: 30_012, encoding: "text", registers: 5, expect: "^GW" },
    { field: "serial", at: 30_004, encoding: "text", registers: 8 },
  ],
  points: {
    "voltage/l1": { at: 30_118, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "voltage/l2": { at: 30_119, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "voltage/l3": { at: 30_120, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "current/l1": { at: 30_121, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    "current/l2": { at: 30_122, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    "current/l3": { at: 30_123, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    frequency: { at: 30_124, encoding: "uint16", unit: "Hz", step: 0.01, kind: "gauge" },
    active_power: { at: 30_127, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
    active_energy_export: { at: 30_145, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" },
    "grid/active_power": { at: 30_195, encoding: "int32", unit: "W", kind: "gauge", isTurned: true },
    "grid/active_energy_export": { at: 30_197, encoding: "uint32", unit: "Wh", kind: "counter" },
    "grid/active_energy_import": { at: 30_199, encoding: "uint32", unit: "Wh", kind: "counter" },
  },
} as const satisfies RegisterProfile;
