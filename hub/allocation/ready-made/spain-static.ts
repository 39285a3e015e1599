import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const spainStatic = {
  id: "spain-static",
  country: "Spain",
  scheme: "autoconsumo colectivo, coeficientes fijos",
  source: "Real Decreto 244/2019, annex I: constant coefficients; each share's surplus stays with its owner",
  remark: "Replace the even shares by the ones agreed; the distributor takes them with 6 decimals.",
  policyFor: (members) => ({
    name: "spain static",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) } }],
    surplus: "to_share_owner",
  }),
} as const satisfies ReadyMadePolicy;
