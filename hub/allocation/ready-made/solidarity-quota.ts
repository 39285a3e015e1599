import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const solidarityQuota = {
  id: "solidarity-quota",
  country: "any",
  scheme: "solidarity quota",
  source: "A rule that communities choose: the first 3 kWh of a day for everybody, then by consumption",
  remark: "Set the quota that was agreed.",
  policyFor: () => ({
    name: "solidarity quota",
    tiers: [
      {
        weight: { kind: "equal" },
        cap: { kind: "demand_and_quota", quota_mwh: 3_000_000, per: "day" },
        rounds: "until_exhausted",
      },
      { weight: { kind: "consumption" } },
    ],
    surplus: "to_grid",
  }),
} as const satisfies ReadyMadePolicy;
