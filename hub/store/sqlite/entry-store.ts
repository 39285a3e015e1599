import type Database from "better-sqlite3";
import { sha256Hex } from "../../canonical-json.ts";
import { HubError } from "../../errors.ts";
import { expireHolds } from "../../ledger/book-movements.ts";
import { linesOf } from "../../ledger/book-pages.ts";
import { checkEntry, type Entry, effectsOfEntry, type Posting, textOfEntry } from "../../ledger/entry.ts";
import type { Balance, BookedEntry, EntryStore } from "../../ledger/entry-store.ts";
import { MWH } from "../../ledger/ledger-unit.ts";
import { EpochMs } from "../../units.ts";
import { sqliteBookPages } from "./book-pages.ts";
import { readBalances } from "./read-balances.ts";

/** A day's row; a movement has a document instead of a day. */
interface EntryRow extends Omit<Entry, "postings" | "columns_root"> {
  readonly seq: number;
  readonly digest: string;
  readonly columns_root: string | null;
}

const COLUMNS = `seq, id, day, kind, corrects, from_ms, to_ms, booked_ms, community_version, cells_sha256, engine, digest, columns_root
  FROM entry`;

/**
 * Entries of days in books.db.
 * @param db     as `openBooks` gives it
 * @param booked told of what an entry says, within the transaction that books it
 */
export function sqliteEntryStore(db: Database.Database, booked: (text: string) => void = () => {}): EntryStore {
  const sql = {
    digestOf: db.prepare<[string], { digest: string }>("SELECT digest FROM entry WHERE id = ?"),
    insertEntry: db.prepare(`INSERT INTO entry
      (id, day, kind, corrects, from_ms, to_ms, booked_ms, community_version, cells_sha256, engine, digest, columns_root)
      VALUES (@id, @day, @kind, @corrects, @from_ms, @to_ms, @booked_ms, @community_version, @cells_sha256, @engine, @digest, @columns_root)`),
    insertPosting: db.prepare("INSERT INTO posting (entry_seq, account, amount_mwh) VALUES (?, ?, ?)"),
    ofDay: db.prepare<[string], EntryRow>(`SELECT ${COLUMNS} WHERE day = ? AND document IS NULL ORDER BY seq`),
    byId: db.prepare<[string], EntryRow>(`SELECT ${COLUMNS} WHERE id = ? AND document IS NULL`),
    days: db.prepare<[], { day: string }>("SELECT DISTINCT day FROM entry WHERE document IS NULL ORDER BY day"),
    newest: db.prepare<[number], EntryRow>(`SELECT ${COLUMNS}
      WHERE seq IN (SELECT seq FROM entry INDEXED BY entry_of_day WHERE document IS NULL ORDER BY seq DESC LIMIT ?)
      ORDER BY seq DESC`),
    postings: db.prepare<[number], Posting>(
      "SELECT account, amount_mwh FROM posting WHERE entry_seq = ? ORDER BY account",
    ),
  };
  const pages = sqliteBookPages(db, booked);
  const balances = readBalances(db);
  const toEntry = ({ seq, digest, columns_root, ...row }: EntryRow): BookedEntry => {
    const root = columns_root === null ? {} : { columns_root };
    return { digest, entry: { ...row, ...root, postings: sql.postings.all(seq) } };
  };
  const append = db.transaction((entry: Entry): "created" | "exists" => {
    const text = textOfEntry(entry);
    const digest = sha256Hex(text);
    const known = sql.digestOf.get(entry.id)?.digest;
    if (known === digest) return "exists";
    if (known !== undefined) {
      throw new HubError("ENTRY_CONFLICT", `entry ${entry.id} is booked already with other content`, {
        retryable: true,
        remedy: "Another program settled the same day at the same moment: run millrace settle again.",
      });
    }
    const at = EpochMs(Math.max(entry.booked_ms, pages.newestAt()));
    expireHolds(pages, at);
    const lines = linesOf(effectsOfEntry(entry), pages);
    const { postings, ...row } = entry;
    const seq = Number(sql.insertEntry.run({ columns_root: null, ...row, digest }).lastInsertRowid);
    for (const { account, amount_mwh } of postings) sql.insertPosting.run(seq, account, amount_mwh);
    pages.addLines(seq, at, lines);
    booked(text);
    return "created";
  }).immediate;

  return {
    async append(entry) {
      checkEntry(entry);
      return append(entry);
    },
    async ofDay(day) {
      return sql.ofDay.all(day).map(toEntry);
    },
    async byId(id) {
      const row = sql.byId.get(id);
      return row && toEntry(row);
    },
    async days() {
      return sql.days.all().map(({ day }) => day);
    },
    async newest(limit) {
      return sql.newest.all(limit).map((row) => toEntry(row).entry);
    },
    async balances(at = EpochMs(Number.MAX_SAFE_INTEGER)) {
      return balances(at)
        .filter(({ unit }) => unit === MWH.name)
        .map(({ account, totals }): Balance => {
          return { account, balance_mwh: (totals.posted_in - totals.posted_out) as Balance["balance_mwh"] };
        });
    },
  };
}
