import type { Chance } from "../chance.ts";
import type { WriteEvent } from "./read-write-log.ts";

/** A moment at which the power goes. */
export interface CutMoment {
  /** How many events of the log came before. */
  readonly events: number;
  readonly atNs: bigint;
}

/** Of a hundred cuts: this many right when an acknowledgement is read, while a main file changes, after a large commit. */
const AT_ACKNOWLEDGEMENT = 0.35;
const IN_MAIN_FILE = 0.25;
const AFTER_LARGE_COMMIT = 0.2;
/** The largest commits are those of seals, which take a few of them: so many of the log's are aimed at. */
const LARGE_COMMITS = 12;

/**
 * Moments to cut the power at: right at acknowledgements, within the changes of the main database files (checkpoints),
 * right after the commits that wrote most (seals), and anywhere.
 * @param log        by time
 * @param moments    when acknowledgements were read
 */
export function chooseCuts(
  log: readonly WriteEvent[],
  moments: readonly bigint[],
  { count, chance }: { readonly count: number; readonly chance: Chance },
): readonly CutMoment[] {
  const inMainFile = log.flatMap(({ kind, file }, position) =>
    kind === "write" && file.endsWith(".db") ? [position] : [],
  );
  const large = endsOfLargeCommits(log);
  const after = (position: number): CutMoment => ({ events: position + 1, atNs: log[position]?.atNs ?? 0n });
  return Array.from({ length: count }, () => {
    const dice = chance.next();
    if (dice < AT_ACKNOWLEDGEMENT && moments.length > 0) return cutAt(log, chance.pick(moments));
    if (dice < AT_ACKNOWLEDGEMENT + IN_MAIN_FILE && inMainFile.length > 0) return after(chance.pick(inMainFile));
    if (dice > 1 - AFTER_LARGE_COMMIT && large.length > 0) return after(chance.pick(large));
    return after(chance.below(log.length));
  });
}

/** Positions of the syncs that ended the commits with most bytes. */
function endsOfLargeCommits(log: readonly WriteEvent[]): readonly number[] {
  const commits: { readonly position: number; readonly written: number }[] = [];
  const written = new Map<string, number>();
  for (const [position, event] of log.entries()) {
    if (!event.file.endsWith("-wal")) continue;
    if (event.kind === "write") written.set(event.file, (written.get(event.file) ?? 0) + event.bytes.length);
    if (event.kind !== "sync_end") continue;
    commits.push({ position, written: written.get(event.file) ?? 0 });
    written.delete(event.file);
  }
  const bySize = commits.toSorted((a, b) => b.written - a.written);
  return bySize.slice(0, LARGE_COMMITS).map(({ position }) => position);
}

/** The cut at a moment: everything noted up to it came before. */
export function cutAt(log: readonly WriteEvent[], atNs: bigint): CutMoment {
  let low = 0;
  let high = log.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log[middle] as WriteEvent).atNs <= atNs) low = middle + 1;
    else high = middle;
  }
  return { events: low, atNs };
}
