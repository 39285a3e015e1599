import { execFileSync } from "node:child_process";
import { existsSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The recorder of writes, compiled for this machine. */
export interface Recorder {
  /** What a process needs in its environment so that its writes below `folder` are noted in `log`. */
  environment(options: { readonly folder: string; readonly log: string }): Readonly<Record<string, string>>;
  /** Let the process that writes this log be killed by SIGKILL between two writes: its next write is its last. */
  stop(log: string): void;
}

/**
 * Compile record-writes.c with the machine's C compiler.
 * @param folder where the library goes; the caller removes it
 */
export function buildRecorder(folder: string): Recorder {
  const library = join(folder, "record-writes.so");
  const source = join(import.meta.dirname, "record-writes.c");
  execFileSync("gcc", [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-O1",
    "-shared",
    "-fPIC",
    "-o",
    library,
    source,
    "-ldl",
    "-lpthread",
  ]);
  return {
    environment({ folder: watched, log }) {
      // A log that is there already belongs to another process, and its numbers of files to that one alone.
      if (existsSync(log)) throw new Error(`${log} is there already`);
      return { LD_PRELOAD: library, RECORD_FOLDER: realpathSync(watched), RECORD_LOG: log };
    },
    stop: (log) => writeFileSync(`${log}.stop`, ""),
  };
}
