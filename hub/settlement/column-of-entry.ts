import type { ColumnSalts } from "../ledger/column-salts.ts";
import type { Entry } from "../ledger/entry.ts";
import type { ColumnProof } from "../ledger/member-columns.ts";
import { proveOwnColumn } from "./prove-columns.ts";
import type { Settlement } from "./settlement.ts";

/** Finds the proof of a member's own column behind the entry of a day; undefined when there is none any more. */
export function columnsOfEntries({
  settlement,
  columnSalts,
}: {
  readonly settlement: Pick<Settlement, "cellsOf">;
  readonly columnSalts: ColumnSalts;
}): (entry: Entry, member: string) => Promise<ColumnProof | undefined> {
  return async (entry, member) => {
    if (entry.columns_root === undefined) return undefined;
    const cells = await settlement.cellsOf(entry);
    if (cells === undefined) return undefined;
    // The id of a day's n-th entry ends with n, which is the version of its columns too.
    const version = Number(entry.id.slice(entry.day.length + 1));
    return proveOwnColumn(columnSalts, cells, { version, member });
  };
}
