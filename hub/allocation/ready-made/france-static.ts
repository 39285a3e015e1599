import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const franceStatic = {
  id: "france-static",
  country: "France",
  scheme: "autoconsommation collective, clé statique",
  source: "Code de l'énergie, art. D315-6; Enedis: coefficients statiques",
  remark: "Replace the even shares by the ones agreed.",
  policyFor: (members) => ({
    name: "france static",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
