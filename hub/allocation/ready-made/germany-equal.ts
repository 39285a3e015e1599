import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const germanyEqual = {
  id: "germany-equal",
  country: "Germany",
  scheme: "gemeinschaftliche Gebäudeversorgung, ohne Vereinbarung",
  source: "EnWG section 42b (5): in doubt, equal parts for all who take part",
  policyFor: () => ({ name: "germany equal", tiers: [{ weight: { kind: "equal" } }], surplus: "to_producer" }),
} as const satisfies ReadyMadePolicy;
