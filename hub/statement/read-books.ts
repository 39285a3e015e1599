import { breathe } from "../breathe.ts";
import { HubError } from "../errors.ts";
import type { AccountId } from "../ledger/account.ts";
import type { Entry } from "../ledger/entry.ts";
import type { BookRecord, Ledger } from "../ledger/ledger.ts";
import { Amount, type UnitName } from "../ledger/ledger-unit.ts";
import { type BookedMovement, postingsOf, type UnitPosting } from "../ledger/movement.ts";
import { type LocalDay, localDayOf, type TimeZone } from "../time-zone.ts";
import { postingsOfEntry } from "./member-accounts.ts";
import { countedOn, type Period } from "./period.ts";

/** Records read at a time; between two pages the hub does other things. A day of 1,000 members has 1,022 postings. */
const PAGE_RECORDS = 25;

/** Amounts by account and unit, in whole smallest steps. */
export type Totals = ReadonlyMap<AccountId, ReadonlyMap<UnitName, number>>;

/** Something booked, on the day it counts on. */
export interface CountedRecord {
  readonly on: LocalDay;
  readonly id: string;
  readonly booked_ms: number;
  readonly digest: string;
  /** What was booked for good; none for a hold and its end. */
  readonly postings: readonly UnitPosting[];
  /** One of the two. */
  readonly entry: Entry | undefined;
  readonly movement: BookedMovement | undefined;
}

export interface PeriodOfBooks {
  /** What stood before the period. */
  readonly opening: Totals;
  /** What counts in it, in the order it counts. */
  readonly records: readonly CountedRecord[];
}

/**
 * What stood before a period, and all that counts in it: days as `countedOn` says, everything else on the local day it
 * was booked.
 * @throws HubError STORE_FAILED for a record that cannot be read: no balance after it would be true
 */
export async function readPeriod(
  ledger: Pick<Ledger, "records">,
  zone: TimeZone,
  { first, last }: Period,
): Promise<PeriodOfBooks> {
  const opening = new Map<AccountId, Map<UnitName, number>>();
  const records: CountedRecord[] = [];
  let page: readonly BookRecord[] = [];
  do {
    page = await ledger.records({ after: page.at(-1)?.seq ?? 0, limit: PAGE_RECORDS });
    for (const record of page.map((each) => countRecord(each, zone))) {
      if (record.on > last) continue;
      if (record.on >= first) records.push(record);
      else for (const posting of record.postings) addPosting(opening, posting);
    }
    // Years of books are read for one statement; the readings that arrive meanwhile are not to wait for it.
    await breathe();
  } while (page.length === PAGE_RECORDS);
  return { opening, records: records.toSorted((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0)) };
}

/** Add one line to running totals. */
export function addPosting(
  totals: Map<AccountId, Map<UnitName, number>>,
  { account, unit, amount }: UnitPosting,
): void {
  const units = totals.get(account) ?? new Map<UnitName, number>();
  units.set(unit, Amount((units.get(unit) ?? 0) + amount));
  totals.set(account, units);
}

function countRecord({ id, booked_ms, digest, entry, movement }: BookRecord, zone: TimeZone): CountedRecord {
  const same = { id, booked_ms, digest, entry, movement };
  if (entry !== undefined) return { ...same, on: countedOn(zone, entry), postings: postingsOfEntry(entry) };
  if (movement !== undefined) return { ...same, on: localDayOf(zone, booked_ms), postings: postingsOf(movement) };
  throw new HubError("STORE_FAILED", `the entry ${id} of the books cannot be read, so no balance after it is known`, {
    remedy: "Run millrace verify, which names what is damaged, and put back books.db from a backup.",
  });
}
