import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const austriaStatic = {
  id: "austria-static",
  country: "Austria",
  scheme: "statische Aufteilung",
  source: "ElWOG 2010, sections 16a and 16e: static share of each member",
  remark: "Replace the even shares by the ones agreed.",
  policyFor: (members) => ({
    name: "austria static",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
