import { accessSync, constants, existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { HubError } from "../../errors.ts";
import type { CaseLog } from "../../governance/contest/case-log.ts";
import type { ColumnSalts } from "../../ledger/column-salts.ts";
import type { EntryStore } from "../../ledger/entry-store.ts";
import type { KeptRecords } from "../../ledger/kept-records.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { LedgerLog } from "../../ledger/ledger-log.ts";
import type { CommunityStore } from "../../members/community.ts";
import type { CredentialStore } from "../../members/credential.ts";
import type { DeviceStore } from "../../members/device.ts";
import type { RegisterEventLog } from "../../members/register-event.ts";
import type { CorrectionLog } from "../../series/corrections.ts";
import type { SeriesStore, WatchedStore } from "../../series/series-store.ts";
import type { AcceptanceLog } from "../../settlement/acceptance.ts";
import type { CellStore } from "../../settlement/day-cells.ts";
import type { RunLog } from "../../settlement/run.ts";
import { openBooksLog } from "./books-log.ts";
import { openBooks } from "./books-schema.ts";
import { sqliteCaseLog } from "./case-log.ts";
import { openCells, sqliteCellStore } from "./cell-store.ts";
import { sqliteColumnSalts } from "./column-salts.ts";
import { sqliteCommunityStore } from "./community-store.ts";
import { sqliteCorrectionLog } from "./correction-log.ts";
import { sqliteCredentialStore } from "./credential-store.ts";
import { sqliteDeviceStore } from "./device-store.ts";
import { sqliteEntryStore } from "./entry-store.ts";
import { sqliteLedger } from "./ledger.ts";
import { sqliteRegisterEventLog } from "./register-event-log.ts";
import { sqliteKeptRecords } from "./row-digests.ts";
import { openSqliteSeriesStore, type SqliteSeriesOptions } from "./series-store.ts";
import { sqliteSettlementLogs } from "./settlement-logs.ts";

export interface Stores {
  readonly series: SeriesStore & WatchedStore;
  readonly corrections: CorrectionLog;
  readonly communities: CommunityStore;
  readonly credentials: CredentialStore;
  readonly deviceDocuments: DeviceStore;
  readonly registerEvents: RegisterEventLog;
  readonly entries: EntryStore;
  readonly ledger: Ledger;
  /** Every entry and movement, in the order of the books, as leaves of one tree. */
  readonly log: LedgerLog;
  readonly columnSalts: ColumnSalts;
  readonly runs: RunLog;
  readonly acceptances: AcceptanceLog;
  readonly cells: CellStore;
  readonly cases: CaseLog;
  /** Everything in the books beside entries, movements and credentials. */
  readonly records: KeptRecords;
  close(): Promise<void>;
}

/**
 * All three files of a data folder: readings.db, settlement.db, books.db.
 * @param options as for `openSqliteSeriesStore`: no window in a second process that leaves readings to the hub
 * @throws HubError FOLDER_NOT_WRITABLE
 */
export async function openStores(folder: string, options: SqliteSeriesOptions): Promise<Stores> {
  makeFolder(folder);
  const books = openBooks(join(folder, "books.db"));
  const cells = openCells(join(folder, "settlement.db"));
  const log = await openBooksLog(books);
  const booked = (text: string): void => void log.appendWithin([Buffer.from(text)]);
  const series = await openSqliteSeriesStore(join(folder, "readings.db"), options);
  return {
    series,
    corrections: sqliteCorrectionLog(books),
    communities: sqliteCommunityStore(books),
    credentials: sqliteCredentialStore(books),
    deviceDocuments: sqliteDeviceStore(books),
    registerEvents: sqliteRegisterEventLog(books),
    entries: sqliteEntryStore(books, booked),
    ledger: sqliteLedger(books, booked),
    log,
    columnSalts: sqliteColumnSalts(cells),
    ...sqliteSettlementLogs(books),
    cells: sqliteCellStore(cells),
    cases: sqliteCaseLog(books),
    records: sqliteKeptRecords(books),
    async close() {
      await series.close();
      cells.close();
      books.close();
    },
  };
}

/** Make the folder, for its owner alone. @throws HubError FOLDER_NOT_WRITABLE */
export function makeFolder(folder: string): void {
  try {
    makeMissing(resolve(folder));
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new HubError("FOLDER_NOT_WRITABLE", `cannot write to the folder ${folder}`, {
      cause,
      remedy: "Give this user the right to write there, or choose another folder with --data.",
    });
  }
}

/** Level by level: asked for a path below /proc, `mkdir` with `recursive` never comes back. */
function makeMissing(folder: string): void {
  if (existsSync(folder)) return;
  makeMissing(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
}
