import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Chance } from "../chance.ts";
import type { CrashFolder } from "../crash-folder.ts";
import { startHubProcess } from "../hub-process.ts";
import type { Auditor } from "../start-auditor.ts";
import type { DiskImage } from "./build-image.ts";
import { differingFiles, readImage, replayLog } from "./disk-image.ts";
import { readWriteLog, type WriteEvent } from "./read-write-log.ts";
import { buildRecorder } from "./recorder.ts";

export interface Recording {
  /** The files before the log begins. */
  readonly base: DiskImage;
  /** All that three lives of a hub wrote and synced, one after the other. */
  readonly log: readonly WriteEvent[];
}

/** Killed, stopped in order (which removes the write-ahead log), killed again: recovery and its writes are in the log. */
const LIVES = ["killed", "stopped", "killed"] as const;
/** Long enough for a seal, which comes every second here; some live longer. */
const LIFE_MS = { least: 1_200, most: 2_000 };
/** Short, so that there are many syncs to cut between. */
const COMMIT_WINDOW_MS = 15;
/** Few a connection: each of many images is audited against all that was sent. */
const IN_FLIGHT = 7;

/**
 * Record the real hub under load. After each life the log is held against the real files, byte by byte.
 * @throws Error when the recorder missed a write, or the hub did not do its part
 */
export async function recordHub(work: {
  readonly folder: CrashFolder;
  readonly auditor: Auditor;
  readonly chance: Chance;
}): Promise<Recording> {
  const { folder, auditor, chance } = work;
  const recorder = buildRecorder(folder.work);
  folder.setCommitWindow(COMMIT_WINDOW_MS);
  const base = readImage(folder.data);
  const log: WriteEvent[] = [];
  for (const [life, end] of LIVES.entries()) {
    const path = join(folder.work, `writes-${life}`);
    const env = recorder.environment({ folder: folder.data, log: path });
    const hub = startHubProcess({ ...folder, env });
    const running = await hub.ready();
    if (running === undefined) throw new Error(`the recorded hub did not start:\n${hub.errors()}`);
    const seed = chance.below(1_000_000);
    const publishing = auditor.publish({ ...running.mqtt, logins: folder.logins, inFlight: IN_FLIGHT, seed });
    if ((await publishing.accepted) === "gone") throw new Error(`the recorded hub took no reading:\n${hub.errors()}`);
    await wait(LIFE_MS.least + chance.below(LIFE_MS.most - LIFE_MS.least));
    if (end === "killed") recorder.stop(path);
    else hub.signal("SIGTERM");
    const { code, signal } = await hub.ended();
    if (end === "killed" ? signal !== "SIGKILL" : code !== 0) {
      throw new Error(`the recorded hub was to be ${end}, and ended with ${signal ?? code}:\n${hub.errors()}`);
    }
    await publishing.over;
    log.push(...readWriteLog(path));
    const missed = differingFiles(replayLog(base, log), readImage(folder.data));
    if (missed.length > 0) throw new Error(`the recorder missed writes to ${missed.join(", ")}`);
  }
  return { base, log };
}
