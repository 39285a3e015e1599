import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const LAUNCHER = join(import.meta.dirname, "../../hub/launch.mjs");

export interface HubProcess {
  readonly child: ChildProcess;
  /** How many readings it holds, by its own API. */
  readings(): Promise<number>;
  /** End it by a signal and wait until it is gone. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** `millrace serve` as systemd starts it. Resolves once it says where it listens. @throws Error with what it said instead */
export async function startHubProcess(config: string): Promise<HubProcess> {
  const child = spawn(process.execPath, [LAUNCHER, "serve", "--config", config], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  for (const output of [child.stdout, child.stderr]) {
    output.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const page = /^Open (http\S+)$/m.exec(said)?.[1];
      if (page !== undefined) resolve(page);
    });
  }
  child.once("exit", () => reject(new Error(`the hub ended before it listened:\n${said}`)));
  const page = await promise;
  return {
    child,
    async readings() {
      const health = (await (await fetch(`${page}/api/health`)).json()) as { readonly readings: number };
      return health.readings;
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.kill(signal);
      await gone;
    },
  };
}
