import type Database from "better-sqlite3";
import { canonicalJson, sha256Hex } from "../../canonical-json.ts";
import type { Community, CommunityStore, CommunityVersion } from "../../members/community.ts";
import { digestRows } from "./row-digests.ts";

interface CommunityRow {
  readonly version: string;
  readonly adopted_ms: number;
  readonly document: string;
}

/** Community documents in books.db. @param db as `openBooks` gives it */
export function sqliteCommunityStore(db: Database.Database): CommunityStore {
  const sql = {
    insert: db.prepare("INSERT INTO community (version, adopted_ms, document) VALUES (?, ?, ?)"),
    newest: db.prepare<[], CommunityRow>("SELECT * FROM community ORDER BY seq DESC LIMIT 1"),
    adoptions: db.prepare<[], Pick<CommunityVersion, "version" | "adopted_ms">>(
      "SELECT version, adopted_ms FROM community ORDER BY seq DESC",
    ),
    byVersion: db.prepare<[string], CommunityRow>("SELECT * FROM community WHERE version = ? ORDER BY seq LIMIT 1"),
  };
  const toVersion = (row: CommunityRow | undefined): CommunityVersion | undefined =>
    row && { version: row.version, adopted_ms: row.adopted_ms, community: JSON.parse(row.document) as Community };
  const keep = digestRows(db, "community");
  const adopt = db.transaction((community: Community, at: number): CommunityVersion => {
    const document = canonicalJson(community);
    const version = sha256Hex(document);
    const newest = sql.newest.get();
    if (newest?.version === version) return { version, adopted_ms: newest.adopted_ms, community };
    keep(sql.insert.run(version, at, document).lastInsertRowid);
    return { version, adopted_ms: at, community };
  }).immediate;
  return {
    async adopt(community, at) {
      return adopt(community, at);
    },
    async current() {
      return toVersion(sql.newest.get());
    },
    async adoptions() {
      return sql.adoptions.all();
    },
    async byVersion(version) {
      const row = sql.byVersion.get(version);
      // A document that was tampered with is not the one an entry names.
      return row !== undefined && sha256Hex(row.document) === version ? toVersion(row) : undefined;
    },
  };
}
