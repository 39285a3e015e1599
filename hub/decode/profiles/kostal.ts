import type { SunSpecProfile } from "./device-profile.ts";

export const kostal = {
  protocol: "sunspec",
  name: "kostal",
  vendor: "KOSTAL",
  model: "PLENTICORE, PIKO IQ",
  kind: "hybrid",
  source:
    "evcc (kostal-plenticore) for port 1502, unit 71 and models 103, 160 and 802; mbmd for accumulators that come with their sign turned. Not tried on a device of ours.",
  direction:
    "The inverter counts generation as positive, which is turned: generation is negative active_power and counts in active_energy_export.",
  unit: 71,
  port: 1_502,
  request: { timeoutMs: 3_000 },
  manufacturer: "^KOSTAL",
  hasNegativeAccumulators: true,
} as const satisfies SunSpecProfile;
