import type Database from "better-sqlite3";
import { canonicalJson } from "../../canonical-json.ts";
import type { AccountId } from "../../ledger/account.ts";
import { toBalance } from "../../ledger/account-balance.ts";
import { type Entry, type Posting, textOfEntry } from "../../ledger/entry.ts";
import type { BookRecord, KeptLine, Ledger, StatementLine, UnitAccount } from "../../ledger/ledger.ts";
import { Amount } from "../../ledger/ledger-unit.ts";
import { type BookedMovement, parseDocument } from "../../ledger/movement.ts";
import type { RunningTotals } from "../../ledger/running-totals.ts";
import type { EpochMs } from "../../units.ts";
import { rowOfMovement } from "./book-pages.ts";

interface RecordRow extends Omit<Entry, "postings" | "columns_root"> {
  readonly seq: number;
  readonly digest: string;
  readonly document: string | null;
  readonly resolves: string | null;
  readonly due_ms: number | null;
  readonly columns_root: string | null;
}

interface LineRow extends UnitAccount, RunningTotals {
  readonly at_ms: EpochMs;
  readonly amount: number;
  readonly counterparty: AccountId | null;
}

type StatementRow = LineRow & Pick<StatementLine, "seq" | "entry" | "kind">;

const LINE = `owner.name AS account, owner.unit AS unit, at_ms, amount, other.name AS counterparty,
  posted_in, posted_out, pending_in, pending_out`;
const JOINED = `account_line JOIN account AS owner ON owner.no = account_no
  LEFT JOIN account AS other ON other.no = counterparty_no`;

/** What reads the books line by line and entry by entry. */
export function readRecords(db: Database.Database): Pick<Ledger, "lines" | "records" | "linesOf" | "countLines"> {
  const sql = {
    records: db.prepare<[number, number], RecordRow>("SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?"),
    postings: db.prepare<[number], Posting>(
      "SELECT account, amount_mwh FROM posting WHERE entry_seq = ? ORDER BY account",
    ),
    lines: db.prepare<[number], LineRow>(`SELECT ${LINE} FROM ${JOINED} WHERE entry_seq = ?
      ORDER BY owner.name, owner.unit`),
    count: db.prepare<[], { lines: number }>("SELECT count(*) AS lines FROM account_line"),
    accountNo: db.prepare<[string, string], { no: number }>("SELECT no FROM account WHERE name = ? AND unit = ?"),
    lineAt: db.prepare<[number, number], { at_ms: number }>(
      "SELECT at_ms FROM account_line WHERE entry_seq = ? AND account_no = ?",
    ),
    statement: db.prepare<[number, number, number, number, number], StatementRow>(`SELECT ${LINE},
      seq, entry.id AS entry, entry.kind AS kind FROM ${JOINED} JOIN entry ON entry.seq = entry_seq
      WHERE account_no = ? AND at_ms >= ? AND at_ms < ? AND entry_seq > ? ORDER BY at_ms, entry_seq LIMIT ?`),
  };
  return {
    async lines({ account, unit }, { from, to }, { limit, after = 0 }) {
      const no = sql.accountNo.get(account, unit)?.no;
      if (no === undefined) return [];
      // The books' time never runs backwards: a later page begins no earlier than where the last one ended.
      const begin = Math.max(from, sql.lineAt.get(after, no)?.at_ms ?? from);
      return sql.statement.all(no, begin, to, after, limit).map(toStatementLine);
    },
    async records({ after, limit }) {
      return sql.records.all(after, limit).map((row) => toRecord(row, () => sql.postings.all(row.seq)));
    },
    async linesOf(seq) {
      return sql.lines.all(seq).map(toKeptLine);
    },
    async countLines() {
      return sql.count.get()?.lines ?? 0;
    },
  };
}

function toStatementLine({ seq, entry, kind, at_ms, amount, counterparty, ...row }: StatementRow): StatementLine {
  return {
    ...toBalance(row, row),
    seq,
    entry,
    kind,
    at_ms,
    amount: Amount(amount),
    counterparty: counterparty ?? undefined,
  };
}

function toKeptLine({ counterparty, ...row }: LineRow): KeptLine {
  return { ...row, counterparty: counterparty ?? undefined };
}

function toRecord(row: RecordRow, postings: () => readonly Posting[]): BookRecord {
  const { seq, digest, document, resolves, due_ms, columns_root, ...columns } = row;
  const { id, booked_ms } = row;
  if (document === null) {
    const entry = { ...columns, ...(columns_root !== null && { columns_root }), postings: postings() };
    const isFiledRightly = resolves === null && due_ms === null;
    return { seq, id, booked_ms, digest, text: textOfEntry(entry), entry, movement: undefined, isFiledRightly };
  }
  return { seq, id, booked_ms, digest, text: document, entry: undefined, ...readFiled(row, document) };
}

/** The movement of a row, and whether every column of the row is as its document says. */
function readFiled(
  { seq: _place, ...row }: RecordRow,
  document: string,
): { readonly movement: BookedMovement | undefined; readonly isFiledRightly: boolean } {
  try {
    const movement = parseDocument(document);
    const filed = rowOfMovement(movement);
    const { booked_ms } = filed;
    const empty = { day: "", community_version: "", cells_sha256: "", engine: "", columns_root: null };
    const right = { ...filed, ...empty, from_ms: booked_ms, to_ms: booked_ms };
    return { movement, isFiledRightly: canonicalJson(right) === canonicalJson(row) };
  } catch {
    // A document that somebody spoilt says nothing any more: verify names the entry.
    return { movement: undefined, isFiledRightly: false };
  }
}
