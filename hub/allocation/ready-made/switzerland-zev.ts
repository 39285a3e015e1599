import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const switzerlandZev = {
  id: "switzerland-zev",
  country: "Switzerland",
  scheme: "ZEV and vZEV",
  source: "Energiegesetz, art. 17 and 18; Energieverordnung, art. 14 to 18: by consumption in each quarter-hour",
  policyFor: () => ({ name: "switzerland zev", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_producer" }),
} as const satisfies ReadyMadePolicy;
