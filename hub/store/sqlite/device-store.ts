import type Database from "better-sqlite3";
import type { Device, DeviceStore, RegisteredDevice } from "../../members/device.ts";
import { digestRows } from "./row-digests.ts";

interface DeviceRow {
  readonly document: string | null;
  readonly author: string;
  readonly at_ms: number;
}

/**
 * Device documents in books.db: every change is a row, a removal is a row without a document, the newest one counts.
 * @param db as `openBooks` gives it
 */
export function sqliteDeviceStore(db: Database.Database): DeviceStore {
  const insert = db.prepare("INSERT INTO device (id, document, author, at_ms) VALUES (?, ?, ?, ?)");
  const newest = db.prepare<[], DeviceRow>(`SELECT document, author, at_ms FROM device
    WHERE seq IN (SELECT max(seq) FROM device GROUP BY id) ORDER BY id`);
  const newestOf = db.prepare<[string], DeviceRow>("SELECT * FROM device WHERE id = ? ORDER BY seq DESC LIMIT 1");
  const keep = digestRows(db, "device");
  const add = db.transaction((id: string, document: string | null, by: string, at: number) => {
    keep(insert.run(id, document, by, at).lastInsertRowid);
  }).immediate;
  return {
    async list() {
      return newest.all().flatMap(({ document, author, at_ms }): RegisteredDevice[] => {
        return document === null ? [] : [{ device: JSON.parse(document) as Device, by: author, at_ms }];
      });
    },
    async save(device, by, at) {
      add(device.id, JSON.stringify(device), by, at);
    },
    async remove(id, by, at) {
      const known = newestOf.get(id);
      if (known === undefined || known.document === null) return false;
      add(id, null, by, at);
      return true;
    },
  };
}
