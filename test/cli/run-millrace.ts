import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const LAUNCHER = join(import.meta.dirname, "../../hub/launch.mjs");

export interface CommandOutcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Run `millrace` with these words as a process of its own. */
export async function runMillrace(...words: readonly string[]): Promise<CommandOutcome> {
  const done = promisify(execFile)(process.execPath, [LAUNCHER, ...words]);
  const {
    code = 0,
    stdout,
    stderr,
  } = (await done.catch((failure: unknown) => failure)) as {
    readonly code?: number;
    readonly stdout: string;
    readonly stderr: string;
  };
  return { code, out: stdout, error: stderr };
}
