import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const austriaDynamic = {
  id: "austria-dynamic",
  country: "Austria",
  scheme: "dynamische Aufteilung",
  source: "ElWOG 2010, sections 16a and 16e: dynamic, by consumption in each quarter-hour",
  policyFor: () => ({ name: "austria dynamic", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_producer" }),
} as const satisfies ReadyMadePolicy;
