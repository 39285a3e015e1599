import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const franceDefault = {
  id: "france-default",
  country: "France",
  scheme: "autoconsommation collective, clé par défaut",
  source: "Code de l'énergie, art. D315-6; Enedis, modalités de traitement des flux: répartition dynamique par défaut",
  policyFor: () => ({ name: "france default", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_producer" }),
} as const satisfies ReadyMadePolicy;
