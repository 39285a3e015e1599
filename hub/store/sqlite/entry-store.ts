import type Database from "better-sqlite3";
import { HubError } from "../../errors.ts";
import type { AccountId } from "../../ledger/account.ts";
import { checkEntry, digestOfEntry, type Entry, type Posting } from "../../ledger/entry.ts";
import type { Balance, BookedEntry, EntryStore } from "../../ledger/entry-store.ts";
import { EpochMs } from "../../units.ts";

interface EntryRow extends Omit<Entry, "postings"> {
  readonly seq: number;
  readonly digest: string;
}

/** Entries in books.db. @param db as `openBooks` gives it */
export function sqliteEntryStore(db: Database.Database): EntryStore {
  const sql = {
    digestOf: db.prepare<[string], { digest: string }>("SELECT digest FROM entry WHERE id = ?"),
    insertEntry: db.prepare(`INSERT INTO entry
      (id, day, kind, corrects, from_ms, to_ms, booked_ms, community_version, cells_sha256, engine, digest)
      VALUES (@id, @day, @kind, @corrects, @from_ms, @to_ms, @booked_ms, @community_version, @cells_sha256, @engine, @digest)`),
    insertPosting: db.prepare("INSERT INTO posting (entry_seq, account, amount_mwh) VALUES (?, ?, ?)"),
    ofDay: db.prepare<[string], EntryRow>("SELECT * FROM entry WHERE day = ? ORDER BY seq"),
    byId: db.prepare<[string], EntryRow>("SELECT * FROM entry WHERE id = ?"),
    days: db.prepare<[], { day: string }>("SELECT DISTINCT day FROM entry ORDER BY day"),
    newest: db.prepare<[number], EntryRow>("SELECT * FROM entry ORDER BY seq DESC LIMIT ?"),
    postings: db.prepare<[number], Posting>(
      "SELECT account, amount_mwh FROM posting WHERE entry_seq = ? ORDER BY account",
    ),
    balances: db.prepare<[number], { account: string; balance: number }>(`SELECT account, sum(amount_mwh) AS balance
      FROM posting JOIN entry ON entry.seq = posting.entry_seq WHERE booked_ms <= ? GROUP BY account ORDER BY account`),
  };
  const toEntry = ({ seq, digest, ...row }: EntryRow): BookedEntry => {
    return { digest, entry: { ...row, postings: sql.postings.all(seq) } };
  };
  const append = db.transaction((entry: Entry): "created" | "exists" => {
    const digest = digestOfEntry(entry);
    const known = sql.digestOf.get(entry.id)?.digest;
    if (known === digest) return "exists";
    if (known !== undefined) {
      throw new HubError("ENTRY_CONFLICT", `entry ${entry.id} is booked already with other content`, {
        retryable: true,
        remedy: "Another program settled the same day at the same moment: run millrace settle again.",
      });
    }
    const { postings, ...row } = entry;
    const seq = Number(sql.insertEntry.run({ ...row, digest }).lastInsertRowid);
    for (const { account, amount_mwh } of postings) sql.insertPosting.run(seq, account, amount_mwh);
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
      return sql.balances.all(at).map(({ account, balance }): Balance => {
        return { account: account as AccountId, balance_mwh: balance as Balance["balance_mwh"] };
      });
    },
  };
}
