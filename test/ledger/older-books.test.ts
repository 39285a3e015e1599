import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { accounts } from "../../hub/ledger/account.ts";
import { checkBooks } from "../../hub/ledger/check-books.ts";
import { MWH } from "../../hub/ledger/ledger-unit.ts";
import { openBooks } from "../../hub/store/sqlite/books-schema.ts";
import { sqliteEntryStore } from "../../hub/store/sqlite/entry-store.ts";
import { sqliteLedger } from "../../hub/store/sqlite/ledger.ts";
import { EpochMs } from "../../hub/units.ts";

/** Tables, triggers and rows as hubs wrote them before there were movements, digests included. */
const OLDER = `
  CREATE TABLE entry (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, day TEXT NOT NULL, kind TEXT NOT NULL,
    corrects TEXT REFERENCES entry(id), from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, booked_ms INTEGER NOT NULL,
    community_version TEXT NOT NULL, cells_sha256 TEXT NOT NULL, engine TEXT NOT NULL, digest TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entry_by_day ON entry(day);
  CREATE TABLE posting (
    entry_seq INTEGER NOT NULL REFERENCES entry(seq), account TEXT NOT NULL, amount_mwh INTEGER NOT NULL,
    PRIMARY KEY (entry_seq, account)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX posting_by_account ON posting(account);
  CREATE TRIGGER entry_keeps_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
  INSERT INTO entry VALUES
    (1, '2026-06-13.1', '2026-06-13', 'settlement', NULL, 0, 86400000, 2000, 'c', 's1', '1',
     'b3ff48e20ae27c42d6ebff8ab38448cb3ffc01f6d4fde0df3bdd1b1e030da788'),
    (2, '2026-06-14.1', '2026-06-14', 'settlement', NULL, 86400000, 172800000, 1500, 'c', 's2', '1',
     '387bfcd6470d97a91901ff13c7d6339f0c17504b4b18d7d6e33b3468076cabac'),
    (3, '2026-06-13.2', '2026-06-13', 'correction', '2026-06-13.1', 0, 86400000, 3000, 'c', 's3', '1',
     '1391f88edf8a34362bc9527f233f43637634277abc4543be2dda1329d37f58d5');
  INSERT INTO posting VALUES
    (1, 'grid', 40), (1, 'member:ann:used', 60), (1, 'plant:roof', -100),
    (2, 'grid', 10), (2, 'plant:roof', -10);
`;

test("books from before movements open, agree, and go on", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-older-")), "books.db");
  const old = new Database(path);
  old.exec(OLDER);
  old.close();
  const db = openBooks(path);
  const ledger = sqliteLedger(db);
  const entries = sqliteEntryStore(db);
  expect((await checkBooks(ledger)).differences).toEqual([]);
  expect(await entries.balances()).toEqual([
    { account: "grid", balance_mwh: 50 },
    { account: "member:ann:used", balance_mwh: 60 },
    { account: "plant:roof", balance_mwh: -110 },
  ]);
  // The second day was booked while the clock stood back; in the books' time it follows the first.
  const grid = { account: accounts.grid, unit: MWH.name };
  expect((await ledger.balance(grid, EpochMs(1999))).posted).toBe(0);
  expect((await ledger.balance(grid, EpochMs(2000))).posted).toBe(50);
  const first = (await entries.byId("2026-06-13.1"))!;
  expect(await entries.append(first.entry)).toBe("exists");
  expect(
    await entries.append({ ...first.entry, id: "2026-06-15.1", day: "2026-06-15", booked_ms: EpochMs(4000) }),
  ).toBe("created");
  expect((await ledger.balance(grid)).posted).toBe(90);
  db.close();
  // Opening it again fills nothing in twice.
  const again = openBooks(path);
  expect((await checkBooks(sqliteLedger(again))).differences).toEqual([]);
  expect(await sqliteLedger(again).countLines()).toBe(8);
  again.close();
});
