import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const LAUNCHER = join(import.meta.dirname, "../../hub/launch.mjs");

/** The demo as its user starts it: a process with a terminal's two outputs. */
export interface DemoProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the page's address once it is printed. @throws Error with everything printed when the process ends first */
  ready(): Promise<string>;
  /** Resolves with the exit code once the process is gone and all its output is here. */
  ended(): Promise<number | null>;
}

export function startDemoProcess(...flags: readonly string[]): DemoProcess {
  const child = spawn(process.execPath, [LAUNCHER, "demo", ...flags], { stdio: ["ignore", "pipe", "pipe"] });
  const text = { stdout: "", stderr: "" };
  const heard = new EventTarget();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
      heard.dispatchEvent(new Event("output"));
    });
  }
  const closed = once(child, "close");
  return {
    child,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    async ready() {
      for (;;) {
        const address = /^Open (http:\S+)$/m.exec(text.stdout)?.[1];
        if (address !== undefined) return address;
        if (child.exitCode !== null || child.signalCode !== null) {
          throw new Error(`the demo ended with ${child.exitCode ?? child.signalCode}:\n${text.stdout}\n${text.stderr}`);
        }
        await Promise.race([
          new Promise((resolve) => heard.addEventListener("output", resolve, { once: true })),
          closed,
        ]);
      }
    },
    async ended() {
      await closed;
      return child.exitCode;
    },
  };
}
