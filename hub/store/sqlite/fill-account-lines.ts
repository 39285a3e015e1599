import type Database from "better-sqlite3";
import type { AccountId } from "../../ledger/account.ts";
import { linesOf } from "../../ledger/book-pages.ts";
import { MWH } from "../../ledger/ledger-unit.ts";
import { EpochMs } from "../../units.ts";
import { sqliteBookPages } from "./book-pages.ts";

/**
 * Books from before running totals hold days and their postings only: give each posting its line, in the order of the
 * books. Does nothing to books that have lines.
 */
export function fillAccountLines(db: Database.Database): void {
  const hasLines = db.prepare("SELECT 1 FROM account_line LIMIT 1");
  const entries = db.prepare<[], { seq: number; booked_ms: number }>("SELECT seq, booked_ms FROM entry ORDER BY seq");
  const postings = db.prepare<[number], { account: string; amount_mwh: number }>(
    "SELECT account, amount_mwh FROM posting WHERE entry_seq = ? ORDER BY account",
  );
  const fill = db.transaction(() => {
    if (hasLines.get() !== undefined) return;
    const pages = sqliteBookPages(db);
    let at = 0;
    for (const { seq, booked_ms } of entries.all()) {
      at = Math.max(at, booked_ms);
      const effects = postings.all(seq).map(({ account, amount_mwh }) => ({
        account: account as AccountId,
        unit: MWH.name,
        amount: amount_mwh,
        pending_in: 0,
        pending_out: 0,
      }));
      pages.addLines(seq, EpochMs(at), linesOf(effects, pages));
    }
  }).immediate;
  if (hasLines.get() === undefined) fill();
}
