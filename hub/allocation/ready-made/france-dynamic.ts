import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const franceDynamic = {
  id: "france-dynamic",
  country: "France",
  scheme: "autoconsommation collective, clé dynamique",
  source:
    "Code de l'énergie, art. D315-6; Enedis: coefficients dynamiques transmis par la personne morale organisatrice",
  remark: 'Coefficients named "enedis" must arrive for each interval.',
  policyFor: () => ({
    name: "france dynamic",
    tiers: [{ weight: { kind: "external", coefficients: "enedis" } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
