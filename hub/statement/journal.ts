import { type AccountId, accountParts } from "../ledger/account.ts";
import type { LedgerUnit } from "../ledger/ledger-unit.ts";
import type { UnitPosting } from "../ledger/movement.ts";
import type { Community } from "../members/community.ts";
import type { LocalDay } from "../time-zone.ts";
import { memberAccountKind } from "./member-accounts.ts";
import type { Period } from "./period.ts";
import type { CountedRecord, PeriodOfBooks } from "./read-books.ts";

/** Whose accounts a journal shows. */
export type JournalScope =
  | { readonly kind: "community" }
  | { readonly kind: "member"; readonly member: string }
  | { readonly kind: "plant"; readonly plant: string };

export interface JournalTransaction {
  /** The day it counts on. */
  readonly date: LocalDay;
  readonly id: string;
  /** `settlement of 2026-06-13`, `transfer: gift`. */
  readonly what: string;
  readonly corrects: string | null;
  readonly booked_ms: number;
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
  /** Units that amounts can be in. */
  readonly units: readonly LedgerUnit[];
  readonly opening: readonly UnitPosting[];
  readonly transactions: readonly JournalTransaction[];
}

/** What a member or plant may see of the books, or all of them. What does not touch a shown account is left out. Pure. */
export function makeJournal(input: {
  readonly scope: JournalScope;
  readonly period: Period;
  readonly community: Pick<Community, "name" | "time_zone">;
  readonly units: readonly LedgerUnit[];
  readonly books: PeriodOfBooks;
}): Journal {
  const { scope, period, community, units, books } = input;
  const isShown = shownBy(scope);
  return {
    community: community.name,
    time_zone: community.time_zone,
    scope,
    period,
    units,
    opening: [...books.opening]
      .filter(([account]) => isShown(account))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([account, amounts]) => [...amounts].map(([unit, amount]) => ({ account, unit, amount })))
      .filter(({ amount }) => amount !== 0),
    transactions: books.records.flatMap((record): readonly JournalTransaction[] => {
      const { on, id, booked_ms, digest } = record;
      const postings = record.postings.filter(({ account }) => isShown(account));
      return postings.length === 0 ? [] : [{ date: on, id, ...describe(record), booked_ms, digest, postings }];
    }),
  };
}

function describe({ entry, movement }: CountedRecord): Pick<JournalTransaction, "what" | "corrects"> {
  if (entry !== undefined) return { what: `${entry.kind} of ${entry.day}`, corrects: entry.corrects };
  const said = movement?.said;
  const what = said === undefined ? "" : `${said.kind}: ${said.reason}`;
  return { what, corrects: said?.kind === "correction" ? said.corrects : null };
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
