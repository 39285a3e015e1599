import type { SunSpecProfile } from "./device-profile.ts";

export const sunspec = {
  protocol: "sunspec",
  name: "sunspec",
  vendor: "any",
  model: "any device that lists SunSpec models",
  kind: "inverter",
  source:
    "The SunSpec models (sunspec/models) and how pysunspec2 walks them. A device of a vendor that has a profile of its own here is better read with that. SMA inverters answer on unit 126.",
  direction:
    "Inverter models count generation as positive, which is turned; meter models count import as positive, and a device that does otherwise is to be turned when it is added.",
  unit: 1,
  request: { timeoutMs: 3_000 },
} as const satisfies SunSpecProfile;
