import { evenShares, type ReadyMadePolicy } from "./ready-made-policy.ts";

export const germanyConstant = {
  id: "germany-constant",
  country: "Germany",
  scheme: "gemeinschaftliche Gebäudeversorgung, konstanter Schlüssel",
  source: "EnWG section 42b (5); BDEW, Anwendungshilfe Aufteilungsschlüssel: fixed shares",
  remark: "Replace the even shares by the ones agreed.",
  policyFor: (members) => ({
    name: "germany constant",
    tiers: [{ weight: { kind: "fixed", shares: evenShares(members) } }],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
