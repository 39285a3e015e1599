import type Database from "better-sqlite3";
import type { Acceptance, AcceptanceLog } from "../../settlement/acceptance.ts";
import type { Run, RunCounts, RunLog } from "../../settlement/run.ts";
import { digestRows } from "./row-digests.ts";

/** Tables that only grow, with triggers that keep it so. @param db as `openBooks` gives it */
function createTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS run (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, state TEXT NOT NULL, entry TEXT,
      cells_sha256 TEXT NOT NULL, community_version TEXT NOT NULL, engine TEXT NOT NULL, intervals TEXT NOT NULL,
      by TEXT NOT NULL, reason TEXT NOT NULL, made_ms INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS run_by_day ON run(day, seq);
    CREATE TABLE IF NOT EXISTS acceptance (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, point TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
      by TEXT NOT NULL, reason TEXT NOT NULL, made_ms INTEGER NOT NULL
    ) STRICT;
  `);
  for (const table of ["run", "acceptance"]) {
    for (const change of ["UPDATE", "DELETE"]) {
      db.exec(`CREATE TRIGGER IF NOT EXISTS ${table}_keeps_${change.toLowerCase()} BEFORE ${change} ON ${table}
        BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END`);
    }
  }
}

interface RunRow extends Omit<Run, "intervals"> {
  readonly intervals: string;
}

/** Runs and acceptances in books.db, beside the entries they made. @param db as `openBooks` gives it */
export function sqliteSettlementLogs(db: Database.Database): {
  readonly runs: RunLog;
  readonly acceptances: AcceptanceLog;
} {
  createTables(db);
  const sql = {
    addRun:
      db.prepare(`INSERT INTO run (day, state, entry, cells_sha256, community_version, engine, intervals, by, reason, made_ms)
      VALUES (@day, @state, @entry, @cells_sha256, @community_version, @engine, @intervals, @by, @reason, @made_ms)`),
    ofDay: db.prepare<[string], RunRow>("SELECT * FROM run WHERE day = ? ORDER BY seq"),
    newest: db.prepare<[], RunRow>(
      "SELECT * FROM run WHERE seq IN (SELECT max(seq) FROM run GROUP BY day) ORDER BY day",
    ),
    accept: db.prepare(`INSERT INTO acceptance (point, from_ms, to_ms, by, reason, made_ms)
      VALUES (@point, @from_ms, @to_ms, @by, @reason, @made_ms)`),
    accepted: db.prepare<[], Acceptance>(
      "SELECT point, from_ms, to_ms, by, reason, made_ms FROM acceptance ORDER BY seq",
    ),
  };
  const [keepRun, keepAcceptance] = [digestRows(db, "run"), digestRows(db, "acceptance")];
  const addRun = db.transaction((run: Omit<RunRow, "seq">): number => {
    const { lastInsertRowid } = sql.addRun.run(run);
    keepRun(lastInsertRowid);
    return Number(lastInsertRowid);
  }).immediate;
  const accept = db.transaction((acceptance: Acceptance) => {
    keepAcceptance(sql.accept.run(acceptance).lastInsertRowid);
  }).immediate;
  const toRun = (row: RunRow): Run => ({ ...row, intervals: JSON.parse(row.intervals) as RunCounts });
  return {
    runs: {
      async add(run) {
        return { ...run, seq: addRun({ ...run, intervals: JSON.stringify(run.intervals) }) };
      },
      ofDay: async (day) => sql.ofDay.all(day).map(toRun),
      newest: async () => sql.newest.all().map(toRun),
    },
    acceptances: {
      async add(acceptance) {
        accept(acceptance);
      },
      list: async () => sql.accepted.all(),
    },
  };
}
