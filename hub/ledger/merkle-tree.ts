import { EMPTY_ROOT, hashNode } from "./merkle-hash.ts";

/**
 * A Merkle tree over a growing list (RFC 9162, 2.1). Whoever keeps it stores the hashes of full subtrees, which never
 * change; every root, of today or of any earlier size, and every proof is put together from at most a few dozen of them.
 */

/** A full subtree: 2^level leaves, the `index`-th of its level counted from 0. A leaf is of level 0. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

/** Where the hashes of full subtrees are kept. */
export type ReadSubtree = (subtree: Subtree) => Uint8Array;

/** Leaves [from, to). */
export interface LeafRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Append a leaf.
 * @param index    how many leaves stand before it
 * @param leafHash its hash
 * @returns        the hashes of all subtrees that this leaf completes, by level: itself first. Half of all leaves complete
 *                 nothing else, a quarter one more subtree, and so on: two hashes a leaf on average
 */
export function extendTree(index: number, leafHash: Uint8Array, read: ReadSubtree): readonly Uint8Array[] {
  checkCount(index);
  const hashes = [leafHash];
  let below = leafHash;
  for (let level = 0, at = index; at % 2 === 1; level += 1, at = (at - 1) / 2) {
    below = hashNode(read({ level, index: at - 1 }), below);
    hashes.push(below);
  }
  return hashes;
}

/** The leaf that completed a subtree: its last one. */
export function completingLeaf({ level, index }: Subtree): number {
  return (index + 1) * 2 ** level - 1;
}

/** The root of the first `size` leaves. */
export function rootOfSize(size: number, read: ReadSubtree): Uint8Array {
  checkCount(size);
  return hashOfRange({ from: 0, to: size }, read);
}

/**
 * The hashes that lead from a leaf to the root (PATH of RFC 9162, 2.1.3.1), the leaf's neighbour first.
 * @throws RangeError when there is no such leaf in a tree of that size
 */
export function inclusionPath(index: number, size: number, read: ReadSubtree): readonly Uint8Array[] {
  checkCount(index);
  checkCount(size);
  if (index >= size) throw new RangeError(`no leaf ${index} among ${size}`);
  const beside: LeafRange[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    beside.push(index < middle ? { from: middle, to } : { from, to: middle });
    if (index < middle) to = middle;
    else from = middle;
  }
  return beside.reverse().map((range) => hashOfRange(range, read));
}

/**
 * The hashes that show that the tree of `older` leaves is the beginning of the tree of `newer` ones (PROOF of RFC 9162,
 * 2.1.4.1). Between equal sizes, and from the empty tree, nothing needs to be shown: the path is empty.
 * @throws RangeError when `older` is more than `newer`
 */
export function consistencyPath(older: number, newer: number, read: ReadSubtree): readonly Uint8Array[] {
  checkCount(older);
  checkCount(newer);
  if (older > newer) throw new RangeError(`a tree of ${older} leaves is no beginning of one of ${newer}`);
  if (older === 0 || older === newer) return [];
  const path: LeafRange[] = [];
  let from = 0;
  let to = newer;
  while (older < to) {
    const middle = from + splitOf(to - from);
    path.push(older <= middle ? { from: middle, to } : { from, to: middle });
    if (older <= middle) to = middle;
    else from = middle;
  }
  // The older root itself is known to whoever checks, so a last piece that begins at the first leaf is left out.
  if (from > 0) path.push({ from, to });
  return path.reverse().map((range) => hashOfRange(range, read));
}

/** A small tree held in memory, such as that of one day's columns. */
export function buildTree(leafHashes: readonly Uint8Array[]): ReadSubtree {
  const completed: (readonly Uint8Array[])[] = [];
  const read: ReadSubtree = (subtree) => {
    const hash = completed[completingLeaf(subtree)]?.[subtree.level];
    if (hash === undefined) throw new RangeError(`no subtree ${subtree.index} of level ${subtree.level}`);
    return hash;
  };
  for (const [index, leafHash] of leafHashes.entries()) completed.push(extendTree(index, leafHash, read));
  return read;
}

/**
 * The hash over a range that the recursion of the RFC leads to. Such a range begins at a multiple of the power of two that
 * holds it, so its largest full subtrees, left to right, are those of the whole tree.
 */
function hashOfRange({ from, to }: LeafRange, read: ReadSubtree): Uint8Array {
  const hashes: Uint8Array[] = [];
  let at = from;
  while (at < to) {
    const level = levelWithin(to - at);
    hashes.push(read({ level, index: at / 2 ** level }));
    at += 2 ** level;
  }
  return hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => hashNode(left, right));
}

/** The largest power of two below a number of leaves that is more than one: where the RFC parts a tree. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}

/** The level of the largest full subtree that a number of leaves holds. */
function levelWithin(count: number): number {
  let level = 0;
  while (2 ** (level + 1) <= count) level += 1;
  return level;
}

function checkCount(count: number): void {
  if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`not a count of leaves: ${count}`);
}
