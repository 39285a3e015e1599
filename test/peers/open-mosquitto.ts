import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../requirements.ts";

export interface Mosquitto extends AsyncDisposable {
  readonly port: number;
  readonly folder: string;
  /** Ended by this signal; it starts again by `start`, on the same port and with what it had saved. */
  stop(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
  start(): Promise<void>;
}

/** Everybody's password at this broker. */
export const PASSWORD = "river water";
export const USERS = ["hub", "publisher", "other"];

/**
 * A mosquitto of its own on a free port, with a password file and with what it must remember in a temporary folder.
 * @param more lines for its configuration
 */
export async function openMosquitto(more: readonly string[] = []): Promise<Mosquitto> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-mosquitto-"));
  const port = await freePort();
  const passwords = join(folder, "passwords");
  writeFileSync(passwords, "", { mode: 0o600 });
  for (const user of USERS) execFileSync("mosquitto_passwd", ["-b", passwords, user, PASSWORD], { stdio: "ignore" });
  const config = join(folder, "mosquitto.conf");
  const listener = more.some((line) => line.startsWith("listener ")) ? [] : [`listener ${port} 127.0.0.1`];
  const lines = [
    ...listener,
    "allow_anonymous false",
    `password_file ${passwords}`,
    "persistence true",
    `persistence_location ${folder}/`,
    "max_queued_messages 0",
    "log_dest stderr",
    "log_type error",
    "log_type warning",
    "log_type notice",
    "log_type information",
    // Root gives up its rights to this user, who could not read the folder.
    ...(process.getuid?.() === 0 ? ["user root"] : []),
    ...more.map((line) => line.replace("PORT", `${port}`)),
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  let running: ChildProcess | undefined;
  const start = async () => {
    running = await startProcess(config);
  };
  const stop = async (signal: "SIGTERM" | "SIGKILL") => {
    const ended = running;
    running = undefined;
    if (ended === undefined) return;
    const gone = once(ended, "exit");
    ended.kill(signal);
    await gone;
  };
  await start();
  return { port, folder, start, stop, [Symbol.asyncDispose]: () => stop("SIGKILL") };
}

/** Resolves when it listens, which it says in its log. */
async function startProcess(config: string): Promise<ChildProcess> {
  const child = spawn(findProgram("mosquitto") ?? "mosquitto", ["-c", config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    if (/mosquitto version \S+ running/.test(said)) resolve();
  });
  child.once("exit", () => reject(new Error(`mosquitto ended before it listened:\n${said}`)));
  child.once("error", reject);
  await promise;
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
