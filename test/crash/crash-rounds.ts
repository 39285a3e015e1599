import { setTimeout as wait } from "node:timers/promises";
import { readSealing } from "./audit-folder.ts";
import type { AuditReport } from "./auditor-orders.ts";
import { type Chance, createChance } from "./chance.ts";
import { type CrashFolder, makeCrashFolder } from "./crash-folder.ts";
import { type HubProcess, startHubProcess } from "./hub-process.ts";
import { type Auditor, startAuditor } from "./start-auditor.ts";

/** What the hub is doing when it is killed: starting, taking readings, or stopping in order. */
export type KilledWhile = "starting" | "taking" | "stopping";

export interface RoundReport {
  readonly round: number;
  readonly killedWhile: KilledWhile;
  /** From spawn to taking readings; undefined when it was killed before. */
  readonly startMs: number | undefined;
  /** From spawn to the first acknowledged reading: Node, modules, store, broker, connection and one commit. */
  readonly firstReadingMs: number | undefined;
  /** The store's opening alone, on a copy of the folder as the kill left it. */
  readonly openMs: number;
  readonly sealedSeq: number;
  readonly sealedChunks: number;
  readonly isHalfSealed: boolean;
  readonly readings: number;
  /** Marks of late readings. */
  readonly marks: number;
  readonly acknowledged: number;
}

export interface RoundsReport {
  readonly seed: number;
  /** From spawn to taking readings in an empty folder, the slower of two, before and after: a start without recovery. */
  readonly emptyStartMs: number;
  readonly rounds: readonly RoundReport[];
  readonly sent: number;
  readonly acknowledged: number;
  readonly resent: number;
}

/** Every so many rounds the kill comes during the start, or during an orderly stop; the numbers share no factor. */
const STARTING_EVERY_ROUNDS = 8;
const STOPPING_EVERY_ROUNDS = 9;
/** A start takes about this long; the kill comes anywhere in it, or soon after. */
const STARTING_MS = 700;
/** How long a hub lives after its first reading in a short round. */
const SHORT_LIFE_MS = { least: 0, most: 450 };
/** In long rounds a seal falls, which begins a second after the store opened; every other one's kill aims at its beginning. */
const SEALING_LIFE_MS = { least: 700, most: 950 };
/** The others live until they have sealed, however long this machine takes for it, and then so long at most. */
const AFTER_SEAL_MS = 700;
const SEAL_WATCH_MS = 20;
const LONG_EVERY_ROUNDS = 7;
/** How long after SIGTERM the kill comes at most. */
const STOPPING_MS = 40;
/** 0 commits as fast as the disk syncs; the others gather, so that more is under way when the kill comes. */
const COMMIT_WINDOWS_MS = [0, 20, 50, 80];
const IN_FLIGHT = 20;
/** A hub that takes no reading in this time after its start will not take any. */
const PATIENCE_MS = 20_000;
/** An opening is measured again, on a fresh copy, when a busy machine may have spoiled it; the least counts. */
const OPEN_TRIES = 3;
export const OPEN_LIMIT_MS = 1_000;

/**
 * Kill the real hub again and again in one folder, and audit the folder after each kill.
 * @param onRound told after each round
 * @throws Error with the seed, the round, the folder (which then stays) and what was found
 */
export async function runCrashRounds(options: {
  readonly rounds: number;
  readonly seed: number;
  readonly onRound?: (report: RoundReport) => void;
}): Promise<RoundsReport> {
  const { seed } = options;
  const folder = await makeCrashFolder();
  await using auditor = startAuditor();
  const env = { NODE_COMPILE_CACHE: `${folder.work}/compile-cache` };
  let round = 0;
  try {
    // The first start fills Node's compile cache, which all later ones find: only the next ones are a measure.
    await startEmpty(folder, env);
    const emptyBeforeMs = await startEmpty(folder, env);
    const reports: RoundReport[] = [];
    let totals = { sent: 0, acknowledged: 0, resent: 0 };
    for (round = 1; round <= options.rounds; round += 1) {
      const chance = createChance(seed, `round ${round}`);
      folder.setCommitWindow(chance.pick(COMMIT_WINDOWS_MS));
      const hub = startHubProcess({ ...folder, env });
      const life = await liveAndDie({ hub, auditor, folder, chance, round, seed });
      totals = life.totals ?? totals;
      const audit = await auditCopy(auditor, folder);
      if (audit.findings.length > 0) throw new Error(audit.findings.join("\n"));
      const { openMs, sealedSeq, sealedChunks, isHalfSealed, readings, marks } = audit;
      const { totals: _totals, ...lived } = life;
      const report = {
        round,
        ...lived,
        openMs,
        sealedSeq,
        sealedChunks,
        isHalfSealed,
        readings,
        marks,
        acknowledged: totals.acknowledged,
      };
      reports.push(report);
      options.onRound?.(report);
    }
    const emptyStartMs = Math.max(emptyBeforeMs, await startEmpty(folder, env));
    folder.remove(folder.work);
    return { seed, emptyStartMs, rounds: reports, ...totals };
  } catch (cause) {
    throw new Error(`crash round ${round} of seed ${seed}, folder ${folder.work}: ${told(cause)}`, { cause });
  }
}

interface Life extends Pick<RoundReport, "killedWhile" | "startMs" | "firstReadingMs"> {
  readonly totals?: { readonly sent: number; readonly acknowledged: number; readonly resent: number };
}

/** One life of a hub, ended by SIGKILL at a moment the seed chooses. */
async function liveAndDie(at: {
  readonly hub: HubProcess;
  readonly auditor: Auditor;
  readonly folder: CrashFolder;
  readonly chance: Chance;
  readonly round: number;
  readonly seed: number;
}): Promise<Life> {
  const { hub, auditor, folder, chance, round, seed } = at;
  const isLong = round % LONG_EVERY_ROUNDS === 0;
  const isStopping = round % STOPPING_EVERY_ROUNDS === 0;
  if (!isLong && !isStopping && round % STARTING_EVERY_ROUNDS === 0) {
    await wait(chance.below(STARTING_MS));
    await kill(hub);
    return { killedWhile: "starting", startMs: undefined, firstReadingMs: undefined };
  }
  const running = await patiently(hub.ready(), hub, "to start");
  if (running === undefined) throw new Error(`the hub did not start:\n${hub.errors()}`);
  const startMs = performance.now() - hub.spawnedAt;
  const publishing = auditor.publish({
    ...running.mqtt,
    logins: folder.logins,
    inFlight: IN_FLIGHT,
    seed: seed + round,
  });
  const accepted = await patiently(publishing.accepted, hub, "to take a reading");
  if (accepted === "gone") throw new Error(`the hub went before it took a reading:\n${hub.errors()}`);
  const firstReadingMs = performance.now() - hub.spawnedAt;
  if (isLong && round % (2 * LONG_EVERY_ROUNDS) !== 0) {
    await patiently(untilSealed(folder.data), hub, "to seal");
    await wait(chance.below(AFTER_SEAL_MS));
  } else {
    const { least, most } = isLong ? SEALING_LIFE_MS : SHORT_LIFE_MS;
    await wait(least + chance.below(most - least));
  }
  if (isStopping) {
    hub.signal("SIGTERM");
    await wait(chance.below(STOPPING_MS));
  }
  await kill(hub);
  const { sent, acknowledged, resent } = await publishing.over;
  const totals = { sent, acknowledged, resent };
  return { killedWhile: isStopping ? "stopping" : "taking", startMs, firstReadingMs, totals };
}

/** Until the running hub has sealed once more: seen in its own tables, so that a slow machine only waits longer. */
async function untilSealed(data: string): Promise<void> {
  const { sealedSeq } = readSealing(data);
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (readSealing(data).sealedSeq === sealedSeq && performance.now() < giveUpAt) await wait(SEAL_WATCH_MS);
}

/** Audit a copy, so that the next hub finds the folder as the kill left it. */
async function auditCopy(auditor: Auditor, folder: CrashFolder): Promise<AuditReport> {
  let best: AuditReport | undefined;
  for (let attempt = 1; attempt <= OPEN_TRIES; attempt += 1) {
    const copy = folder.copy("copy");
    const report = await auditor.audit({ folder: copy, bookedMs: folder.bookedMs });
    folder.remove(copy);
    if (report.findings.length > 0) return report;
    if (best === undefined || report.openMs < best.openMs) best = report;
    if (best.openMs < OPEN_LIMIT_MS) break;
  }
  if (best === undefined) throw new Error("no audit was made");
  return best;
}

/** Start a hub in an empty folder and stop it in order. @returns ms from spawn to taking readings */
async function startEmpty(folder: CrashFolder, env: Readonly<Record<string, string>>): Promise<number> {
  const data = `${folder.work}/empty`;
  const hub = startHubProcess({ data, config: folder.config, env });
  if ((await patiently(hub.ready(), hub, "to start")) === undefined) {
    throw new Error(`the hub did not start:\n${hub.errors()}`);
  }
  const startMs = performance.now() - hub.spawnedAt;
  hub.signal("SIGTERM");
  const { code } = await hub.ended();
  if (code !== 0) throw new Error(`the hub did not stop in order:\n${hub.errors()}`);
  folder.remove(data);
  return startMs;
}

async function kill(hub: HubProcess): Promise<void> {
  hub.signal("SIGKILL");
  await hub.ended();
}

/** @throws Error when it takes longer than PATIENCE_MS; the hub is killed then, so that nothing is left running */
async function patiently<T>(work: Promise<T>, hub: HubProcess, forWhat: string): Promise<T> {
  const late = new AbortController();
  try {
    const over = wait(PATIENCE_MS, undefined, { signal: late.signal }).then(async () => {
      await kill(hub);
      throw new Error(`waited ${PATIENCE_MS} ms for the hub ${forWhat}:\n${hub.errors()}`);
    });
    over.catch(() => {});
    return await Promise.race([work, over]);
  } finally {
    late.abort();
  }
}

function told(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
