import { promisify } from "node:util";
import { constants, inflateRawSync, zstdCompress, zstdDecompressSync } from "node:zlib";
import type Database from "better-sqlite3";
import { type CellStore, textOfCells } from "../../settlement/day-cells.ts";
import { readCells } from "../../settlement/spell-cells.ts";
import { openDatabase } from "./open-database.ts";

/** On another thread: while a day is packed, its columns are hashed. */
const pack = promisify(zstdCompress);

/** Zstandard (RFC 8878) packs a day in a third of the time of deflate, and smaller: a year of a thousand members is a gigabyte of text. */
const PACKING = {
  params: { [constants.ZSTD_c_compressionLevel]: 3 },
  // More than a day takes: each piece of the usual 16 kB would wait for the thread that is busy hashing.
  chunkSize: 1 << 20,
};

/** What a block of Zstandard begins with. Older builds packed by raw deflate, which begins so for no text. */
const ZSTANDARD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** A day of a large community is one row of half a megabyte: in pages of a kilobyte each would be a chain of five hundred. */
const PAGE_BYTES = 16_384;

/** settlement.db: the frozen inputs and cells behind each entry, one packed block a day. */
export function openCells(path: string): Database.Database {
  const db = openDatabase(path, { pageBytes: PAGE_BYTES });
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
      insert.run(digest, cells.day, await pack(text, PACKING));
      return digest;
    },
    async byDigest(sha256) {
      const row = select.get(sha256);
      if (row === undefined) return undefined;
      try {
        const cells = readCells(unpack(row.body).toString("utf8"));
        return cells.day === row.day ? cells : undefined;
      } catch {
        // A block that cannot be read is as good as none: verify names the day.
        return undefined;
      }
    },
  };
}

function unpack(body: Buffer): Buffer {
  const isZstandard = body.subarray(0, ZSTANDARD.byteLength).equals(ZSTANDARD);
  return isZstandard ? zstdDecompressSync(body) : inflateRawSync(body);
}
