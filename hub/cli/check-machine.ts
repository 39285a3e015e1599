import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { isNearlyFull, readDiskSpace } from "../api/disk-space.ts";
import type { Config } from "../config/schema.ts";
import { LATEST_AHEAD_MS } from "../decode/device-stamp.ts";
import { type MachineEvidence, readMachineEvidence } from "../intake/clock-evidence.ts";
import { RELEASED_AT } from "../release.ts";
import type { EpochMs } from "../units.ts";
import { describeBytes, describeCause, type Finding, look, ok, wrong } from "./finding.ts";

/** The Node the hub is written for; launch.mjs refuses older ones. */
const NODE_MAJOR = 24;
/** Rights of the group and of others. */
const OTHERS = 0o077;

export function checkNode(version = process.versions.node): Finding {
  const remedy = "Start it through npm, which brings the right one: npm start.";
  if (Number.parseInt(version, 10) < NODE_MAJOR) return wrong("node", `Node ${version} is too old`, remedy);
  return ok("node", version);
}

/** The data folder: there, ours, closed to others, and with room. */
export async function checkFolder(folder: string): Promise<readonly Finding[]> {
  if (!existsSync(folder)) {
    return [look("folder", `${folder} does not exist`, "Start the hub, which makes it, or correct --data or data:.")];
  }
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    const remedy = `Give this user the right to write there, or run doctor as the hub's user.`;
    return [wrong("folder", `${folder} cannot be written by this user`, remedy)];
  }
  const isOpen = (statSync(folder).mode & OTHERS) !== 0;
  const rights = isOpen
    ? look("folder", `${folder} can be read by other users of this machine`, `Close it: chmod 700 ${folder}.`)
    : ok("folder", folder);
  return [rights, await checkSpace(folder)];
}

async function checkSpace(folder: string): Promise<Finding> {
  const space = await readDiskSpace(folder);
  if (space === undefined) return look("disk", "free space is not known", "Check the disk by hand: df.");
  const message = `${describeBytes(space.free)} of ${describeBytes(space.size)} free`;
  if (!isNearlyFull(space)) return ok("disk", message);
  return wrong("disk", message, "Delete what does not belong to the hub, or move its folder to a larger card.");
}

/**
 * @param now    what this machine's clock says
 * @param newest the newest reading's stamp, or undefined; it cannot be later than now
 * @param trust  `clock.trust` of the config
 */
export async function checkClock(
  now: EpochMs,
  newest: number | undefined,
  trust: Config["clock"]["trust"],
  evidence: Promise<MachineEvidence> = readMachineEvidence({ shows: now, releasedAt: RELEASED_AT }),
): Promise<Finding> {
  const said = new Date(now).toISOString();
  const remedy =
    "Give it a network that reaches a time server, or a clock battery; docs/clock.md says what else helps.";
  if (now < RELEASED_AT) return wrong("clock", `it says ${said}, before this hub was made`, remedy);
  if (newest !== undefined && newest > now + LATEST_AHEAD_MS) {
    const message = `it says ${said}, and there is a reading of ${new Date(newest).toISOString()}`;
    return wrong("clock", message, `${remedy} Readings of a demo are of simulated days.`);
  }
  if (trust === "always") return ok("clock", `${said}, right by the steward's word (clock.trust)`);
  const { ntp, hasRtc, hostKeepsClock } = await evidence;
  if (ntp === "now") return ok("clock", `${said}, kept by a time server`);
  if (ntp === "since_boot") return ok("clock", `${said}, set by a time server since the machine started`);
  if (hasRtc) return ok("clock", `${said}, kept by a battery`);
  if (hostKeepsClock) return ok("clock", `${said}, kept by the host of this container or by another system`);
  return look("clock", `${said}, and nothing vouches for it: the hub settles nothing`, remedy);
}

/** For a hub that does not run: may it listen where it wants to? */
export async function checkPorts({ mqtt, web }: Pick<Config, "mqtt" | "web">): Promise<readonly Finding[]> {
  const places = [
    ["mqtt port", mqtt],
    ["web port", web],
  ] as const;
  return Promise.all(
    places.map(async ([place, { host, port }]) => {
      if (port === 0) return ok(place, "any free one");
      const trouble = await tryPort(host, port);
      if (trouble === undefined) return ok(place, `${host}:${port} is free`);
      const remedy = "Stop the program that uses it (ss -ltnp tells which), or set another port in millrace.yaml.";
      return wrong(place, `${host}:${port} cannot be used: ${trouble}`, remedy);
    }),
  );
}

async function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, host, resolve);
    });
    return undefined;
  } catch (cause) {
    return describeCause(cause);
  } finally {
    server.close();
  }
}
