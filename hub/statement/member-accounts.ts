import { type AccountId, type AccountKind, accountParts, accounts } from "../ledger/account.ts";
import type { Entry } from "../ledger/entry.ts";
import { MWH } from "../ledger/ledger-unit.ts";
import type { UnitPosting } from "../ledger/movement.ts";

/** The accounts a member's statement shows, in this order; a new kind of account is one line here. */
export const memberAccounts = {
  memberUsed: accounts.memberUsed,
  memberOwn: accounts.memberOwn,
  memberCredit: accounts.memberCredit,
} as const satisfies Partial<Record<AccountKind, (member: string) => AccountId>>;

export type MemberAccountKind = keyof typeof memberAccounts;

/** Accounts that stand in a statement even while nothing was ever booked on them. */
export const alwaysShown: readonly MemberAccountKind[] = ["memberUsed"];

/** Which of its accounts a name is to this member; undefined when it is none. */
export function memberAccountKind(account: AccountId, member: string): MemberAccountKind | undefined {
  const kinds = Object.keys(memberAccounts) as MemberAccountKind[];
  const parts = accountParts(account);
  return parts?.owner === member ? kinds.find((kind) => kind === parts.kind) : undefined;
}

/** What an entry books for good, in the form of all movements. */
export function postingsOfEntry({ postings }: Entry): readonly UnitPosting[] {
  return postings.map(({ account, amount_mwh }) => ({ account, unit: MWH.name, amount: amount_mwh }));
}
