import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const usVirtualNetMetering = {
  id: "us-virtual-net-metering",
  country: "United States",
  scheme: "virtual net metering",
  source:
    "State tariffs such as California Schedule NEM2V and New York Community DG: own use at the host first, fixed shares, monthly",
  remark: "Replace the even shares by the ones agreed; share out whole months.",
  policyFor: (members) => ({
    name: "us virtual net metering",
    own_use: "site_netting",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) }, cap: { kind: "none" } }],
    surplus: "bank_as_credit",
    credit: { expires_after_months: 12, order: "oldest_first" },
  }),
} as const satisfies ReadyMadePolicy;
