#!/usr/bin/env node
// Runs a command with the Node that package.json pins, whatever Node npm itself runs on. JavaScript that Node 20 can parse.
//
// npm links the pinned package's `node` first on the PATH of its scripts, but npm 10, which comes with Node 20, takes that
// link away again when it leaves out the package of the other processor, because both would link the same name.
//
// Usage: node hub/pinned-node.mjs COMMAND [ARGUMENTS]
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED_MAJOR = 24;
const modules = fileURLToPath(new URL("../node_modules", import.meta.url));
const pinned = join(modules, `node-${process.platform}-${process.arch}`, "bin");
const [command, ...words] = process.argv.slice(2);

if (command === undefined) fail("no command given", "Write: node hub/pinned-node.mjs COMMAND [ARGUMENTS]");
else if (existsSync(pinned)) run(pinned);
else if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) run();
else
  fail(
    `this is Node ${process.versions.node}, and Millrace needs Node ${NEEDED_MAJOR}`,
    "Run npm ci first; it brings one.",
  );

function run(...folders) {
  const PATH = [...folders, join(modules, ".bin"), process.env.PATH].join(delimiter);
  // TypeScript is stripped once and kept: 30 MB less memory, because no thread loads the compiler, and a quicker start.
  const NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(modules, ".cache", "millrace");
  const child = spawn(command, words, { stdio: "inherit", env: { ...process.env, PATH, NODE_COMPILE_CACHE } });
  // A terminal sends Ctrl-C to both; whoever stops this process alone means the command.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (cause) => fail(`${command} cannot be run: ${cause.message}`, "Run npm ci, then try again."));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function fail(what, remedy) {
  console.error(`millrace: ${what} [NODE_TOO_OLD]`);
  console.error(`→ ${remedy}`);
  process.exitCode = 1;
}
