import { abbB23 } from "./abb-b23.ts";
import type { RegisterProfile } from "./device-profile.ts";

const [model, ...rest] = abbB23.identity;

/** The single-phase one of the family: what the B23 has for a phase says "invalid" on it, but for voltage and current. */
export const abbB21 = {
  ...abbB23,
  name: "abb-b21",
  model: "B21",
  identity: [{ ...model, expect: "^B21" }, ...rest],
  points: {
    active_energy_import: { at: 0x5000, encoding: "uint64", unit: "kWh", step: 0.01, kind: "counter" },
    active_energy_export: { at: 0x5004, encoding: "uint64", unit: "kWh", step: 0.01, kind: "counter" },
    voltage: { at: 0x5b00, encoding: "uint32", unit: "V", step: 0.1, kind: "gauge" },
    current: { at: 0x5b0c, encoding: "uint32", unit: "A", step: 0.01, kind: "gauge" },
    active_power: { at: 0x5b14, encoding: "int32", unit: "W", step: 0.01, kind: "gauge" },
    frequency: { at: 0x5b2c, encoding: "uint16", unit: "Hz", step: 0.01, kind: "gauge" },
    power_factor: { at: 0x5b3a, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" },
  },
} as const satisfies RegisterProfile;
