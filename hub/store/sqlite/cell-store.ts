import { promisify } from "node:util";
import { deflateRaw, inflateRawSync } from "node:zlib";
import type Database from "better-sqlite3";
import { type CellStore, textOfCells } from "../../settlement/day-cells.ts";
import { readCells } from "../../settlement/spell-cells.ts";
import { openDatabase } from "./open-database.ts";

/** On another thread: while a day is packed, its columns are hashed. */
const pack = promisify(deflateRaw);

/** Two thirds of the time of the usual level for four hundredths more bytes: a year of a thousand members is a gigabyte of text. */
const LEVEL = 4;
/** More than a day takes: each piece of the usual 16 kB would wait for the thread that is busy hashing. */
const CHUNK_BYTES = 1 << 20;

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
  const select = db.prepare<[string], { day: string; body: Buffer }>("SELECT day, body FROM cells WHERE sha256 = ?");
  return {
    async keep(cells) {
      const { text, digest } = textOfCells(cells);
      insert.run(digest, cells.day, await pack(text, { level: LEVEL, chunkSize: CHUNK_BYTES }));
      return digest;
    },
    async byDigest(sha256) {
      const row = select.get(sha256);
      if (row === undefined) return undefined;
      try {
        const cells = readCells(inflateRawSync(row.body).toString("utf8"));
        return cells.day === row.day ? cells : undefined;
      } catch {
        // A block that cannot be read is as good as none: verify names the day.
        return undefined;
      }
    },
  };
}
