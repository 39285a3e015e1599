import { deflateRawSync, inflateRawSync } from "node:zlib";
import type Database from "better-sqlite3";
import { canonicalJson } from "../../canonical-json.ts";
import type { CaseStep, OpenedStep } from "../../governance/contest/case.ts";
import { type CaseLog, contentOfStep, digestOfStep, type KeptStep } from "../../governance/contest/case-log.ts";
import { caseConflict } from "../../governance/contest/contest.ts";
import { digestRows } from "./row-digests.ts";

interface StepRow {
  readonly case_id: string;
  readonly said: string;
  readonly digest: string;
}

/**
 * Cases in books.db, beside the entries they are about: a row a step, and the evidence compressed.
 * @param db as `openBooks` gives it; the tables are made here
 */
export function sqliteCaseLog(db: Database.Database): CaseLog {
  makeTables(db);
  const sql = {
    insert: db.prepare("INSERT INTO case_step (case_id, place, said, digest) VALUES (?, ?, ?, ?)"),
    stepsOf: db.prepare<[string], StepRow>(
      "SELECT case_id, said, digest FROM case_step WHERE case_id = ? ORDER BY place",
    ),
    all: db.prepare<[], StepRow>("SELECT case_id, said, digest FROM case_step ORDER BY seq"),
    keepEvidence: db.prepare("INSERT INTO case_evidence (case_id, body) VALUES (?, ?)"),
    evidence: db.prepare<[string], { body: Buffer }>("SELECT body FROM case_evidence WHERE case_id = ?"),
  };
  const [keepStep, keepEvidence] = [digestRows(db, "case_step"), digestRows(db, "case_evidence")];
  const stepsOf = (id: string): readonly KeptStep[] => sql.stepsOf.all(id).map(toKept);

  const append = (step: CaseStep, place: number): "created" | "exists" => {
    const kept = stepsOf(step.case);
    const known = kept[place]?.step;
    if (known !== undefined) {
      if (contentOfStep(known) === contentOfStep(step)) return "exists";
      throw caseConflict(`case ${step.case} has another step in place ${place + 1}`);
    }
    if (place !== kept.length) throw new RangeError(`case ${step.case} has only ${kept.length} steps`);
    const digest = digestOfStep(step, kept.at(-1)?.digest ?? null);
    keepStep(sql.insert.run(step.case, place, canonicalJson(step), digest).lastInsertRowid);
    return "created";
  };
  const add = db.transaction(append).immediate;
  const open = db.transaction((opened: OpenedStep, packed: Buffer) => {
    const done = append(opened, 0);
    if (done === "created") keepEvidence(sql.keepEvidence.run(opened.case, packed).lastInsertRowid);
    return done;
  }).immediate;

  return {
    open: async (opened, evidence) => open(opened, deflateRawSync(evidence)),
    add: async (step, place) => add(step, place),
    stepsOf: async (id) => stepsOf(id),
    async cases() {
      return [...Map.groupBy(sql.all.all(), ({ case_id }) => case_id).values()].map((rows) => rows.map(toKept));
    },
    async evidenceOf(id) {
      const row = sql.evidence.get(id);
      if (row === undefined) return undefined;
      try {
        return inflateRawSync(row.body).toString("utf8");
      } catch {
        // A block that cannot be read is as good as none: the case says that its evidence is not intact.
        return undefined;
      }
    },
  };
}

function toKept({ said, digest }: StepRow): KeptStep {
  return { step: JSON.parse(said) as CaseStep, digest };
}

/** Tables that only grow, with triggers that keep it so. */
function makeTables(db: Database.Database): void {
  db.exec(`
    CREATE TABLE IF NOT EXISTS case_step (
      seq INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, place INTEGER NOT NULL, said TEXT NOT NULL,
      digest TEXT NOT NULL, UNIQUE (case_id, place)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS case_evidence (case_id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
  `);
  for (const table of ["case_step", "case_evidence"]) {
    for (const change of ["UPDATE", "DELETE"]) {
      db.exec(`CREATE TRIGGER IF NOT EXISTS ${table}_keeps_${change.toLowerCase()} BEFORE ${change} ON ${table}
        BEGIN SELECT RAISE(ABORT, 'the books are append-only'); END`);
    }
  }
}
