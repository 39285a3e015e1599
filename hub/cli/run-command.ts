import { inspect } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { HubError } from "../errors.ts";
import { nearestWord } from "../nearest-word.ts";
import { isSet, parseArguments, sharedOptions } from "./arguments.ts";
import type { Command, CommandOptions } from "./command.ts";

/** What stands in the list of commands before one is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** What follows the name, for people. */
  readonly usage: string;
  /** Loaded only when it runs, so that `verify` never waits for a web server. */
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** Where a command line is answered; tests hand in their own. */
export interface CommandSurroundings {
  readonly commands: readonly CommandEntry[];
  print(text: string): void;
  printError(text: string): void;
}

export const commands: readonly CommandEntry[] = [
  {
    name: "serve",
    summary: "run the hub: broker, store, settlement and pages",
    usage: "",
    load: () => import("./serve.ts"),
  },
  {
    name: "demo",
    summary: "run a hub with a simulated community",
    usage: "",
    load: () => import("./demo.ts"),
  },
  {
    name: "replay",
    summary: "publish a CSV of registers or energies through a broker, as fast as it is stored",
    usage: "FILE --map MAP.yaml",
    load: () => import("./replay.ts"),
  },
  {
    name: "settle",
    summary: "settle closed days now",
    usage: "",
    load: () => import("./settle.ts"),
  },
  {
    name: "verify",
    summary: "recompute settled days from the readings and compare every entry",
    usage: "",
    load: () => import("./verify.ts"),
  },
  {
    name: "export",
    summary: "write a member's statement, a journal for hledger, or coefficients for a distributor",
    usage: "statement MEMBER | journal | coefficients",
    load: () => import("./export.ts"),
  },
  {
    name: "preview",
    summary: "what another sharing rule would have meant on past days: who gains, who loses",
    usage: "--policy FILE | --ready-made NAME",
    load: () => import("./preview.ts"),
  },
  {
    name: "coefficients",
    summary: "take in the shares that an operator names, from a table with a row a moment",
    usage: "FILE --key NAME",
    load: () => import("./coefficients.ts"),
  },
  {
    name: "contest",
    summary: "list contested entries, show a case, and decide it",
    usage: "list | show ID | decide ID --reject | --uphold --wrong JSON",
    load: () => import("./contest.ts"),
  },
  {
    name: "credential",
    summary: "issue, list and revoke the credentials of devices",
    usage: "issue NAME --device DEVICE | list | revoke NAME",
    load: () => import("./credential.ts"),
  },
  {
    name: "token",
    summary: "print what a steward's writes are known by, and the page's address with it",
    usage: "",
    load: () => import("./token.ts"),
  },
  {
    name: "doctor",
    summary: "look whether everything a hub needs is well, and say what to do",
    usage: "",
    load: () => import("./doctor.ts"),
  },
  {
    name: "quarantine",
    summary: "list what could not be decoded, and decode it again",
    usage: "list | replay [ID ...]",
    load: () => import("./quarantine.ts"),
  },
  {
    name: "scan",
    summary: "look for Modbus devices on a network or a serial line",
    usage: "--subnet CIDR | --serial PATH",
    load: () => import("./scan.ts"),
  },
  {
    name: "device",
    summary: "try a device, add it and take it away; list devices, profiles and dialects",
    usage: "list | try [ID] | add ID | remove ID | profiles | dialects",
    load: () => import("./device.ts"),
  },
];

const terminal: CommandSurroundings = {
  commands,
  print: (text) => void process.stdout.write(`${text}\n`),
  printError: (text) => void process.stderr.write(`${text}\n`),
};

/** Something went wrong that no remedy is known for. */
const EXIT_BUG = 2;

/**
 * Run one command line and say what went wrong, if anything, in words. Never rejects.
 * @param words what was typed after `millrace`
 * @returns the exit code: the command's own, 1 after a `HubError`, 2 after a bug
 */
export async function runCommand(words: readonly string[], surroundings = terminal): Promise<number> {
  try {
    return await dispatch(words, surroundings);
  } catch (error) {
    surroundings.printError(error instanceof HubError ? describeHubError(error) : describeBug(error));
    return error instanceof HubError ? 1 : EXIT_BUG;
  }
}

/** Three short lines: what happened with its code, why if known, and what to do. */
export function describeHubError(error: HubError): string {
  const [headline, ...details] = error.message.split("\n");
  const { cause } = error;
  const why = cause === undefined ? [] : [`  because: ${cause instanceof Error ? cause.message : String(cause)}`];
  return [`millrace: ${headline} [${error.code}]`, ...details, ...why, `→ ${error.remedy}`].join("\n");
}

function describeBug(error: unknown): string {
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : inspect(error);
  return `millrace: this is a bug in Millrace, not yours [INTERNAL]\n${stack}\n→ Please report it with the lines above.`;
}

async function dispatch(words: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const [first, ...rest] = words;
  if (first === undefined || first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    surroundings.print(overview(surroundings.commands));
    return first === undefined ? 1 : 0;
  }
  if (first === "--version") {
    surroundings.print(manifest.version);
    return 0;
  }
  const entry = findCommand(first === "help" ? (rest[0] ?? "") : first, surroundings.commands);
  const { command } = await entry.load();
  const args = parseArguments(entry.name, command.options, first === "help" ? [] : rest);
  if (first !== "help" && !isSet(args.values, "help")) return command.run(args);
  surroundings.print(explainCommand(entry, command));
  return 0;
}

function findCommand(name: string, among: readonly CommandEntry[]): CommandEntry {
  const entry = among.find((each) => each.name === name);
  if (entry !== undefined) return entry;
  const names = among.map((each) => each.name);
  const nearest = nearestWord(name, names);
  const remedy = nearest === undefined ? `Use one of ${names.join(", ")}.` : `Write millrace ${nearest}.`;
  if (name.startsWith("-")) {
    throw new HubError("COMMAND_ARGUMENT", `${name} stands where the command should`, {
      remedy: `Put the command first, then its flags: millrace COMMAND ${name}.`,
    });
  }
  throw new HubError("COMMAND_UNKNOWN", `there is no command ${name}`, { remedy });
}

function overview(among: readonly CommandEntry[]): string {
  return [
    "Usage: millrace COMMAND [flags]",
    "",
    ...inColumns(among.map(({ name, summary }) => [name, summary])),
    "",
    ...describeFlags(sharedOptions),
    "",
    "millrace help COMMAND tells more about one. millrace --version tells which this is.",
  ].join("\n");
}

function explainCommand({ name, usage, summary }: CommandEntry, { options }: Command): string {
  const line = ["Usage: millrace", name, usage, "[flags]"].filter((word) => word !== "").join(" ");
  return [line, `  ${summary}`, "", ...describeFlags({ ...options, ...sharedOptions })].join("\n");
}

function describeFlags(options: CommandOptions): readonly string[] {
  return inColumns(
    Object.entries(options).map(([flag, { type, description }]) => [
      type === "string" ? `--${flag} ${flag.toUpperCase()}` : `--${flag}`,
      description ?? "",
    ]),
  );
}

function inColumns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
