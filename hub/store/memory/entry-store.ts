import { HubError } from "../../errors.ts";
import { checkEntry, digestOfEntry, netOfEntries } from "../../ledger/entry.ts";
import type { BookedEntry, EntryStore } from "../../ledger/entry-store.ts";
import { EpochMs, MilliWattHours } from "../../units.ts";

/** Entries in memory, for tests. */
export function memoryEntryStore(): EntryStore {
  const booked: BookedEntry[] = [];
  return {
    async append(entry) {
      checkEntry(entry);
      const digest = digestOfEntry(entry);
      const known = booked.find((one) => one.entry.id === entry.id);
      if (known?.digest === digest) return "exists";
      if (known !== undefined) {
        throw new HubError("ENTRY_CONFLICT", `entry ${entry.id} is booked already with other content`, {
          retryable: true,
          remedy: "Settle again.",
        });
      }
      booked.push({ entry, digest });
      return "created";
    },
    async ofDay(day) {
      return booked.filter(({ entry }) => entry.day === day);
    },
    async byId(id) {
      return booked.find(({ entry }) => entry.id === id);
    },
    async days() {
      return [...new Set(booked.map(({ entry }) => entry.day))].sort();
    },
    async newest(limit) {
      return booked
        .slice(-limit)
        .reverse()
        .map(({ entry }) => entry);
    },
    async balances(at = EpochMs(Number.MAX_SAFE_INTEGER)) {
      const entries = booked.map(({ entry }) => entry).filter(({ booked_ms }) => booked_ms <= at);
      return [...netOfEntries(entries)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([account, amount]) => ({ account, balance_mwh: MilliWattHours(amount) }));
    },
  };
}
