import type Database from "better-sqlite3";
import type { UnitAccount } from "../../ledger/ledger.ts";
import type { RunningTotals } from "../../ledger/running-totals.ts";
import type { EpochMs } from "../../units.ts";

type TotalsRow = UnitAccount & RunningTotals;

/** @returns reads the totals of every account with a line up to a moment, by account, then unit: one look-up each */
export function readBalances(
  db: Database.Database,
): (at: EpochMs) => readonly (UnitAccount & { readonly totals: RunningTotals })[] {
  const select = db.prepare<[number], TotalsRow>(`
    SELECT account.name AS account, unit, posted_in, posted_out, pending_in, pending_out
    FROM account JOIN account_line ON account_no = no
      AND (at_ms, entry_seq) = (SELECT at_ms, entry_seq FROM account_line
        WHERE account_no = no AND at_ms <= ? ORDER BY at_ms DESC, entry_seq DESC LIMIT 1)
    ORDER BY account.name, unit`);
  return (at) => select.all(at).map(({ account, unit, ...totals }) => ({ account, unit, totals }));
}
