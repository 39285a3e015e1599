import type Database from "better-sqlite3";
import type { KeptRegisterEvent, RegisterEvent, RegisterEventLog } from "../../members/register-event.ts";
import type { EpochMs } from "../../units.ts";
import { digestRows } from "./row-digests.ts";

interface EventRow {
  readonly seq: number;
  readonly event: string;
  readonly author: string;
  readonly reason: string;
  readonly made_ms: number;
}

/** What happened to registers, in books.db. @param db as `openBooks` gives it */
export function sqliteRegisterEventLog(db: Database.Database): RegisterEventLog {
  const insert = db.prepare<[string, string, string, string, number]>(
    "INSERT INTO register_event (point, event, author, reason, made_ms) VALUES (?, ?, ?, ?, ?)",
  );
  const select = db.prepare<[], EventRow>(
    "SELECT seq, event, author, reason, made_ms FROM register_event ORDER BY seq",
  );
  const keep = digestRows(db, "register_event");
  const add = db.transaction((event: RegisterEvent, by: string, reason: string, made_ms: EpochMs): number => {
    const { lastInsertRowid } = insert.run(event.point, JSON.stringify(event), by, reason, made_ms);
    keep(lastInsertRowid);
    return Number(lastInsertRowid);
  }).immediate;
  return {
    async add(event, { by, reason, made_ms }) {
      return { ...event, seq: add(event, by, reason, made_ms), by, reason, made_ms };
    },
    async list() {
      return select.all().map(({ seq, event, author, reason, made_ms }): KeptRegisterEvent => {
        return { ...(JSON.parse(event) as RegisterEvent), seq, by: author, reason, made_ms: made_ms as EpochMs };
      });
    },
  };
}
