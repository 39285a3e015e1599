import { HubError } from "../errors.ts";
import { type Checkpoint, readUncheckedCheckpoint } from "./checkpoint.ts";
import { equalBytes } from "./merkle-hash.ts";

/** What a log holds at the moment in which a checkpoint is to be kept. */
export interface LogState {
  readonly size: number;
  /** @param size of at most `size` leaves */
  root(size: number): Uint8Array;
  /** The note kept for a size. */
  checkpointOf(size: number): string | undefined;
}

/**
 * Is this a checkpoint that the log may stand by?
 * @returns the checkpoint, and whether one of its size and root is kept already
 * @throws HubError LOG_SPLIT
 */
export function checkCheckpoint(note: string, log: LogState): Checkpoint & { readonly isKept: boolean } {
  const checkpoint = readUncheckedCheckpoint(note);
  if (checkpoint === undefined) throw logSplit("what was to be kept as a checkpoint is none");
  const { size, root } = checkpoint;
  if (size > log.size) throw logSplit(`a checkpoint speaks of ${size} leaves, and the log has ${log.size}`);
  const kept = log.checkpointOf(size);
  const keptRoot = kept === undefined ? undefined : readUncheckedCheckpoint(kept)?.root;
  if (kept !== undefined && (keptRoot === undefined || !equalBytes(keptRoot, root)))
    throw logSplit(`another root was signed for its first ${size} leaves`);
  if (!equalBytes(root, log.root(size))) throw logSplit(`its first ${size} leaves have another root`);
  return { ...checkpoint, isKept: kept !== undefined };
}

/** Two roots for one size, or a past that changed: a bug, or somebody changed the books. */
export function logSplit(what: string): HubError {
  return new HubError("LOG_SPLIT", `the ledger's log contradicts what was signed: ${what}`, {
    remedy:
      "Run millrace verify, which names what was changed; nothing is signed until books.db agrees with its checkpoints again.",
  });
}
