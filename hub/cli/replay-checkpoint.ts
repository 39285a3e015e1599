import { mkdirSync, readFileSync } from "node:fs";
import { open, rename } from "node:fs/promises";
import { join } from "node:path";

/** How far one file has been replayed into one folder. */
export interface ReplayCheckpoint {
  readonly file: string;
  readonly map: string;
  /** Rows of the file whose readings are all acknowledged, which means stored. */
  readonly rows: number;
  readonly rows_total: number;
}

export interface CheckpointFile {
  /** `undefined` when this file was never replayed by this map, or the checkpoint cannot be read: sending again is safe. */
  read(): ReplayCheckpoint | undefined;
  /** On the disk when it resolves; a crash leaves the earlier one. */
  write(checkpoint: ReplayCheckpoint): Promise<void>;
}

/**
 * @param folder the hub's data folder
 * @param digest of file and map: another file or another map begins anew
 */
export function checkpointFile(folder: string, digest: string): CheckpointFile {
  const parent = join(folder, "replay");
  const path = join(parent, `${digest}.json`);
  return {
    read() {
      try {
        const read: unknown = JSON.parse(readFileSync(path, "utf8"));
        return isCheckpoint(read) ? read : undefined;
      } catch {
        return undefined;
      }
    },
    async write(checkpoint) {
      mkdirSync(parent, { recursive: true });
      await writeDurably(`${path}.new`, `${JSON.stringify(checkpoint)}\n`);
      await rename(`${path}.new`, path);
      await syncFolder(parent);
    },
  };
}

function isCheckpoint(value: unknown): value is ReplayCheckpoint {
  if (typeof value !== "object" || value === null) return false;
  const { rows, rows_total } = value as Partial<ReplayCheckpoint>;
  return Number.isSafeInteger(rows) && Number.isSafeInteger(rows_total);
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, "w");
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
