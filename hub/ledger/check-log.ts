import { openCheckpoint } from "./checkpoint.ts";
import type { LedgerLog } from "./ledger-log.ts";
import { equalBytes, hashLeaf } from "./merkle-hash.ts";
import { extendTree, type ReadSubtree, rootOfSize } from "./merkle-tree.ts";

/** What in the log does not agree with the books, in words that name the place. */
export interface LogDifference {
  /** The leaf, or for a checkpoint the leaves that it covers. */
  readonly leaf: number;
  readonly what: string;
}

export interface LogCheck {
  readonly leaves: number;
  readonly checkpoints: number;
  readonly differences: readonly LogDifference[];
}

/** Rows and checkpoints read at once: a page of some hundred kilobytes. */
const READ_AT_ONCE = 4_096;

/**
 * Compute the whole tree anew from what the leaves say, and compare every kept hash, the size, and every checkpoint with
 * its signature. Memory stays flat, however long the log is.
 * @param leaves all leaves from the first one, as the books say them today
 */
export async function checkLog(
  log: LedgerLog,
  leaves: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  verifierKey: string,
): Promise<LogCheck> {
  const differences: LogDifference[] = [];
  const signed = await readCheckpoints(log, verifierKey, differences);
  // The newest full subtree of each level is all that the next leaf, and every root, is made of.
  const edge: Uint8Array[] = [];
  const read: ReadSubtree = ({ level }) => {
    const hash = edge[level];
    if (hash === undefined) throw new RangeError(`no full subtree of level ${level} yet`);
    return hash;
  };
  const compareRoot = (size: number) => {
    const root = signed.get(size);
    if (root !== undefined && !equalBytes(root, rootOfSize(size, read)))
      differences.push({ leaf: size, what: `the root signed for ${size} leaves is not that of the books` });
  };
  let kept: readonly (readonly Uint8Array[])[] = [];
  let keptFrom = 0;
  let count = 0;
  compareRoot(0);
  for await (const leaf of leaves) {
    if (count >= keptFrom + kept.length) {
      keptFrom = count;
      kept = await log.keptHashes({ from: count, to: count + READ_AT_ONCE });
    }
    const hashes = extendTree(count, hashLeaf(leaf), read);
    const what = firstDifference(kept[count - keptFrom], hashes);
    if (what !== undefined) differences.push({ leaf: count, what });
    for (const [level, hash] of hashes.entries()) edge[level] = hash;
    count += 1;
    compareRoot(count);
  }
  const size = await log.size();
  if (size > count) differences.push({ leaf: count, what: `the log has ${size} leaves, the books say ${count}` });
  for (const of of signed.keys()) {
    if (of > count) differences.push({ leaf: of, what: `a root was signed for ${of} leaves, the books say ${count}` });
  }
  return { leaves: count, checkpoints: signed.size, differences };
}

/** Size -> root of every checkpoint whose signature is right; the others are named. */
async function readCheckpoints(
  log: LedgerLog,
  verifierKey: string,
  differences: LogDifference[],
): Promise<Map<number, Uint8Array>> {
  const signed = new Map<number, Uint8Array>();
  let below: number | undefined;
  for (;;) {
    const page = await log.checkpoints({ limit: READ_AT_ONCE, ...(below !== undefined && { below }) });
    for (const { size, note } of page) {
      below = size;
      const checkpoint = openCheckpoint(note, verifierKey);
      if ("refused" in checkpoint)
        differences.push({
          leaf: size,
          what: `the checkpoint of ${size} leaves is not to be trusted: ${checkpoint.refused}`,
        });
      else if (checkpoint.size !== size)
        differences.push({ leaf: size, what: `the checkpoint of ${size} leaves speaks of ${checkpoint.size}` });
      else signed.set(size, checkpoint.root);
    }
    if (page.length < READ_AT_ONCE) return signed;
  }
}

function firstDifference(kept: readonly Uint8Array[] | undefined, computed: readonly Uint8Array[]): string | undefined {
  if (kept === undefined) return "the books say more than the log has";
  const [keptLeaf, leaf] = [kept[0], computed[0]];
  if (keptLeaf === undefined || leaf === undefined || !equalBytes(keptLeaf, leaf))
    return "what the books say is not what was logged";
  const level = computed.findIndex((hash, at) => !equalBytes(kept[at] ?? Buffer.alloc(0), hash));
  if (level > 0) return `the kept hash of the subtree of ${2 ** level} leaves that ends here is false`;
  return kept.length > computed.length ? "more hashes are kept than it has" : undefined;
}
