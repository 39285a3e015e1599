import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { LoadLogin } from "./load-client.ts";
import type { LoadEvent, LoadReport, LoadSpec } from "./load-process.ts";

const LOAD_PROCESS = fileURLToPath(new URL("./load-process.ts", import.meta.url));
/** Fewer clients than this share so many devices, as gateways do. */
const LEAST_DEVICES = 100;
/** A generator that takes more of a core than this may be what bounds the result. */
const BUSY_SHARE = 0.9;

/** Names of clients and the devices each speaks for: at least a hundred devices in all, one a client from there on. */
export function planClients(
  clients: number,
): readonly { readonly name: string; readonly devices: readonly string[] }[] {
  const each = Math.max(1, Math.floor(LEAST_DEVICES / clients));
  return Array.from({ length: clients }, (_, client) => ({
    name: `gateway-${clients}-${String(client).padStart(4, "0")}`,
    devices: Array.from({ length: each }, (_, device) => `meter-${String(client * each + device).padStart(4, "0")}`),
  }));
}

/** Logins of planned clients, with the passwords they were given; brokers without passwords take any. */
export function loginsOf(
  plan: ReturnType<typeof planClients>,
  passwords: ReadonlyMap<string, string> = new Map(),
): readonly LoadLogin[] {
  return plan.map(({ name, devices }) => ({
    clientId: name,
    user: name,
    password: passwords.get(name) ?? "",
    devices,
  }));
}

/**
 * Load a broker from a process of its own.
 * @param onPhase called at the first and the last moment of what is measured
 * @throws Error when the generator could not connect or broke down
 */
export function runLoad(
  spec: LoadSpec,
  onPhase: (phase: "measuring" | "measured") => void = () => {},
): Promise<LoadReport> {
  return new Promise((resolve, reject) => {
    const child = fork(LOAD_PROCESS, { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] });
    child.on("message", (event: LoadEvent) => {
      if (event.name === "done") resolve(event.report);
      else onPhase(event.name);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`the load generator ended with code ${code}`)));
    child.send(spec);
  });
}

/** What a reader must know about a load's own troubles, or undefined. */
export function troubleOf(report: LoadReport): string | undefined {
  const troubles = [
    report.generatorShare > BUSY_SHARE &&
      `the generator took ${Math.round(report.generatorShare * 100)} % of a core and may bound this`,
    report.lostConnections > 0 && `${report.lostConnections} connections were lost`,
    report.unanswered > 0 && `${report.unanswered} messages were never acknowledged`,
  ].filter((trouble) => trouble !== false);
  return troubles.length === 0 ? undefined : troubles.join("; ");
}
