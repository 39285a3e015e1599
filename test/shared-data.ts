import { existsSync } from "node:fs";
import { join } from "node:path";

/**
 * Real recordings lie beside the clone, not in it: `../shared/data/<name>`.
 * Meant for `const data = sharedData("grbl"); test.skipIf(data === undefined)("... (needs shared data grbl)", ...)`.
 * @returns absolute path of the file or folder, or `undefined` when it is not there
 *          (nothing can install it, so its absence is a loud skip in CI too)
 */
export function sharedData(name: string): string | undefined {
  const path = join(import.meta.dirname, "..", "..", "shared", "data", name);
  return existsSync(path) ? path : undefined;
}
