import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const brazilScee = {
  id: "brazil-scee",
  country: "Brazil",
  scheme: "Sistema de Compensação de Energia Elétrica",
  source:
    "Lei 14.300/2022 and ANEEL Resolução Normativa 1.000/2021: fixed percentages, credit for 60 months, oldest first",
  remark: "Replace the even shares by the ones agreed; share out whole months.",
  policyFor: (members) => ({
    name: "brazil scee",
    own_use: "site_netting",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) }, cap: { kind: "none" } }],
    surplus: "bank_as_credit",
    credit: { expires_after_months: 60, order: "oldest_first" },
  }),
} as const satisfies ReadyMadePolicy;
