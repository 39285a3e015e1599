import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const belgiumRounds = {
  id: "belgium-rounds",
  country: "Belgium",
  scheme: "partage d'énergie, clé fixe en plusieurs tours",
  source: "CWaPE and BRUGEL, clés de répartition: fixed key, what is left offered again in further rounds",
  remark: "Replace the even shares by the ones agreed, and say how many rounds.",
  policyFor: (members) => ({
    name: "belgium rounds",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) }, rounds: 3 }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
