import { sha256Hex } from "../../canonical-json.ts";
import { holdStateAt, limitAsOf, toBalance, totalsAsOf } from "../../ledger/account-balance.ts";
import { BrokenChain, bookChain, tellBrokenChain } from "../../ledger/book-chain.ts";
import { bookMovements, expireHolds } from "../../ledger/book-movements.ts";
import { textOfEntry } from "../../ledger/entry.ts";
import type { BookedEntry } from "../../ledger/entry-store.ts";
import { checkBatch, type Ledger, type StatementLine, type UnitAccount } from "../../ledger/ledger.ts";
import { Amount, builtInUnits, communityUnit, unitConflict } from "../../ledger/ledger-unit.ts";
import { documentOf } from "../../ledger/movement.ts";
import { EpochMs } from "../../units.ts";
import { type MemoryBooks, type MemoryRecord, memoryBooks } from "./books.ts";

/** The ledger in memory, for tests. */
export function memoryLedger(books: MemoryBooks = memoryBooks()): Ledger {
  const accountsUpTo = (at: EpochMs): readonly UnitAccount[] => {
    const lines = books.records.flatMap((record) => record.lines).filter(({ at_ms }) => at_ms <= at);
    const found = new Map(lines.map(({ account, unit }) => [`${account} ${unit}`, { account, unit }]));
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
  };
  return {
    async append(movements, moment) {
      checkBatch(movements);
      return bookMovements(movements, books, moment);
    },
    async appendChain(movements, moment) {
      checkBatch(movements);
      const undo = books.mark();
      try {
        return bookChain(movements, books, moment);
      } catch (cause) {
        undo();
        if (cause instanceof BrokenChain) return tellBrokenChain(movements, cause, books, moment);
        throw cause;
      }
    },
    async expireHolds(now) {
      return expireHolds(books, now);
    },
    async declareUnit({ name, decimals }) {
      const unit = communityUnit(name, decimals);
      const known = books.unit(name);
      if (known?.decimals === decimals) return "exists";
      if (known !== undefined) throw unitConflict(unit, known);
      books.units.set(name, unit);
      return "created";
    },
    async units() {
      return [...builtInUnits, ...[...books.units.values()].sort((a, b) => (a.name < b.name ? -1 : 1))];
    },
    async movement(id) {
      return books.movement(id);
    },
    async refusal(id) {
      return books.refusal(id);
    },
    async holdState(id, at) {
      return holdStateAt(id, at, books);
    },
    async balance(of, at) {
      return toBalance(of, at === undefined ? books.totals(of.account, of.unit) : totalsAsOf(of, at, books));
    },
    async limit(of, moment) {
      return limitAsOf(of, books, moment);
    },
    async balances(at) {
      const those = accountsUpTo(at ?? EpochMs(Number.MAX_SAFE_INTEGER));
      return those.map((of) =>
        toBalance(of, at === undefined ? books.totals(of.account, of.unit) : totalsAsOf(of, at, books)),
      );
    },
    async turnover({ account, unit }, { from, to }) {
      const lines = books.linesIn(account, unit).filter(({ at_ms }) => at_ms >= from && at_ms < to);
      const sum = (sign: 1 | -1) => lines.reduce((total, { amount }) => total + Math.max(0, sign * amount), 0);
      return { in: Amount(sum(1)), out: Amount(sum(-1)) };
    },
    async lines(of, { from, to }, { limit, after = 0 }) {
      return books.records
        .flatMap((record, index) => statementLinesOf(of, record, index + 1))
        .filter(({ at_ms, seq }) => at_ms >= from && at_ms < to && seq > after)
        .slice(0, limit);
    },
    async records({ after, limit }) {
      return books.records.slice(after, after + limit).map((record, index) => {
        const { booked_ms, day, movement } = record;
        const text = movement === undefined ? textOf(day) : documentOf(movement);
        const kept = { id: idOf(record), booked_ms, text, digest: sha256Hex(text), entry: day?.entry, movement };
        return { seq: after + index + 1, ...kept, isFiledRightly: true };
      });
    },
    async linesOf(seq) {
      const place = ({ account, unit }: UnitAccount) => `${account} ${unit}`;
      return [...(books.records[seq - 1]?.lines ?? [])].sort((a, b) => (place(a) < place(b) ? -1 : 1));
    },
    async countLines() {
      return books.records.reduce((count, { lines }) => count + lines.length, 0);
    },
    async keptAside() {
      return [...books.units.keys()].map((name) => ({ name: `unit ${name}`, isUntouched: true }));
    },
  };
}

function textOf(day: BookedEntry | undefined): string {
  return day === undefined ? "" : textOfEntry(day.entry);
}

function idOf({ day, movement }: MemoryRecord): string {
  return movement?.said.id ?? day?.entry.id ?? "";
}

function statementLinesOf({ account, unit }: UnitAccount, record: MemoryRecord, seq: number): readonly StatementLine[] {
  const kind = record.movement?.said.kind ?? record.day?.entry.kind ?? "settlement";
  return record.lines
    .filter((line) => line.account === account && line.unit === unit)
    .map((line) => {
      const { at_ms, amount, counterparty } = line;
      return { ...toBalance(line, line), entry: idOf(record), seq, at_ms, kind, amount: Amount(amount), counterparty };
    });
}
