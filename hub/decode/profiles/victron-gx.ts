import type { RegisterProfile } from "./device-profile.ts";

export const victronGx = {
  protocol: "registers",
  name: "victron-gx",
  vendor: "Victron Energy",
  model: "GX device, the whole system (unit 100)",
  kind: "gateway",
  source:
    "Victron's CCGX Modbus-TCP register list (2.60 and 3.00, com.victronenergy.system) and evcc (victron-energy). What is not there answers FFFFh or 7FFFh; GX software of 2018 and before answered 0. The system has no energy registers: take those of the grid meter (victron-gx-grid) and of the loads. Not tried on a device of ours.",
  direction:
    "Grid and loads count import as positive and the battery charging, as we do; sun on the direct-current side is positive at the device and turned. On a system of one phase take the series of l1: the sum needs all three.",
  unit: 100,
  request: { timeoutMs: 2_000 },
  table: "input",
  words: "msw_first",
  absent: { uint16: [0xffff], int16: [0x7fff] },
  points: {
    "load/active_power/l1": { at: 817, encoding: "uint16", unit: "W", kind: "gauge" },
    "load/active_power/l2": { at: 818, encoding: "uint16", unit: "W", kind: "gauge" },
    "load/active_power/l3": { at: 819, encoding: "uint16", unit: "W", kind: "gauge" },
    "grid/active_power/l1": { at: 820, encoding: "int16", unit: "W", kind: "gauge" },
    "grid/active_power/l2": { at: 821, encoding: "int16", unit: "W", kind: "gauge" },
    "grid/active_power/l3": { at: 822, encoding: "int16", unit: "W", kind: "gauge" },
    "battery/voltage": { at: 840, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    "battery/current": { at: 841, encoding: "int16", unit: "A", step: 0.1, kind: "gauge" },
    "battery/active_power": { at: 842, encoding: "int16", unit: "W", kind: "gauge" },
    "battery/state_of_charge": { at: 843, encoding: "uint16", unit: "%", kind: "gauge" },
    "pv/active_power": { at: 850, encoding: "uint16", unit: "W", kind: "gauge", isTurned: true },
  },
  sums: {
    "load/active_power": ["load/active_power/l1", "load/active_power/l2", "load/active_power/l3"],
    "grid/active_power": ["grid/active_power/l1", "grid/active_power/l2", "grid/active_power/l3"],
  },
} as const satisfies RegisterProfile;
