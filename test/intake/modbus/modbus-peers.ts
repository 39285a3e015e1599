import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { nothingMayBeSkipped } from "../../requirements.ts";
import { until } from "../until.ts";

/** Debian's Python, which has Debian's pymodbus; another one on the PATH may have neither. */
const PYTHON = "/usr/bin/python3";
const SERVER = join(import.meta.dirname, "..", "..", "peers", "pymodbus_server.py");

/** @throws Error when it is absent and nothing may be skipped */
export function hasPymodbus(): boolean {
  try {
    execFileSync(PYTHON, ["-c", "import pymodbus, serial_asyncio"], { stdio: "ignore" });
    return true;
  } catch {
    if (!nothingMayBeSkipped) return false;
    throw new Error("pymodbus is not installed, and MILLRACE_NOTHING_SKIPPED=1 says that no test may be skipped");
  }
}

/** What a pymodbus server serves: unit -> table -> first address -> values. */
export type ServedImage = Readonly<
  Record<number, Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>>
>;

export interface Peer {
  /** 0 on a serial line. */
  readonly port: number;
  close(): Promise<void>;
}

/** pymodbus on a free port of loopback, or on a serial port. */
export async function openPymodbus(image: ServedImage, where: "tcp" | { readonly serial: string }): Promise<Peer> {
  const place = where === "tcp" ? ["tcp", "127.0.0.1", "0"] : ["serial", where.serial, "9600"];
  const server = spawn(PYTHON, [SERVER, ...place], { stdio: ["pipe", "pipe", "ignore"] });
  server.stdin.end(JSON.stringify(image));
  for await (const line of createInterface(server.stdout)) {
    const ready = /^ready (\d+)$/.exec(line);
    if (ready !== null) return { port: Number(ready[1]), close: () => kill(server) };
  }
  throw new Error("pymodbus ended before it answered");
}

export interface SerialCable {
  /** The two ends, named the same again after the cable was pulled and plugged. */
  readonly hubEnd: string;
  readonly deviceEnd: string;
  pull(): Promise<void>;
  plug(): Promise<void>;
  close(): Promise<void>;
}

/** Two pseudo-terminals and socat between them. */
export async function openCable(): Promise<SerialCable> {
  const folder = mkdtempSync(join(tmpdir(), "millrace-serial-"));
  const [hubEnd, deviceEnd] = [join(folder, "hub"), join(folder, "device")];
  let socat: ChildProcess | undefined;
  const cable: SerialCable = {
    hubEnd,
    deviceEnd,
    async pull() {
      if (socat !== undefined) await kill(socat);
      socat = undefined;
    },
    async plug() {
      const ends = [hubEnd, deviceEnd].map((link) => `pty,raw,echo=0,link=${link}`);
      socat = spawn("socat", ends, { stdio: "ignore" });
      await until(() => existsSync(hubEnd) && existsSync(deviceEnd), "socat made its ends");
    },
    async close() {
      await cable.pull();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await cable.plug();
  return cable;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await gone;
}
