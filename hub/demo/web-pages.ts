import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { HubError } from "../errors.ts";

/** The pages' sources, and what Vite makes of them. */
const WEB_FOLDER = join(import.meta.dirname, "../../dashboards/web");
const BUILT_FOLDER = "dist";
const BUILT_PAGE = join(BUILT_FOLDER, "index.html");

/**
 * Build the pages when they were never built or are older than their sources.
 * A stale page is better than none: without Vite (an installation without development packages) it is left as it is.
 * @returns "built" now, or "ready" already
 * @throws HubError WEB_PAGES_MISSING when there is neither a built page nor a Vite that could build it
 */
export async function prepareWebPages(folder = WEB_FOLDER): Promise<"built" | "ready"> {
  const page = join(folder, BUILT_PAGE);
  const builtAt = existsSync(page) ? statSync(page).mtimeMs : undefined;
  if (builtAt !== undefined && newestChange(folder) <= builtAt) return "ready";
  try {
    const { build } = await import("vite");
    await build({ root: folder, configFile: join(folder, "vite.config.ts"), logLevel: "silent" });
    return "built";
  } catch (cause) {
    if (builtAt !== undefined && isModuleMissing(cause)) return "ready";
    throw new HubError("WEB_PAGES_MISSING", "the pages are not built and cannot be built here", {
      cause,
      remedy: "Run npm ci in the project's folder, then npm run build:web, which says more.",
    });
  }
}

/** When any source of the pages was changed last, epoch ms. */
function newestChange(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== BUILT_FOLDER);
  const changes = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? newestChange(path) : statSync(path).mtimeMs;
  });
  return Math.max(0, ...changes);
}

function isModuleMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ERR_MODULE_NOT_FOUND";
}
