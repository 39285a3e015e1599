import { EMPTY_ROOT, equalBytes, hashNode, isHash } from "./merkle-hash.ts";

/** Checks of Merkle proofs, step by step as RFC 9162 (2.1.3.2 and 2.1.4.2) has them. */

export interface InclusionClaim {
  readonly leafHash: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface ConsistencyClaim {
  readonly older: number;
  readonly olderRoot: Uint8Array;
  readonly newer: number;
  readonly newerRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** True when the leaf is the `index`-th of the tree of `size` leaves that has this root. */
export function verifyInclusion({ leafHash, index, size, path, root }: InclusionClaim): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leafHash, root, ...path].every(isHash)) return false;
  let place = index;
  let last = size - 1;
  let reached = leafHash;
  for (const beside of path) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      reached = hashNode(beside, reached);
      [place, last] = skipLoneLevels(place, last);
    } else {
      reached = hashNode(reached, beside);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && equalBytes(reached, root);
}

/**
 * True when the tree of `older` leaves with its root is the beginning of the newer tree. The empty tree is the beginning
 * of every tree, and its path is empty.
 */
export function verifyConsistency({ older, olderRoot, newer, newerRoot, path }: ConsistencyClaim): boolean {
  if (!isCount(older) || !isCount(newer) || older > newer) return false;
  if (![olderRoot, newerRoot, ...path].every(isHash)) return false;
  if (older === newer) return path.length === 0 && equalBytes(olderRoot, newerRoot);
  if (older === 0) return path.length === 0 && equalBytes(olderRoot, EMPTY_ROOT);
  if (path.length === 0) return false;
  const [first = olderRoot, ...others] = isPowerOfTwo(older) ? [olderRoot, ...path] : path;
  let place = older - 1;
  let last = newer - 1;
  while (isOdd(place)) {
    place = half(place);
    last = half(last);
  }
  let olderReached = first;
  let newerReached = first;
  for (const beside of others) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      olderReached = hashNode(beside, olderReached);
      newerReached = hashNode(beside, newerReached);
      [place, last] = skipLoneLevels(place, last);
    } else {
      newerReached = hashNode(newerReached, beside);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && equalBytes(olderReached, olderRoot) && equalBytes(newerReached, newerRoot);
}

/** At the right edge a subtree without a neighbour is its own parent, so levels without one are passed over. */
function skipLoneLevels(place: number, last: number): [number, number] {
  let [at, end] = [place, last];
  while (!isOdd(at) && at !== 0) {
    at = half(at);
    end = half(end);
  }
  return [at, end];
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isOdd = (value: number) => value % 2 === 1;
/** Shifts of numbers past 2^31 are not shifts in JavaScript. */
const half = (value: number) => Math.floor(value / 2);

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}
