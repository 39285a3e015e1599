import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const ukEnergyLocal = {
  id: "uk-energy-local",
  country: "United Kingdom",
  scheme: "Energy Local Club",
  source: "Energy Local: equal parts among households that use power in the half-hour, until all is matched",
  policyFor: () => ({
    name: "uk energy local",
    tiers: [{ weight: { kind: "equal" }, base: "active", rounds: "until_exhausted" }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
