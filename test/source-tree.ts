import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The repository's root. */
export const ROOT = join(import.meta.dirname, "..");

/** Made by tools, not by people. */
const SKIPPED_FOLDERS = new Set(["node_modules", "dist", "coverage"]);

/** One import or re-export of another module. */
export interface ModuleImport {
  readonly module: string;
  /** `type` leaves nothing behind at run time, `dynamic` is loaded when it is called for, and may be absent. */
  readonly kind: "type" | "static" | "dynamic";
}

/** Every file below these folders of the repository, as paths from its root with `/`, sorted. */
export function listFiles(folders: readonly string[]): readonly string[] {
  return folders.flatMap(walk).sort();
}

export function readSource(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

export function isCode(path: string): boolean {
  return /\.(ts|tsx|mts|mjs|js)$/.test(path);
}

/** What a module imports, dynamic imports included; the house's formatter puts every import at the start of a line. */
export function importsOf(source: string): readonly ModuleImport[] {
  const code = withoutComments(source);
  const fixed = [...code.matchAll(/^(?:import|export)\b(\s+type\b)?(?:[^"';]*?\bfrom)?\s*"([^"]+)"/gm)];
  const dynamic = [...code.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)];
  return [
    ...fixed.map(([, type, module = ""]) => ({
      module,
      kind: type === undefined ? ("static" as const) : ("type" as const),
    })),
    ...dynamic.map(([, module = ""]) => ({ module, kind: "dynamic" as const })),
  ];
}

/** Source without comments and with empty strings, so that only code is searched for words. */
export function codeOf(source: string): string {
  return source.replace(STRING_OR_COMMENT, (_match, text?: string) => (text === undefined ? " " : '""'));
}

function withoutComments(source: string): string {
  return source.replace(STRING_OR_COMMENT, (_match, text?: string) => text ?? " ");
}

/** Strings come first, so that the slashes of an address begin no comment. */
const STRING_OR_COMMENT =
  /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|(?<!\\)\/\/[^\n]*/g;

function walk(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : walk(path);
    return entry.name.endsWith(".log") ? [] : [path];
  });
}
