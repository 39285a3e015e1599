import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";
import { findProgram } from "./requirements.ts";
import { codeOf, importsOf, isCode, listFiles, type ModuleImport, ROOT, readSource } from "./source-tree.ts";

/** The rooms of the house and who may lean on whom, as DESIGN's layout says. */
const PURE = ["decode", "energy", "allocation"];
const DOMAIN = ["series", "machines", "settlement", "ledger", "statement", "members", "governance", "privacy"];
const ADAPTERS = ["intake", "store", "api", "demo"];
/** Every room of hub/ that exists or will; a folder that is not here has no place yet. */
const ROOMS = [...PURE, ...DOMAIN, ...ADAPTERS, "config", "cli"];

/** Packages without clock, disk, network or state; all that the core may lean on. */
const CORE_PACKAGES = [
  "typebox",
  "typebox/value",
  "csv-parse/sync",
  "fastest-levenshtein",
  "node:crypto",
  // Printed statements: content to bytes. It asks the clock for the creation date unless told, and is always told.
  "pdfkit",
  // Sparkplug's protobuf: bytes to objects and back, nothing else. Loaded on demand, it weighs 7 MB.
  "sparkplug-payload/lib/sparkplugPayloadProto.js",
];
/** The composition root with what starts it; only commands know these. */
const MAIN = ["main.ts", "json-log.ts", "launch.mjs", "pinned-node.mjs"];

const FOLDERS = ["hub", "firmware-bridge", "dashboards", "deploy", "test"];
/** Fewer means that the walk lost a folder, not that the house shrank. */
const LEAST_FILES = 180;
const WARN_LINES = 300;
const MOST_LINES = 500;

const files = listFiles(FOLDERS);
const code = files.filter(isCode).map((path) => ({ path, source: readSource(path) }));
const hubCode = code.filter(({ path }) => path.startsWith("hub/"));

/** `hub/energy/interval.ts` -> "energy", `hub/units.ts` -> "kernel", `hub/main.ts` -> "main". */
function roomOf(path: string): string {
  const [folder, room, ...rest] = path.split("/");
  if (folder !== "hub") return folder ?? "";
  if (rest.length > 0) return room ?? "";
  return MAIN.includes(room ?? "") ? "main" : "kernel";
}

interface Arrow extends ModuleImport {
  readonly from: string;
  /** Path inside the repository, or undefined for a package. */
  readonly to: string | undefined;
}

function arrowsOf({ path, source }: { readonly path: string; readonly source: string }): readonly Arrow[] {
  return importsOf(source).map((each) => ({
    ...each,
    from: path,
    to: each.module.startsWith(".") ? posix.join(posix.dirname(path), each.module) : undefined,
  }));
}

/** Arrows of some rooms that point where they may not. */
function wrongArrows(
  rooms: readonly string[],
  isAllowed: (arrow: Arrow, toRoom: string) => boolean,
): readonly string[] {
  return hubCode
    .filter(({ path }) => rooms.includes(roomOf(path)))
    .flatMap(arrowsOf)
    .filter((arrow) => !isAllowed(arrow, arrow.to === undefined ? "package" : roomOf(arrow.to)))
    .map(({ from, module }) => `${from} imports ${module}`);
}

const isCorePackage = ({ to, module }: Arrow) => to === undefined && CORE_PACKAGES.includes(module);

describe("the walk", () => {
  test(`sees at least ${LEAST_FILES} files`, () => {
    expect(files.length).toBeGreaterThanOrEqual(LEAST_FILES);
    expect(code.flatMap(arrowsOf).length).toBeGreaterThan(files.length);
  });

  const hasGit = existsSync(join(ROOT, ".git")) && findProgram("git") !== undefined;
  test.skipIf(!hasGit)("sees exactly the files that git sees (needs git and a clone)", () => {
    const listed = execFileSync(
      "git",
      ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...FOLDERS],
      { cwd: ROOT, encoding: "utf8" },
    );
    const seen = [...new Set(listed.split("\0"))].filter((path) => path !== "" && existsSync(join(ROOT, path)));
    expect(files).toEqual(seen.sort());
  });

  test("knows every room", () => {
    const rooms = new Set(hubCode.map(({ path }) => roomOf(path)));
    expect([...rooms].filter((room) => ![...ROOMS, "kernel", "main"].includes(room))).toEqual([]);
  });
});

describe("the arrows", () => {
  test("the kernel leans on nobody", () => {
    expect(wrongArrows(["kernel"], (arrow, room) => isCorePackage(arrow) || room === "kernel")).toEqual([]);
  });

  test("pure rooms lean on the kernel and on each other", () => {
    const allowed = ["kernel", ...PURE];
    expect(wrongArrows(PURE, (arrow, room) => isCorePackage(arrow) || allowed.includes(room))).toEqual([]);
  });

  test("domain rooms lean on no adapter, no config and no machinery", () => {
    const allowed = ["kernel", ...PURE, ...DOMAIN];
    expect(wrongArrows(DOMAIN, (arrow, room) => isCorePackage(arrow) || allowed.includes(room))).toEqual([]);
  });

  test("config leans on the core alone", () => {
    const allowed = ["package", "kernel", "config", ...PURE, ...DOMAIN];
    expect(wrongArrows(["config"], (_arrow, room) => allowed.includes(room))).toEqual([]);
  });

  test.each(ADAPTERS)("%s knows no other adapter, and of config only the types", (adapter) => {
    const allowed = ["package", "kernel", adapter, ...PURE, ...DOMAIN];
    const isAllowed = ({ kind }: Arrow, room: string) =>
      allowed.includes(room) || (room === "config" && kind === "type");
    expect(wrongArrows([adapter], isAllowed)).toEqual([]);
  });

  test("dashboards and the bridge take nothing but types from the hub", () => {
    const outside = code.filter(({ path }) => /^(dashboards|firmware-bridge)\//.test(path));
    const taken = outside.flatMap(arrowsOf).filter(({ to, kind }) => to?.startsWith("hub/") && kind !== "type");
    expect(taken.map(({ from, module }) => `${from} imports ${module}`)).toEqual([]);
  });

  test("the hub takes nothing from outside hub/ but its own version", () => {
    const taken = hubCode
      .flatMap(arrowsOf)
      .filter(({ to }) => to !== undefined && !/^(?:hub\/|package\.json$)/.test(to));
    expect(taken.map(({ from, module }) => `${from} imports ${module}`)).toEqual([]);
  });
});

describe("the words", () => {
  /** Every place in these files where a pattern occurs in code; strings and comments do not count. */
  function occurrences(where: typeof code, pattern: RegExp): readonly string[] {
    return where.flatMap(({ path, source }) => {
      const found = [...codeOf(source).matchAll(new RegExp(pattern, "g"))];
      return found.map(([word]) => `${path}: ${word.trim()}`);
    });
  }

  const pure = hubCode.filter(({ path }) => PURE.includes(roomOf(path)));

  test.each([
    ["the clock", /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\.|\bTemporal\.Now\b/],
    ["timers", /\bset(?:Timeout|Interval|Immediate)\b/],
    ["chance", /\bMath\.random\b|\brandom(?:UUID|Bytes|Int)\b/],
    ["the environment", /\bprocess\.|\bglobalThis\b/],
    ["a logger", /\bconsole\.|\blog(?:ger)?\.(?:debug|info|warn|error)\b/],
    ["the network", /\bfetch\(/],
  ])("pure rooms never touch %s", (_name, pattern) => {
    expect(pure.length).toBeGreaterThan(10);
    expect(occurrences(pure, pattern)).toEqual([]);
  });

  test("nothing is typed `any`", () => {
    expect(occurrences(code, /(?::|\bas|<|\||,|=>)\s*any\b(?!\()/)).toEqual([]);
  });

  test("exports have names, except where a tool asks for a default", () => {
    const ours = code.filter(({ path }) => !/\.config\.ts$/.test(path));
    expect(occurrences(ours, /\bexport\s+default\b|\bexport\s*\{[^}]*\bas\s+default\b/)).toEqual([]);
  });

  test("no test runs alone", () => {
    expect(occurrences(code, /\b(?:test|it|describe)(?:\.\w+)*\.only\b/)).toEqual([]);
  });

  test("nothing is left for later in the source", () => {
    const left = code.filter(({ source }) => /\b(?:TO[D]O|FIX[M]E|XX[X])\b/.test(source));
    expect(left.map(({ path }) => path)).toEqual([]);
  });

  test("only tests know where shared recordings lie", () => {
    const leaning = files.filter((path) => !path.startsWith("test/") && /\.(ts|tsx|mjs|json|ya?ml|sh|md)$/.test(path));
    expect(leaning.filter((path) => readSource(path).includes("../shared"))).toEqual([]);
  });
});

describe("the names", () => {
  test("no bags and no barrels", () => {
    const bag = /(?:^|\/)(?:utils?|helpers?|common|misc|types|index)(?:\.[cm]?[jt]sx?$|\/)/;
    expect(files.filter((path) => bag.test(path))).toEqual([]);
  });

  test("nothing manages, serves or helps by name", () => {
    const vague = /\b(?:class|interface|type|const|function)\s+\w*(?:Manager|Service|Helper)\b/;
    expect(code.filter(({ source }) => vague.test(codeOf(source))).map(({ path }) => path)).toEqual([]);
  });

  test("files are named in kebab-case after the thing", () => {
    const odd = code.filter(({ path }) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z]+)+$/.test(posix.basename(path)));
    expect(odd.map(({ path }) => path)).toEqual([]);
  });
});

describe("the size", () => {
  /** Profiles and tables are as long as what they list. */
  const isTable = (path: string) => /^hub\/decode\/profiles\/|-table\.ts$/.test(path);
  const sizes = code.map(({ path, source }) => ({ path, lines: source.split("\n").length - 1 }));
  const told = ({ path, lines }: { path: string; lines: number }) => `${path}: ${lines} lines`;

  test(`no file is longer than ${MOST_LINES} lines`, () => {
    const long = sizes.filter(({ path, lines }) => lines > MOST_LINES && !isTable(path));
    expect(long.map(told)).toEqual([]);
    const asking = sizes.filter(({ path, lines }) => lines > WARN_LINES && lines <= MOST_LINES && !isTable(path));
    if (asking.length > 0) console.warn(`more than ${WARN_LINES} lines, two ideas?\n${asking.map(told).join("\n")}`);
  });
});
