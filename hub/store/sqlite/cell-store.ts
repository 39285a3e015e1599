import { deflateRawSync, inflateRawSync } from "node:zlib";
import type Database from "better-sqlite3";
import { canonicalJson } from "../../canonical-json.ts";
import { type CellStore, type DayCells, digestOfCells } from "../../settlement/day-cells.ts";
import { openDatabase } from "./open-database.ts";

/** settlement.db: the frozen inputs and cells behind each entry, one packed block a day. */
export function openCells(path: string): Database.Database {
  const db = openDatabase(path);
  db.exec(
    "CREATE TABLE IF NOT EXISTS cells (sha256 TEXT PRIMARY KEY, day TEXT NOT NULL, body BLOB NOT NULL) STRICT, WITHOUT ROWID",
  );
  return db;
}

/** @param db as `openCells` gives it */
export function sqliteCellStore(db: Database.Database): CellStore {
  const insert = db.prepare("INSERT INTO cells (sha256, day, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const select = db.prepare<[string], { body: Buffer }>("SELECT body FROM cells WHERE sha256 = ?");
  return {
    async keep(cells) {
      const sha256 = digestOfCells(cells);
      insert.run(sha256, cells.day, deflateRawSync(canonicalJson(cells)));
      return sha256;
    },
    async byDigest(sha256) {
      const row = select.get(sha256);
      if (row === undefined) return undefined;
      try {
        return JSON.parse(inflateRawSync(row.body).toString("utf8")) as DayCells;
      } catch {
        // A block that cannot be read is as good as none: verify names the day.
        return undefined;
      }
    },
  };
}
