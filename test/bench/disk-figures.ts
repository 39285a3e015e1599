import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { join } from "node:path";
import { medianOf } from "./percentiles.ts";

/** statfs(2): the type of a file system that lives in memory, where a sync costs nothing. */
const TMPFS_MAGIC = 0x01021994;
/** A commit writes about this much: two pages of the write-ahead log. */
const PROBE_BYTES = 8_192;
const PROBES = 60;

/** How long one fdatasync of a small append takes in a folder, in ms: the median of some. */
export function syncMs(folder: string): number {
  const path = join(folder, "sync-probe");
  const file = openSync(path, "w");
  const times: number[] = [];
  try {
    for (let probe = 0; probe < PROBES; probe += 1) {
      writeSync(file, Buffer.alloc(PROBE_BYTES, probe));
      const before = performance.now();
      fdatasyncSync(file);
      times.push(performance.now() - before);
    }
  } finally {
    closeSync(file);
    rmSync(path);
  }
  return medianOf(times);
}

/** True when a folder lives in memory: figures from there say nothing about a disk. */
export function isInMemory(folder: string): boolean {
  return statfsSync(folder).type === TMPFS_MAGIC;
}
