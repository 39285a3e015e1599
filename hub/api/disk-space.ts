import { statfs } from "node:fs/promises";

/** Room on the file system of the data folder, bytes; `free` is what an ordinary user may still take. */
export interface DiskSpace {
  readonly free: number;
  readonly size: number;
}

/** Less is nearly full: room for a few days of readings, and for sealing and a checkpoint to finish. */
export const LEAST_FREE_BYTES = 200e6;
/** And so is less than this part of the disk, up to what is plenty anywhere. */
const LEAST_FREE_PART = 0.05;
const PLENTY_BYTES = 2e9;

export async function readDiskSpace(folder: string): Promise<DiskSpace | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, size: blocks * bsize };
  } catch {
    return undefined;
  }
}

export function isNearlyFull({ free, size }: DiskSpace): boolean {
  return free < LEAST_FREE_BYTES || free < Math.min(PLENTY_BYTES, size * LEAST_FREE_PART);
}
