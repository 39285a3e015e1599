import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { isSet, loadCommandConfig, textOf } from "../../hub/cli/arguments.ts";
import type { Command, CommandArguments } from "../../hub/cli/command.ts";
import { commands, runCommand } from "../../hub/cli/run-command.ts";
import { HubError } from "../../hub/errors.ts";

const LAUNCHER = join(import.meta.dirname, "..", "..", "hub", "launch.mjs");

/** Run a command line against one command `serve` that does what the test says. */
async function typed(words: readonly string[], run: Command["run"] = async () => 0) {
  const printed: string[] = [];
  const errors: string[] = [];
  const command: Command = {
    options: { port: { type: "string", description: "port to listen on" }, once: { type: "boolean", short: "o" } },
    run,
  };
  const code = await runCommand(words, {
    commands: [{ name: "serve", summary: "run the hub", usage: "[PLACE]", load: async () => ({ command }) }],
    print: (text) => printed.push(text),
    printError: (text) => errors.push(text),
  });
  return { code, printed: printed.join("\n"), error: errors.join("\n") };
}

test("a command gets its flags and its words, and its exit code is the process's", async () => {
  let given: CommandArguments | undefined;
  const { code } = await typed(["serve", "here", "--port", "0", "-o", "--data=/d", "--", "--there"], async (args) => {
    given = args;
    return 7;
  });
  expect(code).toBe(7);
  expect(given?.positionals).toEqual(["here", "--there"]);
  expect(textOf(given!.values, "port")).toBe("0");
  expect(textOf(given!.values, "data")).toBe("/d");
  expect(isSet(given!.values, "once")).toBe(true);
  expect(isSet(given!.values, "help")).toBe(false);
});

test.each([
  ["an unknown command", ["srve"], "millrace: there is no command srve [COMMAND_UNKNOWN]\n→ Write millrace serve."],
  ["a strange command", ["dance"], "millrace: there is no command dance [COMMAND_UNKNOWN]\n→ Use one of serve."],
  ["help for an unknown command", ["help", "serv"], "there is no command serv [COMMAND_UNKNOWN]"],
  ["a flag before the command", ["--port", "1"], "Put the command first"],
  ["an unknown flag", ["serve", "--prot=1"], "millrace: serve: there is no flag --prot [COMMAND_ARGUMENT]"],
  ["its nearest", ["serve", "--prot=1"], "→ Write --port instead."],
  ["a flag near none", ["serve", "--colour"], "→ See millrace help serve."],
  ["an unknown letter", ["serve", "-x"], "there is no flag -x [COMMAND_ARGUMENT]"],
  ["a flag without its value", ["serve", "--port"], "'--port <value>' argument missing [COMMAND_ARGUMENT]"],
  ["a flag with a value too many", ["serve", "--once=yes"], "does not take an argument [COMMAND_ARGUMENT]"],
])("%s: a clear line and exit 1", async (_name, words, line) => {
  const { code, printed, error } = await typed(words);
  expect({ code, printed }).toEqual({ code: 1, printed: "" });
  expect(error).toContain(line);
  expect(error).not.toContain("at ");
});

test.each([[["--help"]], [["-h"]], [["help"]]])("%j lists every command", async (words) => {
  const { code, printed } = await typed(words);
  expect(code).toBe(0);
  expect(printed).toMatch(/^Usage: millrace COMMAND/);
  expect(printed).toMatch(/^ {2}serve {2}run the hub$/m);
});

test("no command at all shows the same list, as a failure", async () => {
  expect(await typed([])).toMatchObject({ code: 1, printed: expect.stringContaining("Usage: millrace COMMAND") });
});

test.each([[["help", "serve"]], [["serve", "--help"]], [["serve", "-h"]]])(
  "%j explains without running",
  async (words) => {
    const { code, printed } = await typed(words, async () => {
      throw new Error("it ran");
    });
    expect(code).toBe(0);
    expect(printed).toContain("Usage: millrace serve [PLACE] [flags]");
    expect(printed).toMatch(/--port PORT +port to listen on/);
    expect(printed).toMatch(/--config CONFIG +config file/);
  },
);

test("a fault of the world is three short lines", async () => {
  const { code, error } = await typed(["serve"], async () => {
    throw new HubError("PORT_IN_USE", "port 1883 is taken", {
      cause: new Error("listen EADDRINUSE"),
      remedy: "Stop the other broker.",
    });
  });
  expect(code).toBe(1);
  expect(error).toBe(
    "millrace: port 1883 is taken [PORT_IN_USE]\n  because: listen EADDRINUSE\n→ Stop the other broker.",
  );
});

test("the code stands in the headline of a message of many lines", async () => {
  const { error } = await typed(["serve"], async () => {
    throw new HubError("CONFIG_INVALID", "f has 2 problems\nf:1: a\nf:2: b", { remedy: "Correct them." });
  });
  expect(error).toBe("millrace: f has 2 problems [CONFIG_INVALID]\nf:1: a\nf:2: b\n→ Correct them.");
});

test("anything else is called a bug, with its stack and exit 2", async () => {
  const { code, error } = await typed(["serve"], async () => {
    throw new TypeError("x is not a function");
  });
  expect(code).toBe(2);
  expect(error).toMatch(/^millrace: this is a bug/);
  expect(error).toMatch(/TypeError: x is not a function\n +at /);
});

test("--data comes before the config file, and both may be left out", () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-cli-"));
  try {
    const config = join(folder, "a.yaml");
    writeFileSync(config, "data: inside\nweb: {port: 1}\n");
    expect(loadCommandConfig({ config })).toMatchObject({ data: join(folder, "inside"), web: { port: 1 } });
    expect(loadCommandConfig({ config, data: "else" }).data).toBe(join(process.cwd(), "else"));
    expect(Object.isFrozen(loadCommandConfig({ config, data: "else" }))).toBe(true);
    expect(loadCommandConfig({}).mqtt.port).toBe(1883);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every command in the list loads and can be explained", async () => {
  expect(commands.map(({ name }) => name)).toEqual([
    "serve",
    "demo",
    "replay",
    "settle",
    "verify",
    "export",
    "preview",
    "coefficients",
    "contest",
    "credential",
    "token",
    "doctor",
    "quarantine",
    "scan",
    "device",
  ]);
  for (const { load } of commands) expect((await load()).command).toMatchObject({ run: expect.any(Function) });
});

test("the launcher answers through a real process", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [LAUNCHER, "--version"]);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  await expect(promisify(execFile)(process.execPath, [LAUNCHER, "dmo"])).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Write millrace demo."),
  });
});

test("a Node too old is told so in two lines, before anything is loaded", async () => {
  const preload = `data:text/javascript,Object.defineProperty(process.versions,"node",{value:"20.20.2"})`;
  await expect(promisify(execFile)(process.execPath, ["--import", preload, LAUNCHER, "demo"])).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(
      /^millrace: this is Node 20\.20\.2, and Millrace needs Node 24.*\n→ .*npm run demo\.\n$/,
    ),
  });
});
