import type { Chance } from "../chance.ts";
import { createDiskFile, type DiskFile } from "./disk-file.ts";
import type { WriteEvent } from "./read-write-log.ts";

/** What a power cut leaves on the disk: the database files of a folder, by name. */
export type DiskImage = ReadonlyMap<string, Uint8Array>;

/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512;
/** How likely a write that nobody synced is on the disk nevertheless; each image takes one of these. */
const SURVIVAL = [0, 0.3, 0.7, 1];
/** How likely such a write is there only in some of its sectors. */
const TORN = 0.3;

export interface Cut {
  /** How many events of the log came before the cut. */
  readonly events: number;
  /** Events, by position in the log, that the disk lost although they were synced: to prove that this is noticed. */
  readonly lost?: ReadonlySet<number>;
}

/**
 * One disk as the power cut may leave it. What was written before the beginning of a sync that ended is there; of what was
 * written later any part is, in any order, torn at sectors. A removed file whose folder was not synced may be back.
 * New files keep their names: SQLite syncs the folder when it makes one, and this leaves that out.
 * @param base the files before the log begins, all of them on the disk
 */
export function buildImage(base: DiskImage, log: readonly WriteEvent[], cut: Cut, chance: Chance): DiskImage {
  const done = log.slice(0, cut.events).map((event, position) => ({ event, position }));
  const image = new Map<string, Uint8Array>();
  const folderSyncedUpTo = syncedUpTo(done.filter(({ event }) => event.kind.startsWith("folder_sync")));
  const files = new Set([...base.keys(), ...done.flatMap(({ event }) => (event.file === "" ? [] : event.file))]);
  const survival = chance.pick(SURVIVAL);
  for (const file of files) {
    const all = done.filter(({ event }) => event.file === file);
    let life = all;
    let start: DiskFile | undefined = base.has(file) ? createDiskFile(base.get(file)) : undefined;
    const unlinked = all.findLastIndex(({ event }) => event.kind === "unlink");
    if (unlinked >= 0) {
      const after = all.slice(unlinked + 1);
      const isGoneForGood = (all[unlinked]?.position ?? 0) < folderSyncedUpTo;
      if (after.length > 0 || isGoneForGood || chance.happens(survival)) {
        life = after;
        start = undefined;
      } else {
        life = all.filter(({ event }) => event.kind !== "unlink");
      }
    }
    const kept = layDown(start, life, { survival, lost: cut.lost ?? new Set(), chance });
    if (kept !== undefined) image.set(file, kept.content());
  }
  return image;
}

interface Placed {
  readonly event: WriteEvent;
  readonly position: number;
}

function layDown(
  start: DiskFile | undefined,
  life: readonly Placed[],
  fate: { readonly survival: number; readonly lost: ReadonlySet<number>; readonly chance: Chance },
): DiskFile | undefined {
  const changes = life.filter(({ event }) => ["write", "truncate", "extend"].includes(event.kind));
  if (start === undefined && changes.length === 0) return undefined;
  const disk = start ?? createDiskFile();
  const safeUpTo = syncedUpTo(life);
  const loose: WriteEvent[] = [];
  for (const { event, position } of changes) {
    if (fate.lost.has(position)) continue;
    if (position < safeUpTo) apply(disk, event);
    else loose.push(event);
  }
  const inAnyOrder = fate.chance.happens(0.5) ? shuffle(loose, fate.chance) : loose;
  for (const event of inAnyOrder) {
    if (!fate.chance.happens(fate.survival)) continue;
    if (event.kind === "write" && fate.chance.happens(TORN)) tear(disk, event, fate.chance);
    else apply(disk, event);
  }
  return disk;
}

function apply(disk: DiskFile, event: WriteEvent): void {
  if (event.kind === "write") disk.write(event.offset, event.bytes);
  if (event.kind === "truncate") disk.truncate(event.size);
  if (event.kind === "extend") disk.extend(event.size);
}

function tear(disk: DiskFile, { offset, bytes }: WriteEvent & { readonly kind: "write" }, chance: Chance): void {
  let from = 0;
  while (from < bytes.length) {
    const to = Math.min(bytes.length, from + SECTOR_BYTES - ((offset + from) % SECTOR_BYTES));
    if (chance.happens(0.5)) disk.write(offset + from, bytes.subarray(from, to));
    from = to;
  }
}

/**
 * The position before which everything is on the disk: the beginning of the last sync that ended. Syncs of one file that
 * overlap are matched first to first, which is never too much: when the second ends, both have.
 */
function syncedUpTo(placed: readonly Placed[]): number {
  const begun: number[] = [];
  let upTo = -1;
  for (const { event, position } of placed) {
    if (event.kind.endsWith("sync_begin")) begun.push(position);
    if (event.kind.endsWith("sync_end")) upTo = begun.shift() ?? upTo;
  }
  return upTo;
}

function shuffle<T>(list: readonly T[], chance: Chance): readonly T[] {
  const shuffled = [...list];
  for (let last = shuffled.length - 1; last > 0; last -= 1) {
    const other = chance.below(last + 1);
    [shuffled[last], shuffled[other]] = [shuffled[other] as T, shuffled[last] as T];
  }
  return shuffled;
}
