import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { openDatabase } from "../../hub/store/sqlite/open-database.ts";
import type { Bench, Line } from "./bench.ts";
import { loginsOf, planClients, runLoad, troubleOf } from "./generator.ts";
import { issueCredentials, startHubProcess } from "./hub-process.ts";
import { makeLoopDisk } from "./loop-disk.ts";
import { writtenBytes } from "./process-figures.ts";

const PER_SECOND = 50;
const CLIENTS = 50;
const SHIPPED_WINDOW_MS = 1_000;
const BYTES_A_READING = 250;
const DISK_MB = 512;
/** A 32 GB card whose cells bear a thousand writes, as consumer cards are rated; what the card itself adds is unknown. */
const CARD_ENDURANCE_BYTES = 32e9 * 1_000;
const SECONDS_A_YEAR = 31_556_952;

export const deviceWritesBench: Bench = {
  name: "device-writes",
  about: `what ${PER_SECOND} readings/s at the shipped window of ${SHIPPED_WINDOW_MS} ms write to the card`,
  async run(options) {
    const disk = makeLoopDisk(options.folder, { sizeMb: DISK_MB });
    if (disk === undefined) {
      options.note("needs root and mkfs.ext4 for a disk of its own: only what the hub itself writes is counted");
    }
    const data = mkdtempSync(join(disk?.path ?? options.folder, "device-writes-"));
    try {
      const plan = planClients(CLIENTS);
      const logins = loginsOf(plan, await issueCredentials(data, plan));
      const log = growLog(join(data, "readings.db"));
      const hub = await startHubProcess({ data, windowMs: SHIPPED_WINDOW_MS, profiles: options.profiles });
      const atStart = { process: 0, device: 0 };
      const atEnd = { process: 0, device: 0 };
      const measureMs = options.full ? 900_000 : options.quick ? 15_000 : 90_000;
      const pace = { kind: "steady", perSecond: PER_SECOND } as const;
      const spec = { port: hub.mqttPort, logins, pace, warmMs: 5_000, measureMs, drainMs: 5_000 };
      const report = await runLoad(spec, (phase) => {
        const figures = phase === "measuring" ? atStart : atEnd;
        figures.process = writtenBytes(hub.pid);
        figures.device = disk?.writtenBytes() ?? Number.NaN;
      }).finally(async () => {
        await hub.stop();
        log.close();
      });
      const trouble = troubleOf(report);
      if (trouble !== undefined) options.note(trouble);

      const readings = PER_SECOND * (report.measuredMs / 1_000);
      const byHub = (atEnd.process - atStart.process) / readings;
      const onDevice = (atEnd.device - atStart.device) / readings;
      const withCheckpoint = ((disk?.writtenBytes() ?? Number.NaN) - atStart.device) / readings;
      const judged = disk === undefined ? byHub : onDevice;
      const lines: Line[] = [
        { name: "device writes, pages the hub writes", measured: byHub, unit: "bytes/reading" },
        { name: "device writes, all that reaches the disk", measured: onDevice, unit: "bytes/reading" },
        { name: "device writes, with the checkpoint of closing", measured: withCheckpoint, unit: "bytes/reading" },
        { name: "device writes, judged", measured: judged, unit: "bytes/reading", budget: { atMost: BYTES_A_READING } },
        { name: "device writes a day", measured: (judged * PER_SECOND * 86_400) / 1e6, unit: "MB" },
        {
          name: "life of a 32 GB card of 1,000 writes a cell",
          measured: CARD_ENDURANCE_BYTES / (judged * PER_SECOND * SECONDS_A_YEAR),
          unit: "years",
        },
      ];
      return lines.filter(({ measured }) => Number.isFinite(measured));
    } finally {
      rmSync(data, { recursive: true, force: true });
      disk?.remove();
    }
  },
};

/**
 * A write-ahead log as a hub has it after its first minutes: as long as it will ever be. While it still grows, the file
 * system's journal writes more than the hub does, but that passes.
 * @returns the connection that keeps the log when the hub closes its own
 */
function growLog(path: string): Database.Database {
  const db = openDatabase(path);
  db.exec("CREATE TABLE filler (body BLOB); INSERT INTO filler VALUES (zeroblob(6000000)); DROP TABLE filler;");
  db.pragma("wal_checkpoint(RESTART)");
  return db;
}
