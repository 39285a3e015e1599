import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadConfig } from "../config/load.ts";
import type { Config } from "../config/schema.ts";
import { HubError } from "../errors.ts";
import { nearestWord } from "../nearest-word.ts";
import type { CommandArguments, CommandOptions, CommandValues } from "./command.ts";

/** Flags of every command. */
export const sharedOptions = {
  config: { type: "string", description: "config file; without it ./millrace.yaml or the defaults" },
  data: { type: "string", description: "folder of everything that is kept; comes before the config file's" },
  help: { type: "boolean", short: "h", description: "show this" },
} as const satisfies CommandOptions;

/**
 * Take the words after a command's name apart, strictly.
 * @param options flags of the command alone
 * @throws HubError COMMAND_ARGUMENT for an unknown flag, naming the nearest, and for a flag without its value
 */
export function parseArguments(name: string, options: CommandOptions, words: readonly string[]): CommandArguments {
  const known = { ...sharedOptions, ...options };
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: known,
      strict: true,
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (cause) {
    const unknown = words.find((word) => /^--?[a-z]/i.test(word) && !isKnownFlag(word, known));
    if (unknown === undefined) {
      throw badArgument(name, cause instanceof Error ? firstSentence(cause.message) : String(cause));
    }
    const nearest = nearestWord(flagName(unknown), Object.keys(known));
    throw badArgument(
      name,
      `there is no flag ${unknown.split("=")[0]}`,
      nearest === undefined ? undefined : `Write --${nearest} instead.`,
    );
  }
}

/** A fault in what was typed after a command. */
export function badArgument(name: string, message: string, remedy = `See millrace help ${name}.`): HubError {
  return new HubError("COMMAND_ARGUMENT", `${name}: ${message}`, { remedy });
}

/**
 * The config of a command: `--config FILE`, else ./millrace.yaml, else the defaults; `--data FOLDER` comes before both.
 * @throws HubError as `loadConfig` does
 */
export function loadCommandConfig(values: CommandValues): Config {
  const config = loadConfig(textOf(values, "config"));
  const data = textOf(values, "data");
  return data === undefined ? config : Object.freeze({ ...config, data: resolve(data) });
}

/** The text given for a flag, or `undefined`. */
export function textOf(values: CommandValues, flag: string): string | undefined {
  const value = values[flag];
  return typeof value === "string" ? value : undefined;
}

/** True when a flag that takes no value is there. */
export function isSet(values: CommandValues, flag: string): boolean {
  return values[flag] === true;
}

function flagName(word: string): string {
  return word.replace(/^-+/, "").replace(/=.*$/, "");
}

function isKnownFlag(word: string, known: CommandOptions): boolean {
  const flag = flagName(word);
  if (word.startsWith("--")) return Object.hasOwn(known, flag);
  return Object.values(known).some(({ short }) => short !== undefined && flag.startsWith(short));
}

/** Messages of parseArgs go on to explain its own ways out; the first sentence is the fault. */
function firstSentence(message: string): string {
  return message.replace(/[.\n].*$/s, "");
}
