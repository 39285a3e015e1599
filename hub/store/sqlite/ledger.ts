import Database from "better-sqlite3";
import { canonicalJson, sha256Hex } from "../../canonical-json.ts";
import { HubError } from "../../errors.ts";
import { holdStateAt, limitAsOf, toBalance, totalsAsOf } from "../../ledger/account-balance.ts";
import { BrokenChain, bookChain, tellBrokenChain } from "../../ledger/book-chain.ts";
import { bookMovements, expireHolds } from "../../ledger/book-movements.ts";
import { checkBatch, type Ledger } from "../../ledger/ledger.ts";
import { Amount, builtInUnits, communityUnit, type LedgerUnit, unitConflict } from "../../ledger/ledger-unit.ts";
import type { Movement } from "../../ledger/movement.ts";
import { digestOfRefusal, type KeptRefusal } from "../../ledger/refusal.ts";
import type { BookingMoment } from "../../ledger/spending-limit.ts";
import { EpochMs } from "../../units.ts";
import { sqliteBookPages } from "./book-pages.ts";
import { readBalances } from "./read-balances.ts";
import { readRecords } from "./read-records.ts";

interface UnitRow {
  readonly name: string;
  readonly decimals: number;
  readonly said: string;
  readonly digest: string;
}

/**
 * The ledger in books.db.
 * @param db     as `openBooks` gives it
 * @param booked told of the document of each movement, within the transaction that books it
 */
export function sqliteLedger(db: Database.Database, booked: (text: string) => void = () => {}): Ledger {
  const sql = {
    units: db.prepare<[], UnitRow>("SELECT name, decimals, said, digest FROM ledger_unit ORDER BY name"),
    insertUnit: db.prepare("INSERT INTO ledger_unit (name, decimals, said, digest) VALUES (?, ?, ?, ?)"),
    refusals: db.prepare<[], KeptRefusal & { readonly digest: string }>("SELECT * FROM refused_movement ORDER BY id"),
  };
  const pages = sqliteBookPages(db, booked);
  const balances = readBalances(db);
  const records = readRecords(db);
  const append = db.transaction((movements: readonly Movement[], moment: BookingMoment) =>
    bookMovements(movements, pages, moment),
  ).immediate;
  const appendChain = db.transaction((movements: readonly Movement[], moment: BookingMoment) =>
    bookChain(movements, pages, moment),
  ).immediate;
  const tellBroken = db.transaction((movements: readonly Movement[], broken: BrokenChain, moment: BookingMoment) =>
    tellBrokenChain(movements, broken, pages, moment),
  ).immediate;
  const expire = db.transaction((now: EpochMs) => expireHolds(pages, now)).immediate;
  const declare = db.transaction((unit: LedgerUnit, said: string): "created" | "exists" => {
    const known = pages.unit(unit.name);
    if (known?.decimals === unit.decimals) return "exists";
    if (known !== undefined) throw unitConflict(unit, known);
    sql.insertUnit.run(unit.name, unit.decimals, said, digestOfUnit(unit.name, unit.decimals, said));
    return "created";
  }).immediate;

  return {
    ...records,
    async append(movements, moment) {
      checkBatch(movements);
      return storing(() => append(movements, moment));
    },
    async appendChain(movements, moment) {
      checkBatch(movements);
      return storing(() => {
        try {
          return appendChain(movements, moment);
        } catch (cause) {
          if (cause instanceof BrokenChain) return tellBroken(movements, cause, moment);
          throw cause;
        }
      });
    },
    async expireHolds(now) {
      return storing(() => expire(now));
    },
    async declareUnit(unit, { by, at }) {
      const { name, decimals } = communityUnit(unit.name, unit.decimals);
      return storing(() => declare(unit, canonicalJson({ name, decimals, by, at })));
    },
    async units() {
      return [...builtInUnits, ...sql.units.all().map(({ name, decimals }) => communityUnit(name, decimals))];
    },
    async movement(id) {
      return pages.movement(id);
    },
    async refusal(id) {
      return pages.refusal(id);
    },
    async holdState(id, at) {
      return holdStateAt(id, at, pages);
    },
    async balance(of, at) {
      const totals = at === undefined ? pages.totals(of.account, of.unit) : totalsAsOf(of, at, pages);
      return toBalance(of, totals);
    },
    async limit(of, moment) {
      return limitAsOf(of, pages, moment);
    },
    async balances(at) {
      const all = balances(at ?? EpochMs(Number.MAX_SAFE_INTEGER));
      // Ends of holds are counted in where some lie between the newest entry and the moment that was asked for.
      const hasEnded = at !== undefined && pages.holdsDue(at).length > 0;
      return all.map((one) => toBalance(one, hasEnded ? totalsAsOf(one, at, pages) : one.totals));
    },
    async turnover({ account, unit }, { from, to }) {
      if (from >= to) return { in: Amount(0), out: Amount(0) };
      const before = pages.totalsAt(account, unit, EpochMs(from - 1));
      const after = pages.totalsAt(account, unit, EpochMs(to - 1));
      return { in: Amount(after.posted_in - before.posted_in), out: Amount(after.posted_out - before.posted_out) };
    },
    async keptAside() {
      return [
        ...sql.units.all().map(({ name, decimals, said, digest }) => {
          return { name: `unit ${name}`, isUntouched: digest === digestOfUnit(name, decimals, said) };
        }),
        ...sql.refusals.all().map(({ digest, ...refusal }) => {
          return { name: `refusal of ${refusal.id}`, isUntouched: digest === digestOfRefusal(refusal) };
        }),
      ];
    },
  };
}

function digestOfUnit(name: string, decimals: number, said: string): string {
  return sha256Hex(canonicalJson({ name, decimals, said }));
}

/** What SQLite could not keep, in the hub's words; everything else passes. */
function storing<T>(write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError) || cause.code.startsWith("SQLITE_CONSTRAINT")) throw cause;
    throw new HubError("STORE_FAILED", "the books could not be written; nothing of this was booked", {
      cause,
      retryable: true,
      remedy: "Look at free space and at the card's health, then send the same ids again.",
    });
  }
}
