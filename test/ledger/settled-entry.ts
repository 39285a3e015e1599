import type { AccountId } from "../../hub/ledger/account.ts";
import { type Entry, toPostings } from "../../hub/ledger/entry.ts";
import { EpochMs } from "../../hub/units.ts";

/** The entry of a settled day, booked at 1000 ms; its id begins with the day. Amounts in mWh by account. */
export function settledEntry(id: string, amounts: Readonly<Record<string, number>>, more: Partial<Entry> = {}): Entry {
  return {
    id,
    day: id.slice(0, 10),
    kind: "settlement",
    corrects: null,
    from_ms: EpochMs(0),
    to_ms: EpochMs(1),
    booked_ms: EpochMs(1000),
    community_version: "c",
    cells_sha256: "s",
    engine: "e",
    postings: toPostings(new Map(Object.entries(amounts) as [AccountId, number][])),
    ...more,
  };
}
