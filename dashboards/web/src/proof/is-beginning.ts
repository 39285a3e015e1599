import { type Bytes, HASH_BYTES, hashNode, isSameBytes, sha256 } from "./hashes.ts";

/** How many entries a log had, and the root over them. */
export interface TreeHead {
  readonly size: number;
  readonly root: Bytes;
}

/**
 * True when the older log is the beginning of the newer one, by the path between them (RFC 9162, section 2.1.4.2). It
 * shares no code with the hub, whose word is what is checked here.
 */
export async function isBeginning(older: TreeHead, newer: TreeHead, path: readonly Bytes[]): Promise<boolean> {
  if (older.size > newer.size || path.some((hash) => hash.length !== HASH_BYTES)) return false;
  if (older.size === newer.size) return path.length === 0 && isSameBytes(older.root, newer.root);
  if (older.size === 0) return path.length === 0 && isSameBytes(older.root, await sha256(new Uint8Array()));
  const hashes = isPowerOfTwo(older.size) ? [older.root, ...path] : [...path];
  const first = hashes.shift();
  if (first === undefined) return false;
  // Places of the last leaf of each tree, level by level; sizes go past what shifts of numbers can do.
  let [place, last] = [older.size - 1, newer.size - 1];
  while (isOdd(place)) [place, last] = [half(place), half(last)];
  let [olderReached, newerReached] = [first, first];
  for (const beside of hashes) {
    if (last === 0) return false;
    if (isOdd(place) || place === last) {
      olderReached = await hashNode(beside, olderReached);
      newerReached = await hashNode(beside, newerReached);
      // A subtree at the right edge without a neighbour is its own parent.
      while (!isOdd(place) && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      newerReached = await hashNode(newerReached, beside);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && isSameBytes(olderReached, older.root) && isSameBytes(newerReached, newer.root);
}

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

function isPowerOfTwo(value: number): boolean {
  let power = 1;
  while (power < value) power *= 2;
  return power === value;
}
