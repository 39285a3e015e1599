import { type AccountId, accountParts } from "../ledger/account.ts";
import type { BookedEntry } from "../ledger/entry-store.ts";
import { MWH } from "../ledger/ledger-unit.ts";
import type { UnitPosting } from "../ledger/movement.ts";
import type { Community } from "../members/community.ts";
import type { LocalDay } from "../time-zone.ts";
import type { EpochMs } from "../units.ts";
import { memberAccountKind, postingsOfEntry } from "./member-accounts.ts";
import { countedOn, type Period } from "./period.ts";

/** Whose accounts a journal shows. */
export type JournalScope =
  | { readonly kind: "community" }
  | { readonly kind: "member"; readonly member: string }
  | { readonly kind: "plant"; readonly plant: string };

export interface JournalTransaction {
  /** The day it counts on. */
  readonly date: LocalDay;
  readonly id: string;
  readonly kind: "settlement" | "correction";
  readonly corrects: string | null;
  /** The day it is about. */
  readonly day: LocalDay;
  readonly booked_ms: EpochMs;
  readonly digest: string;
  /** Lines of the accounts that are shown, sorted by account; they sum to zero only when all are shown. */
  readonly postings: readonly UnitPosting[];
}

/** Accounts over a period: what stood before, and what was booked. */
export interface Journal {
  readonly community: string;
  readonly time_zone: string;
  readonly scope: JournalScope;
  readonly period: Period;
  readonly opening: readonly UnitPosting[];
  readonly transactions: readonly JournalTransaction[];
}

/** What a member or plant may see of the books, or all of them. Entries that do not touch a shown account are left out. Pure. */
export function makeJournal(input: {
  readonly scope: JournalScope;
  readonly period: Period;
  readonly community: Pick<Community, "name" | "time_zone">;
  /** Before the period, mWh. */
  readonly opening: ReadonlyMap<AccountId, number>;
  readonly booked: readonly BookedEntry[];
}): Journal {
  const { scope, period, community, opening, booked } = input;
  const isShown = shownBy(scope);
  return {
    community: community.name,
    time_zone: community.time_zone,
    scope,
    period,
    opening: [...opening]
      .filter(([account, amount]) => amount !== 0 && isShown(account))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([account, amount]) => ({ account, unit: MWH.name, amount })),
    transactions: booked.flatMap(({ entry, digest }) => {
      const { id, kind, corrects, day, booked_ms } = entry;
      const postings = postingsOfEntry(entry).filter(({ account }) => isShown(account));
      const date = countedOn(community.time_zone, entry);
      return postings.length === 0 ? [] : [{ date, id, kind, corrects, day, booked_ms, digest, postings }];
    }),
  };
}

/** Which accounts a journal shows. */
export function shownBy(scope: JournalScope): (account: AccountId) => boolean {
  switch (scope.kind) {
    case "community":
      return () => true;
    case "member":
      return (account) => memberAccountKind(account, scope.member) !== undefined;
    case "plant":
      return (account) => {
        const parts = accountParts(account);
        return parts?.kind === "plant" && parts.owner === scope.plant;
      };
  }
}
