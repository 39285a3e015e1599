import type { LeafRange } from "./merkle-tree.ts";

/**
 * The append-only log over everything that is booked: a Merkle tree (RFC 9162) whose leaves are byte strings. It keeps
 * hashes alone; what a leaf says is kept by whoever appended it, and can be laid beside its hash at any time.
 */
export interface LedgerLog {
  /**
   * All leaves or none, in this order, on the disk when it resolves.
   * @returns the index of the first one, counted from 0
   */
  append(leaves: readonly Uint8Array[]): Promise<number>;
  /** Leaves in it. */
  size(): Promise<number>;
  /** The root of all leaves, or of the first `size`. @throws RangeError for a size it never had */
  root(size?: number): Promise<Uint8Array>;
  /** The index of a leaf, its first one if it was appended twice; undefined when it is not there. */
  find(leaf: Uint8Array): Promise<number | undefined>;
  /** From the leaf's neighbour up to the root of the first `size` leaves. @throws RangeError for an index that these have not */
  inclusionProof(index: number, size: number): Promise<readonly Uint8Array[]>;
  /** That the first `older` leaves are the beginning of the first `newer`. @throws RangeError for sizes out of order */
  consistencyProof(older: number, newer: number): Promise<readonly Uint8Array[]>;
  /**
   * What is kept for each of these leaves: its hash, then those of the larger subtrees that it completes, by level. Fewer
   * leaves than asked for when the log ends before.
   */
  keptHashes(range: LeafRange): Promise<readonly (readonly Uint8Array[])[]>;
  /**
   * Keep a signed checkpoint before anybody sees it. One of the same size and root again: "exists", the first one stands.
   * @throws HubError LOG_SPLIT when it is no checkpoint, of a root that the log does not have at that size, or of a size
   *         for which another root was signed: whoever holds that one could never be answered again
   */
  keepCheckpoint(note: string): Promise<"kept" | "exists">;
  /** The one of the largest size. */
  latestCheckpoint(): Promise<string | undefined>;
  /** The largest size first. @param options.below only those of smaller sizes, for turning pages */
  checkpoints(options: { readonly limit: number; readonly below?: number }): Promise<readonly KeptCheckpoint[]>;
}

export interface KeptCheckpoint {
  /** Leaves, as it was kept by. */
  readonly size: number;
  /** What was signed. */
  readonly note: string;
}
