import type { RegisterProfile } from "./device-profile.ts";

export const sungrowSg = {
  protocol: "registers",
  name: "sungrow-sg",
  vendor: "Sungrow",
  model: "SG string inverters",
  kind: "inverter",
  source:
    "Sungrow's Communication Protocol of PV Grid-Connected String Inverters (V1.1.37 to V1.1.80) by way of evcc (sungrow-inverter), SunGather and an integration that was tried on an SG12RT; all count the document's numbers from 1 and wider numbers low word first. The sign of the meter is that of evcc and SunGather. Not tried on a device of ours.",
  direction:
    "The inverter counts what it feeds in as positive, which the profile turns; the meter it hears (channel grid) counts import as positive, as we do.",
  unit: 1,
  serial: { baud: 9_600, parity: "none", stopBits: 1 },
  request: { timeoutMs: 3_000 },
  table: "input",
  words: "lsw_first",
  absent: { uint16: [0xffff], int16: [0x7fff], uint32: [0xffff_ffff], int32: [0x7fff_ffff] },
  identity: [
    { field: "serial", at: 4_989, encoding: "text", registers: 10 }, // 4990
    { field: "model", at: 4_999, encoding: "uint16", registers: 1 }, // 5000, a code
  ],
  ratedPower: { at: 5_000, encoding: "uint16", unit: "kW", step: 0.1, kind: "gauge" }, // 5001
  points: {
    active_energy_export: { at: 5_003, encoding: "uint32", unit: "kWh", kind: "counter" }, // 5004
    temperature: { at: 5_007, encoding: "int16", unit: "degC", step: 0.1, kind: "gauge" },
    "pv/active_power": { at: 5_016, encoding: "uint32", unit: "W", kind: "gauge", isTurned: true }, // 5017
    "voltage/l1": { at: 5_018, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" }, // 5019
    "voltage/l2": { at: 5_019, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "voltage/l3": { at: 5_020, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "current/l1": { at: 5_021, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    "current/l2": { at: 5_022, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    "current/l3": { at: 5_023, encoding: "uint16", unit: "A", step: 0.1, kind: "gauge" },
    active_power: { at: 5_030, encoding: "uint32", unit: "W", kind: "gauge", isTurned: true }, // 5031
    power_factor: { at: 5_034, encoding: "int16", unit: "1", step: 0.001, kind: "gauge" }, // 5035
    frequency: { at: 5_035, encoding: "uint16", unit: "Hz", step: 0.1, kind: "gauge" }, // 5036
    "grid/active_power": { at: 5_082, encoding: "int32", unit: "W", kind: "gauge" }, // 5083
    "grid/active_power/l1": { at: 5_084, encoding: "int32", unit: "W", kind: "gauge" },
    "grid/active_power/l2": { at: 5_086, encoding: "int32", unit: "W", kind: "gauge" },
    "grid/active_power/l3": { at: 5_088, encoding: "int32", unit: "W", kind: "gauge" },
    "grid/active_energy_export": { at: 5_094, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 5095
    "grid/active_energy_import": { at: 5_098, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 5099
  },
} as const satisfies RegisterProfile;
