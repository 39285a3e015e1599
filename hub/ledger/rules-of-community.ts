import type { Community } from "../members/community.ts";
import type { LedgerRules } from "./spending-limit.ts";

/** What a community's document says to whoever books; undefined before there is one: nobody has an account then. */
export function rulesOfCommunity(community: Community | undefined): LedgerRules {
  return { limits: community?.ledger?.limits ?? [], members: new Set(community?.members.map(({ id }) => id)) };
}
