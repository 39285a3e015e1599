import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { findProgram } from "../requirements.ts";
import { stopProcess } from "./hub-process.ts";

const START_PATIENCE_MS = 10_000;
const LOOK_MS = 20;

export interface MosquittoProcess {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * A mosquitto as Debian ships it, but open to all on loopback, and with a queue that drops nothing: with its own limit of
 * a thousand messages it would throw away what a slow subscriber has not read.
 */
export async function startMosquitto(folder: string): Promise<MosquittoProcess> {
  const port = await freePort();
  const config = join(folder, "mosquitto.conf");
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\nlog_type error\n`);
  const child = spawn(findProgram("mosquitto") ?? "mosquitto", ["-c", config], { stdio: "ignore" });
  await awaitPort(port, child);
  return { port, pid: child.pid ?? Number.NaN, stop: () => stopProcess(child) };
}

/** A TCP port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Wait until a program listens. @throws Error when it ends first, or takes too long */
export async function awaitPort(port: number, child: ChildProcess, patienceMs = START_PATIENCE_MS): Promise<void> {
  for (const until = performance.now() + patienceMs; performance.now() < until; ) {
    if (child.exitCode !== null) throw new Error(`the program on port ${port} ended with code ${child.exitCode}`);
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await wait(LOOK_MS);
  }
  throw new Error(`nothing listens on port ${port}`);
}
