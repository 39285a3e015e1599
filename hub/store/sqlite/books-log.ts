import type Database from "better-sqlite3";
import { type SqliteLedgerLog, sqliteLedgerLog } from "./ledger-log.ts";
import { readRecords } from "./read-records.ts";

/** Entries read at once while the log is brought up to the books. */
const PAGE = 1_000;

/**
 * The log of these books. What was booked before there was a log is appended first, in the order of the books.
 * @param db as `openBooks` gives it
 */
export async function openBooksLog(db: Database.Database): Promise<SqliteLedgerLog> {
  const log = sqliteLedgerLog(db);
  const booked = db.prepare<[], { entries: number }>("SELECT count(*) AS entries FROM entry").get()?.entries ?? 0;
  if ((await log.size()) >= booked) return log;
  const append = db.transaction((leaves: readonly Uint8Array[]) => log.appendWithin(leaves)).immediate;
  const { records } = readRecords(db);
  const kept = await log.size();
  let read = 0;
  for (let page = await records({ after: 0, limit: PAGE }); page.length > 0; ) {
    const missing = page.slice(Math.max(0, kept - read));
    if (missing.length > 0) append(missing.map(({ text }) => Buffer.from(text)));
    read += page.length;
    page = await records({ after: page.at(-1)?.seq ?? 0, limit: PAGE });
  }
  return log;
}
