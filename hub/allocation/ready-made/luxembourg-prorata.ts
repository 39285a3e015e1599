import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const luxembourgProrata = {
  id: "luxembourg-prorata",
  country: "Luxembourg",
  scheme: "partage d'électricité, prorata",
  source: "Loi modifiée du 1er août 2007, art. 8quater; ILR: by consumption in each quarter-hour",
  policyFor: () => ({
    name: "luxembourg prorata",
    tiers: [{ weight: { kind: "consumption" } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
