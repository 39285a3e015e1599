import { HubError } from "../../errors.ts";
import type { AccountId } from "../../ledger/account.ts";
import { expireHolds } from "../../ledger/book-movements.ts";
import { linesOf } from "../../ledger/book-pages.ts";
import { checkEntry, digestOfEntry, effectsOfEntry } from "../../ledger/entry.ts";
import type { EntryStore } from "../../ledger/entry-store.ts";
import { MWH } from "../../ledger/ledger-unit.ts";
import { postedBalance } from "../../ledger/running-totals.ts";
import { EpochMs, MilliWattHours } from "../../units.ts";
import { type MemoryBooks, memoryBooks } from "./books.ts";

/** Entries of days in memory, for tests. */
export function memoryEntryStore(books: MemoryBooks = memoryBooks()): EntryStore {
  const booked = () => books.records.flatMap(({ day }) => day ?? []);
  return {
    async append(entry) {
      checkEntry(entry);
      const digest = digestOfEntry(entry);
      const known = booked().find((one) => one.entry.id === entry.id);
      if (known?.digest === digest) return "exists";
      if (known !== undefined) {
        throw new HubError("ENTRY_CONFLICT", `entry ${entry.id} is booked already with other content`, {
          retryable: true,
          remedy: "Settle again.",
        });
      }
      const at = EpochMs(Math.max(entry.booked_ms, books.newestAt()));
      expireHolds(books, at);
      books.addDay({ entry, digest }, at, linesOf(effectsOfEntry(entry), books));
      return "created";
    },
    async ofDay(day) {
      return booked().filter(({ entry }) => entry.day === day);
    },
    async byId(id) {
      return booked().find(({ entry }) => entry.id === id);
    },
    async days() {
      return [...new Set(booked().map(({ entry }) => entry.day))].sort();
    },
    async newest(limit) {
      return booked()
        .slice(-limit)
        .reverse()
        .map(({ entry }) => entry);
    },
    async balances(at = EpochMs(Number.MAX_SAFE_INTEGER)) {
      const lines = books.records.flatMap((record) => record.lines);
      const newest = new Map<AccountId, MilliWattHours>();
      for (const line of lines) {
        if (line.unit === MWH.name && line.at_ms <= at) newest.set(line.account, MilliWattHours(postedBalance(line)));
      }
      return [...newest]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([account, balance_mwh]) => ({ account, balance_mwh }));
    },
  };
}
