import type { RegisterProfile } from "./device-profile.ts";

export const shellyPro3em = {
  protocol: "registers",
  name: "shelly-pro-3em",
  vendor: "Shelly",
  model: "Pro 3EM, three-phase profile",
  kind: "meter",
  source:
    "Shelly's API documentation (Modbus, EM, EMData: it prints 31000 for the input register 1000) by way of Victron's dbus-modbus-client (shelly.py) and nobrega8/mbmap-library, both low word first. Modbus is off when the device leaves the factory. Not tried on a device of ours.",
  direction:
    "Positive power flows with the arrow on the clamp, which is import; the registers count each phase for itself, so import and export can grow at once where a bill would net them.",
  unit: 1,
  table: "input",
  words: "lsw_first",
  // Its texts come with the two characters of a register in the other order.
  identity: [
    { field: "model", at: 6, encoding: "text", registers: 10, expect: "^(SPEM-003|PSME0-30)" },
    { field: "serial", at: 0, encoding: "text", registers: 6 },
  ],
  points: {
    active_power: { at: 1013, encoding: "float32", unit: "W", kind: "gauge" }, // 31013
    "voltage/l1": { at: 1020, encoding: "float32", unit: "V", kind: "gauge" },
    "current/l1": { at: 1022, encoding: "float32", unit: "A", kind: "gauge" },
    "active_power/l1": { at: 1024, encoding: "float32", unit: "W", kind: "gauge" },
    "voltage/l2": { at: 1040, encoding: "float32", unit: "V", kind: "gauge" },
    "current/l2": { at: 1042, encoding: "float32", unit: "A", kind: "gauge" },
    "active_power/l2": { at: 1044, encoding: "float32", unit: "W", kind: "gauge" },
    "voltage/l3": { at: 1060, encoding: "float32", unit: "V", kind: "gauge" },
    "current/l3": { at: 1062, encoding: "float32", unit: "A", kind: "gauge" },
    "active_power/l3": { at: 1064, encoding: "float32", unit: "W", kind: "gauge" },
    active_energy_import: { at: 1162, encoding: "float32", unit: "Wh", kind: "counter" }, // 31162
    active_energy_export: { at: 1164, encoding: "float32", unit: "Wh", kind: "counter" },
    "active_energy_import/l1": { at: 1182, encoding: "float32", unit: "Wh", kind: "counter" },
    "active_energy_export/l1": { at: 1184, encoding: "float32", unit: "Wh", kind: "counter" },
    "active_energy_import/l2": { at: 1202, encoding: "float32", unit: "Wh", kind: "counter" },
    "active_energy_export/l2": { at: 1204, encoding: "float32", unit: "Wh", kind: "counter" },
    "active_energy_import/l3": { at: 1222, encoding: "float32", unit: "Wh", kind: "counter" },
    "active_energy_export/l3": { at: 1224, encoding: "float32", unit: "Wh", kind: "counter" },
  },
} as const satisfies RegisterProfile;
