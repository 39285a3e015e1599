import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const portugalHierarchical = {
  id: "portugal-hierarchical",
  country: "Portugal",
  scheme: "autoconsumo coletivo, partilha hierárquica",
  source:
    "Regulamento do Autoconsumo do Setor Elétrico (ERSE, Regulamento 815/2023): hierarchical sharing by groups in order",
  remark: "Give each member a rank; members of one rank share equally.",
  policyFor: (members) => ({
    name: "portugal hierarchical",
    tiers: [
      { weight: { kind: "priority", ranks: Object.fromEntries(members.map((member, index) => [member, index + 1])) } },
    ],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
