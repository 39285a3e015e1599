import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** In CI everything is installed, so a missing tool is a failure there and a loud skip anywhere else. */
export const nothingMayBeSkipped = process.env.MILLRACE_NOTHING_SKIPPED === "1";

/** Servers such as mosquitto live here, and the PATH of an ordinary user often does not say so. */
const SYSTEM_FOLDERS = ["/usr/local/sbin", "/usr/sbin"];

/**
 * Is this program installed? Meant for `test.skipIf(!need("mosquitto_pub"))("... (needs mosquitto_pub)", ...)`.
 * @param tool name of an executable on the PATH
 * @throws Error when it is absent and nothing may be skipped (MILLRACE_NOTHING_SKIPPED=1, as in CI)
 */
export function need(tool: string): boolean {
  const found = findProgram(tool) !== undefined;
  if (!found && nothingMayBeSkipped) {
    throw new Error(`${tool} is not installed, and MILLRACE_NOTHING_SKIPPED=1 says that no test may be skipped`);
  }
  return found;
}

/** Where an executable is, or `undefined`. */
export function findProgram(tool: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS];
  return folders.map((folder) => join(folder, tool)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
