import type Database from "better-sqlite3";
import { canonicalJson, sha256Hex } from "../../canonical-json.ts";
import type { AlteredRecord, KeptRecords } from "../../ledger/kept-records.ts";

/** Tables of books.db whose rows are kept with a digest, and what people call one of them. */
const namesByTable = {
  acceptance: "acceptance",
  case_evidence: "evidence",
  case_step: "step of a case",
  community: "community document",
  correction: "correction",
  device: "device document",
  register_event: "register event",
  run: "run",
} as const;

export type DigestedTable = keyof typeof namesByTable;

/** A row of its own in each table's digests: those before it were there before digests were. */
const BEGINNING = 0;

type Row = Readonly<Record<string, unknown>>;
interface KeptDigest {
  readonly row: number;
  readonly digest: string;
}

/**
 * The digests of one table's rows, each over the row and the digest before it, so that a row that is missing shows too.
 * Rows of an older hub get theirs when this is first called.
 * @param db as `openBooks` gives it, with the table in it
 * @returns to be told of a new row by its rowid, in the very transaction that made it
 */
export function digestRows(db: Database.Database, table: DigestedTable): (rowid: number | bigint) => void {
  makeTable(db);
  const rowAt = db.prepare<[number | bigint], Row>(`SELECT * FROM ${table} WHERE rowid = ?`);
  const last = db.prepare<[string], KeptDigest>(
    "SELECT row, digest FROM row_digest WHERE of = ? ORDER BY row DESC LIMIT 1",
  );
  const insert = db.prepare("INSERT INTO row_digest (of, row, digest) VALUES (?, ?, ?)");
  const keep = (rowid: number | bigint): void => {
    insert.run(table, rowid, digestOf(rowAt.get(rowid), last.get(table)?.digest));
  };
  const begin = db.transaction(() => {
    if (last.get(table) !== undefined) return;
    insert.run(table, BEGINNING, sha256Hex(table));
    for (const { row_at } of db
      .prepare<[], { row_at: number }>(`SELECT rowid AS row_at FROM ${table} ORDER BY rowid`)
      .all())
      keep(row_at);
  }).immediate;
  begin();
  return keep;
}

/** @param db with the digests of every table, as the stores make them */
export function sqliteKeptRecords(db: Database.Database): KeptRecords {
  return {
    async altered() {
      const foreign = db
        .prepare<[], { of: string }>("SELECT DISTINCT of FROM row_digest")
        .all()
        .filter(({ of }) => !Object.hasOwn(namesByTable, of))
        .map(({ of }) => ({ name: `digests of ${of}`, what: "the hub keeps none of that name" }));
      return [...foreign, ...Object.entries(namesByTable).flatMap(([table, name]) => alteredRows(db, table, name))];
    },
  };
}

function alteredRows(db: Database.Database, table: string, name: string): readonly AlteredRecord[] {
  const digests = db
    .prepare<[string], KeptDigest>("SELECT row, digest FROM row_digest WHERE of = ? ORDER BY row")
    .all(table);
  const rows = new Map(
    db
      .prepare<[], Row & { readonly row_at: number }>(`SELECT rowid AS row_at, * FROM ${table}`)
      .all()
      .map(({ row_at, ...row }) => [row_at, row]),
  );
  const altered: AlteredRecord[] = [];
  const [beginning] = digests;
  if (beginning?.row !== BEGINNING || beginning.digest !== sha256Hex(table))
    altered.push({ name: `each ${name}`, what: "the beginning of their digests is not what was kept" });
  for (const [at, { row, digest }] of digests.entries()) {
    if (at === 0) continue;
    const found = rows.get(row);
    rows.delete(row);
    if (found === undefined) altered.push({ name: `${name} ${row}`, what: "it was kept and is missing" });
    else if (digestOf(found, digests[at - 1]?.digest) !== digest)
      altered.push({ name: `${name} ${row}`, what: "it is not what was kept: its digest does not match" });
  }
  return [...altered, ...[...rows.keys()].map((row) => ({ name: `${name} ${row}`, what: "the hub did not keep it" }))];
}

/** Blobs count by their own hash. */
function digestOf(row: Row | undefined, before: string | undefined): string {
  const said = Object.entries(row ?? {}).map(([column, value]) => [
    column,
    value instanceof Uint8Array ? sha256Hex(value) : value,
  ]);
  return sha256Hex(canonicalJson({ before: before ?? "", row: Object.fromEntries(said) }));
}

function makeTable(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS row_digest (
      of TEXT NOT NULL, row INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (of, row)
    ) STRICT, WITHOUT ROWID;
    CREATE TRIGGER IF NOT EXISTS row_digest_keeps_update BEFORE UPDATE ON row_digest
      BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
    CREATE TRIGGER IF NOT EXISTS row_digest_keeps_delete BEFORE DELETE ON row_digest
      BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END;
  `);
}
