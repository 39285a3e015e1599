import type { Chance } from "../chance.ts";
import type { WriteEvent } from "./read-write-log.ts";

/** A moment at which the power goes. */
export interface CutMoment {
  /** How many events of the log came before. */
  readonly events: number;
  readonly atNs: bigint;
}

/** Of a hundred cuts: this many right when an acknowledgement is read, and this many while a main file is being changed. */
const AT_ACKNOWLEDGEMENT = 0.4;
const IN_MAIN_FILE = 0.3;

/**
 * Moments to cut the power at: right at acknowledgements, within the changes of the main database files (checkpoints),
 * and anywhere.
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
  const after = (position: number): CutMoment => ({ events: position + 1, atNs: log[position]?.atNs ?? 0n });
  return Array.from({ length: count }, () => {
    const dice = chance.next();
    if (dice < AT_ACKNOWLEDGEMENT && moments.length > 0) return cutAt(log, chance.pick(moments));
    if (dice < AT_ACKNOWLEDGEMENT + IN_MAIN_FILE && inMainFile.length > 0) return after(chance.pick(inMainFile));
    return after(chance.below(log.length));
  });
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
