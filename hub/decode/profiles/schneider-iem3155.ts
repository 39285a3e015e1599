import type { RegisterProfile } from "./device-profile.ts";

export const schneiderIem3155 = {
  protocol: "registers",
  name: "schneider-iem3155",
  vendor: "Schneider Electric",
  model: "iEM3155, iEM3255, iEM3355",
  kind: "meter",
  source:
    "Schneider's iEM3100/3200/3300 user manual (DOCA0005EN) by way of an older mbmd (iem3000.go), Gaudi111/iem3155_esphome and nobrega8/mbmap-library, which read an iEM3155 with every address one below the manual's number; 19200 baud with even parity is what the second calls the default. Today's mbmd has quite other addresses (5000h, 6000h) for the series, which fit a meter of another vendor: not taken. Energy by phase is left out, as the sources disagree on its unit. Not tried on a device of ours.",
  direction: "Positive power is import; the x155 count energy both ways, the x150 count import alone.",
  unit: 1,
  serial: { baud: 19_200, parity: "even", stopBits: 1 },
  table: "holding",
  words: "msw_first",
  absent: { int64: [0x8000_0000_0000_0000n] },
  identity: [
    { field: "model", at: 49, encoding: "text", registers: 20, expect: "iEM3[123]55" }, // manual 50
    { field: "manufacturer", at: 69, encoding: "text", registers: 20 }, // manual 70
    { field: "serial", at: 129, encoding: "uint32", registers: 2 }, // manual 130
  ],
  points: {
    "current/l1": { at: 2999, encoding: "float32", unit: "A", kind: "gauge" }, // manual 3000
    "current/l2": { at: 3001, encoding: "float32", unit: "A", kind: "gauge" },
    "current/l3": { at: 3003, encoding: "float32", unit: "A", kind: "gauge" },
    "voltage/l1": { at: 3027, encoding: "float32", unit: "V", kind: "gauge" }, // manual 3028
    "voltage/l2": { at: 3029, encoding: "float32", unit: "V", kind: "gauge" },
    "voltage/l3": { at: 3031, encoding: "float32", unit: "V", kind: "gauge" },
    "active_power/l1": { at: 3053, encoding: "float32", unit: "kW", kind: "gauge" }, // manual 3054
    "active_power/l2": { at: 3055, encoding: "float32", unit: "kW", kind: "gauge" },
    "active_power/l3": { at: 3057, encoding: "float32", unit: "kW", kind: "gauge" },
    active_power: { at: 3059, encoding: "float32", unit: "kW", kind: "gauge" }, // manual 3060
    frequency: { at: 3109, encoding: "float32", unit: "Hz", kind: "gauge" }, // manual 3110
    active_energy_import: { at: 3203, encoding: "int64", unit: "Wh", kind: "counter" }, // manual 3204
    active_energy_export: { at: 3207, encoding: "int64", unit: "Wh", kind: "counter" }, // manual 3208
  },
} as const satisfies RegisterProfile;
