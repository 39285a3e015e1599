import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskImage } from "./build-image.ts";
import { createDiskFile } from "./disk-file.ts";
import type { WriteEvent } from "./read-write-log.ts";

/** The files that hold what was acknowledged; -shm is rebuilt, everything else speaks of the process. */
const DATABASE_FILE = /\.db(?:-wal|-journal)?$/;

/** The database files of a folder as they are now. */
export function readImage(folder: string): DiskImage {
  const names = readdirSync(folder).filter((name) => DATABASE_FILE.test(name));
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
}

export function writeImage(image: DiskImage, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of image) writeFileSync(join(folder, name), bytes);
}

/** The files after every event of a log, whether synced or not: what the machine sees as long as it has power. */
export function replayLog(base: DiskImage, log: readonly WriteEvent[]): DiskImage {
  const files = new Map([...base].map(([name, bytes]) => [name, createDiskFile(bytes)]));
  for (const event of log) {
    if (event.kind === "unlink") files.delete(event.file);
    if (event.kind !== "write" && event.kind !== "truncate" && event.kind !== "extend") continue;
    const file = files.get(event.file) ?? createDiskFile();
    files.set(event.file, file);
    if (event.kind === "write") file.write(event.offset, event.bytes);
    if (event.kind === "truncate") file.truncate(event.size);
    if (event.kind === "extend") file.extend(event.size);
  }
  return new Map([...files].map(([name, file]) => [name, file.content()]));
}

/** The names of the files that differ. An empty file and none are the same to SQLite. */
export function differingFiles(one: DiskImage, other: DiskImage): readonly string[] {
  const names = [...new Set([...one.keys(), ...other.keys()])].sort();
  const nothing = new Uint8Array();
  return names.filter((name) => Buffer.compare(one.get(name) ?? nothing, other.get(name) ?? nothing) !== 0);
}
