import type { SunSpecProfile } from "./device-profile.ts";

export const solaredge = {
  protocol: "sunspec",
  name: "solaredge",
  vendor: "SolarEdge",
  model: "inverters with SetApp, and the meters they hear",
  kind: "inverter",
  source:
    "evcc (solaredge-hybrid) for port 1502, the meter as a second device in the same list and its sign, which the users of solaredge-modbus-multi confirm: import is negative. The inverter bears one connection at a time and closes it after two minutes of silence. Not tried on a device of ours.",
  direction:
    "Inverter and meter count towards the grid, which is turned: generation and feeding in are negative active_power; the meter's registers are named for import and export as ours are.",
  unit: 1,
  port: 1_502,
  serial: { baud: 115_200, parity: "none", stopBits: 1 },
  request: { timeoutMs: 3_000 },
  manufacturer: "^SolarEdge",
} as const satisfies SunSpecProfile;
