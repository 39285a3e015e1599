import type { ModelDefinition } from "./model-definition.ts";

/** What the inverter can give for good, W (SunSpec model definition 120); read once and no series. */
export const nameplate = {
  id: 120,
  name: "nameplate",
  length: 26,
  points: { active_power: { offset: 3, encoding: "uint16", unit: "W", kind: "gauge", scaleOffset: 4 } },
} as const satisfies ModelDefinition;
