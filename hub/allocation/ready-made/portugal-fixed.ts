import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const portugalFixed = {
  id: "portugal-fixed",
  country: "Portugal",
  scheme: "autoconsumo coletivo, coeficientes fixos",
  source: "Regulamento do Autoconsumo do Setor Elétrico (ERSE, Regulamento 815/2023): fixed coefficients",
  remark: "Replace the even shares by the ones agreed.",
  policyFor: (members) => ({
    name: "portugal fixed",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
