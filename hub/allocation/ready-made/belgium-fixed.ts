import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const belgiumFixed = {
  id: "belgium-fixed",
  country: "Belgium",
  scheme: "partage d'énergie, clé fixe",
  source: "CWaPE and BRUGEL, clés de répartition: fixed key, one round",
  remark: "Replace the even shares by the ones agreed.",
  policyFor: (members) => ({
    name: "belgium fixed",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
