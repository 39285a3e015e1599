import { join } from "node:path";
import type { AuditReport } from "../auditor-orders.ts";
import { type Chance, createChance } from "../chance.ts";
import { type CrashFolder, makeCrashFolder } from "../crash-folder.ts";
import { type Auditor, startAuditor } from "../start-auditor.ts";
import { buildImage, type Cut } from "./build-image.ts";
import { type CutMoment, chooseCuts, cutAt } from "./choose-cuts.ts";
import { writeImage } from "./disk-image.ts";
import type { WriteEvent } from "./read-write-log.ts";
import { type Recording, recordHub } from "./record-hub.ts";

export interface PowerCutReport {
  readonly seed: number;
  readonly events: number;
  readonly syncs: number;
  readonly acknowledged: number;
  readonly images: number;
  /** Images cut while some write to a main database file, or to a write-ahead log, was not synced. */
  readonly whileMainFileLoose: number;
  readonly whileLogLoose: number;
  /** Images of a store within a seal. */
  readonly halfSealed: number;
  /** The most acknowledged messages that one image owed. */
  readonly mostOwed: number;
  /** Of images that lost one synced write on purpose, how many were tried and how many were found out. */
  readonly spoiled: number;
  readonly foundOut: number;
}

/** How many of the last acknowledgements are robbed of a synced write, to see that it is noticed. */
const SPOILED = 10;

/**
 * Record the hub under load, cut the power at many moments, and open each disk that this may leave with the product's store.
 * @throws Error with the seed, the image's number and its findings; the image then stays
 */
export async function cutPower(options: { readonly images: number; readonly seed: number }): Promise<PowerCutReport> {
  const { seed } = options;
  const folder = await makeCrashFolder();
  await using auditor = startAuditor();
  let number = 0;
  try {
    const recording = await recordHub({ folder, auditor, chance: createChance(seed, "recording") });
    const { log } = recording;
    const moments = await auditor.moments();
    const cuts = chooseCuts(log, moments, { count: options.images, chance: createChance(seed, "cuts") });
    const audit = (cut: CutMoment & Cut, chance: Chance) => auditImage({ folder, auditor, recording, cut, chance });
    let mostOwed = 0;
    let halfSealed = 0;
    for (const cut of cuts) {
      number += 1;
      const { owed, isHalfSealed, findings, remove } = await audit(cut, createChance(seed, `image ${number}`));
      if (findings.length > 0) throw new Error(findings.join("\n"));
      if (isHalfSealed) halfSealed += 1;
      mostOwed = Math.max(mostOwed, owed);
      remove();
    }
    number = 0;
    let foundOut = 0;
    const robbed = moments.slice(-SPOILED);
    for (const moment of robbed) {
      const cut = cutAt(log, moment);
      const lost = new Set([lastSyncedWrite(log, cut)]);
      const { findings, remove } = await audit({ ...cut, lost }, createChance(seed, "spoiled"));
      if (findings.length > 0) foundOut += 1;
      remove();
    }
    folder.remove(folder.work);
    const loose = cuts.map((cut) => looseFiles(log, cut));
    return {
      seed,
      events: log.length,
      syncs: log.filter(({ kind }) => kind === "sync_end").length,
      acknowledged: moments.length,
      images: cuts.length,
      whileMainFileLoose: loose.filter((files) => files.some((file) => file.endsWith(".db"))).length,
      whileLogLoose: loose.filter((files) => files.some((file) => file.endsWith("-wal"))).length,
      halfSealed,
      mostOwed,
      spoiled: robbed.length,
      foundOut,
    };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`power cut image ${number} of seed ${seed}, folder ${folder.work}: ${why}`, { cause });
  }
}

async function auditImage(work: {
  readonly folder: CrashFolder;
  readonly auditor: Auditor;
  readonly recording: Recording;
  readonly cut: CutMoment & Cut;
  readonly chance: Chance;
}): Promise<AuditReport & { remove(): void }> {
  const { folder, auditor, recording, cut, chance } = work;
  const target = join(folder.work, "image");
  writeImage(buildImage(recording.base, recording.log, cut, chance), target);
  const report = await auditor.audit({ folder: target, bookedMs: folder.bookedMs, untilNs: String(cut.atNs) });
  return { ...report, remove: () => folder.remove(target) };
}

/** The newest write to the readings' write-ahead log that was synced before the cut. */
function lastSyncedWrite(log: readonly WriteEvent[], { events }: CutMoment): number {
  const isOurs = ({ file }: WriteEvent) => file === "readings.db-wal";
  const before = log.slice(0, events);
  const ended = before.findLastIndex((event) => isOurs(event) && event.kind === "sync_end");
  const begun = before.slice(0, ended).findLastIndex((event) => isOurs(event) && event.kind === "sync_begin");
  const written = before.slice(0, begun).findLastIndex((event) => isOurs(event) && event.kind === "write");
  if (written < 0) throw new Error("no synced write to the write-ahead log before this cut");
  return written;
}

/** Files with a write that no ended sync covers at the cut. */
function looseFiles(log: readonly WriteEvent[], { events }: CutMoment): readonly string[] {
  const loose = new Set<string>();
  for (const { kind, file } of log.slice(0, events)) {
    if (kind === "write") loose.add(file);
    if (kind === "sync_end") loose.delete(file);
    if (kind === "unlink") loose.delete(file);
  }
  return [...loose];
}
