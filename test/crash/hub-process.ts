import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { findHub, type RunningHub } from "../../hub/store/running-hub.ts";

const LAUNCHER = join(import.meta.dirname, "../../hub/launch.mjs");
/** The last thing `serve` prints once it takes readings. */
const READY = /^Open /m;

/** The real hub as its user starts it, in a process of its own that may be killed. */
export interface HubProcess {
  /** `performance.now()` just before the process was made. */
  readonly spawnedAt: number;
  /** Where it takes readings, from hub.json of its folder; undefined when it ended before. */
  ready(): Promise<RunningHub | undefined>;
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Resolves when the process is gone, with what ended it. */
  ended(): Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it printed to stderr. */
  errors(): string;
}

export function startHubProcess(options: {
  readonly data: string;
  readonly config: string;
  readonly env?: Readonly<Record<string, string>>;
}): HubProcess {
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [LAUNCHER, "serve", "--data", options.data, "--config", options.config], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    errors += chunk;
  });
  const printed = new Promise<true>((resolve) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (READY.test(text)) resolve(true);
    });
  });
  return {
    spawnedAt,
    async ready() {
      const isReady = await Promise.race([printed, ended.then(() => false)]);
      if (!isReady) return undefined;
      const hub = findHub(options.data);
      // A killed hub leaves its hub.json behind: only the process that is meant counts.
      if (hub?.pid !== child.pid) throw new Error(`hub.json names ${hub?.pid}, the hub is ${child.pid}`);
      return hub;
    },
    signal: (name) => void child.kill(name),
    ended: () => ended,
    errors: () => errors,
  };
}
