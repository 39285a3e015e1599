import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const italyCer = {
  id: "italy-cer",
  country: "Italy",
  scheme: "comunità energetica rinnovabile",
  source:
    "Decreto legislativo 199/2021; ARERA 727/2022 (TIAD): the lesser of injected and withdrawn each hour, plants by date of commissioning",
  remark:
    "List the plants by date of commissioning, the oldest first; the incentive is money and divided in whole cents.",
  policyFor: (_members, plants) => ({
    name: "italy cer",
    tiers: [{ weight: { kind: "consumption" } }],
    surplus: "to_producer",
    producers: { kind: "by_order", order: [...plants] },
  }),
} as const satisfies ReadyMadePolicy;
