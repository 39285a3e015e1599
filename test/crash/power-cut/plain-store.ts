import { writeSync } from "node:fs";
import Database from "better-sqlite3";

/**
 * A store that is as careful as its `synchronous` setting, no more: it commits numbers, says each with the moment it took
 * the commit for done, and is gone. Run by the recorder's own test: `node plain-store.ts FILE OFF|NORMAL|FULL`.
 */
const COMMITS = 200;

const [path = "", synchronous = "FULL"] = process.argv.slice(2);
const db = new Database(path);
db.pragma("journal_mode = WAL");
db.pragma(`synchronous = ${synchronous}`);
db.exec("CREATE TABLE IF NOT EXISTS number (n INTEGER PRIMARY KEY, filler BLOB NOT NULL) STRICT");
const insert = db.prepare("INSERT INTO number (n, filler) VALUES (?, randomblob(3000))");
for (let n = 1; n <= COMMITS; n += 1) {
  insert.run(n);
  writeSync(1, `${n} ${process.hrtime.bigint()}\n`);
}
process.kill(process.pid, "SIGKILL");
