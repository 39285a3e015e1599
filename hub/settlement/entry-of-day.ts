import type { AccountId } from "../ledger/account.ts";
import { type Entry, netOfEntries, toPostings } from "../ledger/entry.ts";
import { EpochMs } from "../units.ts";
import type { DayCells } from "./day-cells.ts";
import { amountsOfDay } from "./day-postings.ts";
import { ENGINE } from "./share-day.ts";

/** What a day's cells book beyond all that stands, by account. Pure. */
export function differenceTo(booked: readonly Entry[], cells: DayCells): Map<AccountId, number> {
  const amounts = amountsOfDay(cells);
  for (const [account, standing] of netOfEntries(booked)) amounts.set(account, (amounts.get(account) ?? 0) - standing);
  return amounts;
}

/** The day's first entry, or the correction that books the difference to all that stands. Pure. */
export function entryOfDay(input: {
  readonly cells: DayCells;
  readonly cells_sha256: string;
  readonly booked: readonly Entry[];
  readonly now: EpochMs;
}): Entry {
  const { cells, cells_sha256, booked, now } = input;
  const amounts = differenceTo(booked, cells);
  const last = booked.at(-1);
  return {
    id: `${cells.day}.${booked.length + 1}`,
    day: cells.day,
    kind: last === undefined ? "settlement" : "correction",
    corrects: last?.id ?? null,
    from_ms: EpochMs(cells.from_ms),
    to_ms: EpochMs(cells.to_ms),
    booked_ms: now,
    community_version: cells.community_version,
    cells_sha256,
    engine: ENGINE,
    postings: toPostings(amounts),
  };
}
