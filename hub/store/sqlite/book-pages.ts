import type Database from "better-sqlite3";
import { sha256Hex } from "../../canonical-json.ts";
import type { AccountId } from "../../ledger/account.ts";
import type { AccountLine, BookPages } from "../../ledger/book-pages.ts";
import { communityUnit, type LedgerUnit, MWH, type UnitName } from "../../ledger/ledger-unit.ts";
import {
  type BookedMovement,
  documentOf,
  dueOf,
  holdResolvedBy,
  parseDocument,
  postingsOf,
  type UnitPosting,
} from "../../ledger/movement.ts";
import { digestOfRefusal, type KeptRefusal } from "../../ledger/refusal.ts";
import { NO_TOTALS, type RunningTotals } from "../../ledger/running-totals.ts";
import type { EpochMs } from "../../units.ts";

const TOTALS = "posted_in, posted_out, pending_in, pending_out";

/** The columns of an entry's row that a movement fills. */
export interface MovementRow {
  readonly id: string;
  readonly kind: string;
  readonly corrects: string | null;
  readonly booked_ms: number;
  readonly document: string;
  readonly resolves: string | null;
  readonly due_ms: number | null;
  readonly digest: string;
}

/** How a movement is filed: the document, and beside it what it is found by. */
export function rowOfMovement(movement: BookedMovement): MovementRow {
  const { said, booked_ms } = movement;
  const document = documentOf(movement);
  return {
    id: said.id,
    kind: said.kind,
    corrects: said.kind === "correction" ? said.corrects : null,
    booked_ms,
    document,
    resolves: holdResolvedBy(said) ?? null,
    due_ms: dueOf(movement) ?? null,
    digest: sha256Hex(document),
  };
}

/** Pages of books.db, for use inside a transaction; `addLines` files the lines of an entry that has its row already. */
export function sqliteBookPages(
  db: Database.Database,
  told: (text: string) => void = () => {},
): BookPages & { addLines(entrySeq: number, at: EpochMs, lines: readonly AccountLine[]): void } {
  const account = "(SELECT no FROM account WHERE name = ? AND unit = ?)";
  const sql = {
    newest: db.prepare<[], { at: number | null }>("SELECT max(booked_ms) AS at FROM entry"),
    document: db.prepare<[string], { document: string | null }>("SELECT document FROM entry WHERE id = ?"),
    resolution: db.prepare<[string], { document: string }>("SELECT document FROM entry WHERE resolves = ?"),
    corrections: db.prepare<[string], { document: string }>(
      "SELECT document FROM entry WHERE corrects = ? AND document IS NOT NULL ORDER BY seq",
    ),
    dayPostings: db.prepare<[string], { account: string; amount_mwh: number }>(`SELECT account, amount_mwh
      FROM posting WHERE entry_seq = (SELECT seq FROM entry WHERE id = ?) ORDER BY account`),
    due: db.prepare<[number, number], { document: string }>(`SELECT document FROM entry AS hold
      WHERE due_ms > ? AND due_ms <= ? AND NOT EXISTS (SELECT 1 FROM entry WHERE resolves = hold.id)
      ORDER BY due_ms, seq`),
    refusal: db.prepare<[string], KeptRefusal>(
      "SELECT id, refused_ms, code, message, said FROM refused_movement WHERE id = ?",
    ),
    unit: db.prepare<[string], { name: string; decimals: number }>(
      "SELECT name, decimals FROM ledger_unit WHERE name = ?",
    ),
    totals: db.prepare<[string, string], RunningTotals>(
      `SELECT ${TOTALS} FROM account_line WHERE account_no = ${account} ORDER BY at_ms DESC, entry_seq DESC LIMIT 1`,
    ),
    totalsAt: db.prepare<[string, string, number], RunningTotals>(`SELECT ${TOTALS} FROM account_line
      WHERE account_no = ${account} AND at_ms <= ? ORDER BY at_ms DESC, entry_seq DESC LIMIT 1`),
    trades: db.prepare<[string, string, number], { name: string; net: number }>(`SELECT name, sum(amount) AS net
      FROM account_line JOIN account ON account.no = counterparty_no
      WHERE account_no = ${account} AND at_ms > ? GROUP BY counterparty_no`),
    insertMovement: db.prepare(`INSERT INTO entry
      (id, day, kind, corrects, from_ms, to_ms, booked_ms, community_version, cells_sha256, engine, digest, document, resolves, due_ms)
      VALUES (@id, '', @kind, @corrects, @booked_ms, @booked_ms, @booked_ms, '', '', '', @digest, @document, @resolves, @due_ms)`),
    accountNo: db.prepare<[string, string], { no: number }>("SELECT no FROM account WHERE name = ? AND unit = ?"),
    insertAccount: db.prepare("INSERT INTO account (name, unit) VALUES (?, ?)"),
    insertLine: db.prepare(`INSERT INTO account_line
      (account_no, at_ms, entry_seq, amount, counterparty_no, ${TOTALS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`),
    insertRefusal: db.prepare(`INSERT INTO refused_movement (id, refused_ms, code, message, said, digest)
      VALUES (@id, @refused_ms, @code, @message, @said, @digest)`),
  };

  const numberOf = (name: AccountId, unit: UnitName): number =>
    sql.accountNo.get(name, unit)?.no ?? Number(sql.insertAccount.run(name, unit).lastInsertRowid);
  const movement = (id: string): BookedMovement | undefined => {
    const document = sql.document.get(id)?.document;
    return document == null ? undefined : parseDocument(document);
  };
  const newestAt = () => (sql.newest.get()?.at ?? 0) as EpochMs;
  const addLines = (entrySeq: number, at: EpochMs, lines: readonly AccountLine[]): void => {
    for (const line of lines) {
      const { account, unit, counterparty, posted_in, posted_out, pending_in, pending_out } = line;
      const other = counterparty === undefined ? null : numberOf(counterparty, unit);
      const no = numberOf(account, unit);
      sql.insertLine.run(no, at, entrySeq, line.amount, other, posted_in, posted_out, pending_in, pending_out);
    }
  };

  return {
    newestAt,
    movement,
    postingsOf(id): readonly UnitPosting[] | undefined {
      const row = sql.document.get(id);
      if (row === undefined) return undefined;
      if (row.document !== null) return postingsOf(parseDocument(row.document));
      const postings = sql.dayPostings.all(id);
      return postings.map((one) => ({ account: one.account as AccountId, unit: MWH.name, amount: one.amount_mwh }));
    },
    correctionsOf: (id) => sql.corrections.all(id).map(({ document }) => parseDocument(document)),
    resolutionOf(hold) {
      const row = sql.resolution.get(hold);
      return row && parseDocument(row.document);
    },
    holdsDue: (until) => sql.due.all(newestAt(), until).map(({ document }) => parseDocument(document)),
    refusal: (id) => sql.refusal.get(id),
    unit(name): LedgerUnit | undefined {
      const row = sql.unit.get(name);
      return row && communityUnit(row.name, row.decimals);
    },
    totals: (name, unit) => sql.totals.get(name, unit) ?? NO_TOTALS,
    totalsAt: (name, unit, at) => sql.totalsAt.get(name, unit, at) ?? NO_TOTALS,
    tradesSince(name, unit, since) {
      const rows = sql.trades.all(name, unit, since);
      return new Map(rows.map((row) => [row.name as AccountId, row.net]));
    },
    addMovement(booked, lines) {
      const row = rowOfMovement(booked);
      const seq = Number(sql.insertMovement.run(row).lastInsertRowid);
      addLines(seq, booked.booked_ms, lines);
      told(row.document);
    },
    addRefusal(refusal) {
      sql.insertRefusal.run({ ...refusal, digest: digestOfRefusal(refusal) });
    },
    addLines,
  };
}
