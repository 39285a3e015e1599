import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const germanyCascading = {
  id: "germany-cascading",
  country: "Germany",
  scheme: "konstanter Schlüssel, kaskadiert",
  source: "BDEW, Anwendungshilfe Aufteilungsschlüssel: what one cannot use goes to the others by the same key",
  remark: "Replace the even shares by the ones agreed.",
  policyFor: (members) => ({
    name: "germany cascading",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) }, rounds: "until_exhausted" }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
