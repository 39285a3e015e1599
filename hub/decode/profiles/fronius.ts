import type { SunSpecProfile } from "./device-profile.ts";

export const fronius = {
  protocol: "sunspec",
  name: "fronius",
  vendor: "Fronius",
  model: "Symo, Primo, GEN24, Tauro, Verto",
  kind: "inverter",
  source:
    "evcc (fronius-gen24) and Fronius's register maps as kept by proxus.io: SunSpec from 40000 on, whole numbers with scale factors (models 101 to 103) or floats (111 to 113), as set in the inverter's web page. Modbus TCP is off when it leaves the factory. Not tried on a device of ours.",
  direction:
    "The inverter counts generation as positive, which is turned: generation is negative active_power and counts in active_energy_export. Its smart meter answers on a unit of its own: fronius-smart-meter.",
  unit: 1,
  request: { timeoutMs: 3_000 },
  manufacturer: "^Fronius",
} as const satisfies SunSpecProfile;
