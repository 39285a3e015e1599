import type { EpochMs, MilliWattHours } from "../units.ts";
import type { AccountId } from "./account.ts";
import type { Entry } from "./entry.ts";

export interface Balance {
  readonly account: AccountId;
  readonly balance_mwh: MilliWattHours;
}

/** An entry as it is kept, with the digest that was computed when it was booked. */
export interface BookedEntry {
  readonly entry: Entry;
  readonly digest: string;
}

/** Where entries are kept: append-only. */
export interface EntryStore {
  /**
   * All postings or none, on the disk when it resolves. The same id and content again: "exists", nothing changes.
   * @throws HubError ENTRY_UNBALANCED; ENTRY_CONFLICT for the same id with other content
   */
  append(entry: Entry): Promise<"created" | "exists">;
  /** The entries of one day, oldest first. */
  ofDay(day: string): Promise<readonly BookedEntry[]>;
  byId(id: string): Promise<BookedEntry | undefined>;
  /** Days with an entry, sorted. */
  days(): Promise<readonly string[]>;
  /** The newest entries, newest first. */
  newest(limit: number): Promise<readonly Entry[]>;
  /** Every account with an entry booked up to a moment (now when left out), sorted. */
  balances(at?: EpochMs): Promise<readonly Balance[]>;
}
