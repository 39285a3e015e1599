import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const germanyVariable = {
  id: "germany-variable",
  country: "Germany",
  scheme: "gemeinschaftliche Gebäudeversorgung, variabler Schlüssel",
  source: "EnWG section 42b; BDEW, Anwendungshilfe Aufteilungsschlüssel: by consumption in each quarter-hour",
  policyFor: () => ({ name: "germany variable", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_producer" }),
} as const satisfies ReadyMadePolicy;
