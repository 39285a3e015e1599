import type { ReadyMadePolicy } from "./ready-made-policy.ts";

export const luxembourgPriority = {
  id: "luxembourg-priority",
  country: "Luxembourg",
  scheme: "partage d'électricité, priorité",
  source: "Loi modifiée du 1er août 2007, art. 8quater; ILR: members in order of priority",
  remark: "Give each member a rank; members of one rank share equally.",
  policyFor: (members) => ({
    name: "luxembourg priority",
    tiers: [
      { weight: { kind: "priority", ranks: Object.fromEntries(members.map((member, index) => [member, index + 1])) } },
    ],
    surplus: "to_producer",
  }),
} as const satisfies ReadyMadePolicy;
