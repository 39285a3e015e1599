import type { SunSpecProfile } from "./device-profile.ts";

export const froniusSmartMeter = {
  protocol: "sunspec",
  name: "fronius-smart-meter",
  vendor: "Fronius",
  model: "Smart Meter behind a Fronius inverter",
  kind: "meter",
  source:
    "evcc (fronius-gen24): meter models 201 to 204 or 211 to 214 on unit 200 of the inverter's own address; older Datamanagers have it on unit 240. Not tried on a device of ours.",
  direction:
    "At the point of feeding in, positive power is import; a meter in the consumption branch says so in the inverter's settings and counts otherwise.",
  unit: 200,
  request: { timeoutMs: 3_000 },
  manufacturer: "^Fronius",
} as const satisfies SunSpecProfile;
