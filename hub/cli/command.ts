import type { ParseArgsOptionDescriptor } from "node:util";

/**
 * One command of `millrace`: its file in this folder exports `command`, and one line in run-command.ts names it.
 * `--config FILE`, `--data FOLDER` and `--help` belong to every command and are not repeated in `options`.
 */
export interface Command {
  /** Flags of this command alone, as `parseArgs` of node:util takes them; strict, so an unknown flag is refused. */
  readonly options: CommandOptions;
  /**
   * Do it. A command prints its own result on stdout; a `HubError` it throws is printed by run-command.ts.
   * @returns the exit code of the process: 0 for done, 1 for a clear "no" such as a verification that failed
   */
  run(args: CommandArguments): Promise<number>;
}

/** Flags by their long name; the description is what `millrace help` says about one. */
export type CommandOptions = Readonly<
  Record<string, Readonly<ParseArgsOptionDescriptor> & { readonly description?: string }>
>;

export interface CommandArguments {
  readonly values: CommandValues;
  /** Words that are no flags, in order, without the command's own name. */
  readonly positionals: readonly string[];
}

/** What `parseArgs` found for each flag; read it through the doors in arguments.ts. */
export type CommandValues = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
