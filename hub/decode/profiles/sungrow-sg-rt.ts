import type { RegisterProfile } from "./device-profile.ts";
import { sungrowSg } from "./sungrow-sg.ts";

/** The SG series that counts its yield in 0.1 kWh too, and frequency in 0.01 Hz: ten times finer than the common registers. */
export const sungrowSgRt = {
  ...sungrowSg,
  name: "sungrow-sg-rt",
  model: "SG3.0RT to SG25RT",
  source:
    "The sources of sungrow-sg; the finer registers of yield (5144) and frequency (5148) stand in Sungrow's protocol for the RT series and were read from an SG12RT by the integration named there. Not tried on a device of ours.",
  points: {
    ...sungrowSg.points,
    active_energy_export: { at: 5_143, encoding: "uint32", unit: "kWh", step: 0.1, kind: "counter" }, // 5144
    frequency: { at: 5_147, encoding: "uint16", unit: "Hz", step: 0.01, kind: "gauge" }, // 5148
  },
} as const satisfies RegisterProfile;
