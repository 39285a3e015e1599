import type { RegisterProfile } from "./device-profile.ts";
import { growattMin } from "./growatt-min.ts";

export const growattTlX = {
  ...growattMin,
  name: "growatt-tl-x",
  model: "MIN TL-X and TL-XH (registers from 3000 on)",
  source:
    "Growatt's Modbus RTU protocol V1.24 and V1.39 for TL-X and TL-XH by way of 0xAHA/Growatt_ModbusTCP and nobrega8/mbmap-library, which agree on power at 3023. The registers below 125 are growatt-min. Not tried on a device of ours.",
  points: {
    "pv/active_power": { at: 3_001, encoding: "uint32", unit: "W", step: 0.1, kind: "gauge", isTurned: true },
    active_power: { at: 3_023, encoding: "uint32", unit: "W", step: 0.1, kind: "gauge", isTurned: true },
    frequency: { at: 3_025, encoding: "uint16", unit: "Hz", step: 0.01, kind: "gauge" },
    voltage: { at: 3_026, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    current: { at: 3_027, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    active_energy_export: { at: 3_051, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" },
  },
} as const satisfies RegisterProfile;
