import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where a running hub can be reached; it writes this into its folder so that commands find it. */
export interface RunningHub {
  readonly pid: number;
  readonly mqtt: { readonly host: string; readonly port: number };
  readonly web: { readonly url: string } | null;
}

const FILE = "hub.json";

export function announceHub(folder: string, hub: RunningHub): void {
  const path = join(folder, FILE);
  writeFileSync(`${path}.new`, `${JSON.stringify(hub)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function withdrawHub(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}

/** What the last hub of this folder announced; it may be gone: only the folder's lock tells. */
export function findHub(folder: string): RunningHub | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), "utf8")) as RunningHub;
  } catch {
    return undefined;
  }
}
