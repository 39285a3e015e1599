import type Database from "better-sqlite3";
import { type SqliteLedgerLog, sqliteLedgerLog } from "./ledger-log.ts";
import { readRecords } from "./read-records.ts";

/** Entries read at once while the log is brought up to the books. */
const PAGE = 1_000;

/**
 * The log of these books. What was booked before there was a log is appended first, in the order of the books. A log that
 * lost leaves is left as it is, for `verify` to name: only one that never had any, and was never signed, is made anew.
 * @param db as `openBooks` gives it
 */
export async function openBooksLog(db: Database.Database): Promise<SqliteLedgerLog> {
  const log = sqliteLedgerLog(db);
  if ((await log.size()) > 0 || (await log.latestCheckpoint()) !== undefined) return log;
  const append = db.transaction((leaves: readonly Uint8Array[]) => log.appendWithin(leaves)).immediate;
  const { records } = readRecords(db);
  for (let page = await records({ after: 0, limit: PAGE }); page.length > 0; ) {
    append(page.map(({ text }) => Buffer.from(text)));
    page = await records({ after: page.at(-1)?.seq ?? 0, limit: PAGE });
  }
  return log;
}
