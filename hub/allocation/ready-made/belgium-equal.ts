import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const belgiumEqual = {
  id: "belgium-equal",
  country: "Belgium (Wallonia)",
  scheme: "partage d'énergie, clé égale",
  source: "CWaPE, clés de répartition: equal parts for all members, one round",
  policyFor: () => ({ name: "belgium equal", tiers: [{ weight: { kind: "equal" } }], surplus: "to_producer" }),
} as const satisfies ReadyMadePolicy;
