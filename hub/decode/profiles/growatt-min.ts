import type { RegisterProfile } from "./device-profile.ts";

export const growattMin = {
  protocol: "registers",
  name: "growatt-min",
  vendor: "Growatt",
  model: "MIN TL-XE, MIC and older single-phase inverters (registers 0 to 124)",
  kind: "inverter",
  source:
    "evcc (growatt-min-tlxe), Growatt's Modbus RTU protocol by way of WouterTuinstra's Homeassistant-Growatt-Local-Modbus, and a map of the MIC TL-X for Homey. Growatt's protocol V1.24 gives TL-X inverters the registers from 3000 on alone, while evcc reads a MIN from these: an inverter that answers nothing here is growatt-tl-x. 850 ms between two requests and 45 registers in one are what Growatt's older protocols ask for. Not tried on a device of ours.",
  direction:
    "The inverter counts what it feeds in as positive, which the profile turns: generation is negative active_power and counts in active_energy_export.",
  unit: 1,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  request: { maxRegisters: 45, pauseMs: 850, timeoutMs: 2_000 },
  table: "input",
  words: "msw_first",
  absent: { uint16: [0xffff], uint32: [0xffff_ffff] },
  identity: [{ field: "serial", at: 23, table: "holding", encoding: "text", registers: 5 }],
  points: {
    "pv/active_power": { at: 1, encoding: "uint32", unit: "W", step: 0.1, kind: "gauge", isTurned: true },
    active_power: { at: 35, encoding: "uint32", unit: "W", step: 0.1, kind: "gauge", isTurned: true },
    frequency: { at: 37, encoding: "uint16", unit: "Hz", step: 0.01, kind: "gauge" },
    voltage: { at: 38, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    current: { at: 39, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    active_energy_export: { at: 55, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" },
  },
} as const satisfies RegisterProfile;
