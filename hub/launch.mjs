#!/usr/bin/env node
// The door of the hub, in JavaScript that Node 12 can parse, because TypeScript runs as it is only from Node 24 on.
const NEEDED_MAJOR = 24;
// What the hub writes is for its own user alone.
const OWNER_ONLY = 0o077;

// Whoever reads our output may have seen enough, as in `millrace device profiles | head`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (fault) => {
    if (fault.code !== "EPIPE") throw fault;
  });
}

async function launch() {
  if (Number(process.versions.node.split(".")[0]) < NEEDED_MAJOR) {
    console.error(
      `millrace: this is Node ${process.versions.node}, and Millrace needs Node ${NEEDED_MAJOR} [NODE_TOO_OLD]`,
    );
    console.error("→ It brings its own: run it through npm, for example npm run demo.");
    return 1;
  }
  process.umask(OWNER_ONLY);
  const { runCommand } = await import("./cli/run-command.ts");
  return runCommand(process.argv.slice(2));
}

launch().then((code) => {
  process.exitCode = code;
});
