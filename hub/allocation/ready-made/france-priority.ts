import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const francePriority = {
  id: "france-priority",
  country: "France",
  scheme: "autoconsommation collective, clé par priorité",
  source: "Enedis: répartition par priorité, proposed to communities by organisers of operations",
  remark: "Give each member a rank; members of one rank share equally.",
  policyFor: (members) => ({
    name: "france priority",
    tiers: [
      { weight: { kind: "priority", ranks: Object.fromEntries(members.map((member, index) => [member, index + 1])) } },
    ],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
