import { existsSync } from "node:fs";
import { join } from "node:path";
import { nothingMayBeSkipped } from "./requirements.ts";

/**
 * Real recordings lie beside the clone, not in it: `../shared/data/<name>`.
 * Meant for `const data = sharedData("grbl"); test.skipIf(data === undefined)("... (needs shared data grbl)", ...)`.
 * @returns absolute path of the file or folder, or `undefined` when it is not there
 * @throws Error when it is absent and nothing may be skipped (MILLRACE_NOTHING_SKIPPED=1, as in CI)
 */
export function sharedData(name: string): string | undefined {
  const path = join(import.meta.dirname, "..", "..", "shared", "data", name);
  if (existsSync(path)) return path;
  if (nothingMayBeSkipped) throw new Error(`no shared data at ${path}, and no test may be skipped`);
  return undefined;
}
