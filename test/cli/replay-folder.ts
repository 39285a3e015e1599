import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const LAUNCHER = join(import.meta.dirname, "..", "..", "hub", "launch.mjs");

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A folder of its own for one test, with files to replay and a hub's data, gone afterwards. */
export function replayFolder() {
  const folder = mkdtempSync(join(tmpdir(), "millrace-replay-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = (name: string) => join(folder, name);
  const config = path("millrace.yaml");
  writeFileSync(config, "data: ./data\nstorage: { commit_window_ms: 20 }\nmqtt: { port: 0 }\nlog: { level: warn }\n");
  const shared = ["--config", config];
  return {
    path,
    data: path("data"),
    config,
    write(name: string, content: string | Uint8Array): string {
      writeFileSync(path(name), content);
      return path(name);
    },
    /** Run a command of millrace to its end. */
    run: (...words: readonly string[]) =>
      new Promise<Ran>((resolve) => {
        execFile(process.execPath, [LAUNCHER, ...words, ...shared], (fault, out, error) => {
          resolve({ code: fault === null ? 0 : Number(fault.code ?? 1), out, error });
        });
      }),
    start(...words: readonly string[]): ChildProcess {
      const child = spawn(process.execPath, [LAUNCHER, ...words, ...shared], { stdio: ["ignore", "pipe", "pipe"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      return child;
    },
    /** Rows acknowledged so far by the one replay of this folder. */
    acknowledgedRows(): number {
      try {
        const [name] = readdirSync(path("data/replay")).filter((each) => each.endsWith(".json"));
        return name === undefined ? 0 : Number(JSON.parse(readFileSync(path(`data/replay/${name}`), "utf8")).rows);
      } catch {
        return 0;
      }
    },
  };
}
