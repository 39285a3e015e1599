import type { AccountId } from "../../ledger/account.ts";
import type { AccountLine, BookPages } from "../../ledger/book-pages.ts";
import type { BookedEntry } from "../../ledger/entry-store.ts";
import type { KeptLine } from "../../ledger/ledger.ts";
import { type LedgerUnit, MWH } from "../../ledger/ledger-unit.ts";
import { type BookedMovement, dueOf, holdResolvedBy, postingsOf } from "../../ledger/movement.ts";
import type { KeptRefusal } from "../../ledger/refusal.ts";
import { NO_TOTALS } from "../../ledger/running-totals.ts";
import { EpochMs } from "../../units.ts";

/** One entry in memory, of either kind, with the lines it added. */
export interface MemoryRecord {
  readonly booked_ms: EpochMs;
  readonly day: BookedEntry | undefined;
  readonly movement: BookedMovement | undefined;
  readonly lines: readonly KeptLine[];
}

/** Books in memory, for tests: what an entry store and a ledger share. */
export interface MemoryBooks extends BookPages {
  readonly records: MemoryRecord[];
  readonly units: Map<string, LedgerUnit>;
  addDay(booked: BookedEntry, at: EpochMs, lines: readonly AccountLine[]): void;
  linesIn(account: AccountId, unit: string): readonly KeptLine[];
  /** @returns to take back what was added since */
  mark(): () => void;
}

export function memoryBooks(): MemoryBooks {
  const records: MemoryRecord[] = [];
  const units = new Map<string, LedgerUnit>();
  const refusals = new Map<string, KeptRefusal>();
  const movements = () => records.flatMap(({ movement }) => movement ?? []);
  const linesIn = (account: AccountId, unit: string) =>
    records.flatMap(({ lines }) => lines.filter((line) => line.account === account && line.unit === unit));
  const newestAt = () => EpochMs(records.reduce((newest, { booked_ms }) => Math.max(newest, booked_ms), 0));
  const resolutionOf = (hold: string) => movements().find(({ said }) => holdResolvedBy(said) === hold);
  const datedAt = (at: EpochMs, lines: readonly AccountLine[]) => lines.map((line) => ({ ...line, at_ms: at }));
  return {
    records,
    units,
    linesIn,
    newestAt,
    resolutionOf,
    movement: (id) => movements().find(({ said }) => said.id === id),
    postingsOf(id) {
      const found = records.find(({ day, movement }) => (day?.entry.id ?? movement?.said.id) === id);
      if (found?.movement !== undefined) return postingsOf(found.movement);
      return found?.day?.entry.postings.map(({ account, amount_mwh }) => ({
        account,
        unit: MWH.name,
        amount: amount_mwh,
      }));
    },
    correctionsOf: (id) => movements().filter(({ said }) => said.kind === "correction" && said.corrects === id),
    holdsDue(until) {
      const isDue = (due: number) => due > newestAt() && due <= until;
      return movements()
        .filter((hold) => isDue(dueOf(hold) ?? Number.POSITIVE_INFINITY) && resolutionOf(hold.said.id) === undefined)
        .sort((a, b) => (dueOf(a) ?? 0) - (dueOf(b) ?? 0));
    },
    refusal: (id) => refusals.get(id),
    unit: (name) => units.get(name),
    totals: (account, unit) => linesIn(account, unit).at(-1) ?? NO_TOTALS,
    totalsAt: (account, unit, at) =>
      linesIn(account, unit)
        .filter(({ at_ms }) => at_ms <= at)
        .at(-1) ?? NO_TOTALS,
    tradesSince(account, unit, since) {
      const net = new Map<AccountId, number>();
      for (const { at_ms, counterparty, amount } of linesIn(account, unit)) {
        if (at_ms > since && counterparty !== undefined) net.set(counterparty, (net.get(counterparty) ?? 0) + amount);
      }
      return net;
    },
    addMovement(movement, lines) {
      const { booked_ms } = movement;
      records.push({ booked_ms, movement, day: undefined, lines: datedAt(booked_ms, lines) });
    },
    addDay(day, at, lines) {
      records.push({ booked_ms: day.entry.booked_ms, day, movement: undefined, lines: datedAt(at, lines) });
    },
    addRefusal(refusal) {
      refusals.set(refusal.id, refusal);
    },
    mark() {
      const [count, burnt] = [records.length, new Set(refusals.keys())];
      return () => {
        records.length = count;
        for (const id of refusals.keys()) if (!burnt.has(id)) refusals.delete(id);
      };
    },
  };
}
