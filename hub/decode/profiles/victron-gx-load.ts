import type { RegisterProfile } from "./device-profile.ts";

export const victronGxLoad = {
  protocol: "registers",
  name: "victron-gx-load",
  vendor: "Victron Energy",
  model: "AC load meter behind a GX device",
  kind: "meter",
  source:
    "Victron's CCGX Modbus-TCP register list (com.victronenergy.acload) by way of evcc (victron-gx) and sfstar/hass-victron; the latter reads power as unsigned, evcc as signed, which is taken. The unit is assigned by the GX and shown there under Modbus TCP, Available services; 31 is only a place to begin. Not tried on a device of ours.",
  direction: "Positive power flows into the load, which is import; where a phase is missing the sums are, too.",
  unit: 31,
  request: { timeoutMs: 2_000 },
  table: "input",
  words: "msw_first",
  absent: { uint16: [0xffff], int16: [0x7fff], uint32: [0xffff_ffff] },
  points: {
    "active_power/l1": { at: 3_900, encoding: "int16", unit: "W", kind: "gauge" },
    "active_power/l2": { at: 3_901, encoding: "int16", unit: "W", kind: "gauge" },
    "active_power/l3": { at: 3_902, encoding: "int16", unit: "W", kind: "gauge" },
    "voltage/l1": { at: 3_910, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "current/l1": { at: 3_911, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" },
    "voltage/l2": { at: 3_912, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "current/l2": { at: 3_913, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" },
    "voltage/l3": { at: 3_914, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "current/l3": { at: 3_915, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" },
    "active_energy_import/l1": { at: 3_916, encoding: "uint32", unit: "kWh", step: 0.01, kind: "counter" },
    "active_energy_import/l2": { at: 3_918, encoding: "uint32", unit: "kWh", step: 0.01, kind: "counter" },
    "active_energy_import/l3": { at: 3_920, encoding: "uint32", unit: "kWh", step: 0.01, kind: "counter" },
  },
  sums: {
    active_power: ["active_power/l1", "active_power/l2", "active_power/l3"],
    active_energy_import: ["active_energy_import/l1", "active_energy_import/l2", "active_energy_import/l3"],
  },
} as const satisfies RegisterProfile;
