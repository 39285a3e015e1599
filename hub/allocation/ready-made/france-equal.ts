import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const franceEqual = {
  id: "france-equal",
  country: "France",
  scheme: "parts égales, en plusieurs tours",
  source: "Enedis: répartition à parts égales, what one cannot use is offered again",
  policyFor: () => ({
    name: "france equal",
    tiers: [{ weight: { kind: "equal" }, rounds: "until_exhausted" }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
