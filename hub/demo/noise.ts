/**
 * Chance that can be asked twice: every number is a function of (seed, coordinates), so any minute of the simulated
 * community can be computed without the minutes before it, on any machine, with the same result.
 */

/** Final mixing step of MurmurHash3 (Appleby, public domain): every bit of the input moves about half of the output. */
function avalanche(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Steps between coordinates: two odd words without small multiples in common. */
const FIRST_STEP = 0x9e3779b1;
const SECOND_STEP = 0x85ebca77;
const WORDS = 2 ** 32;

/**
 * A number in [0, 1) that belongs to this seed and these coordinates.
 * @param seed whole number, as from `seedOf`
 * @param first whole number, for example a local day
 * @param second whole number, for example a minute of that day
 */
export function chanceAt(seed: number, first: number, second = 0): number {
  const mixed = avalanche(seed ^ Math.imul(first | 0, FIRST_STEP));
  return avalanche(mixed ^ Math.imul(second | 0, SECOND_STEP)) / WORDS;
}

/** A seed of its own for a named thing (FNV-1a over the name), so that no two devices live the same life. */
export function seedOf(seed: number, name: string): number {
  let hash = 0x811c9dc5 ^ avalanche(seed);
  for (let index = 0; index < name.length; index += 1) hash = Math.imul(hash ^ name.charCodeAt(index), 0x01000193);
  return avalanche(hash);
}

/**
 * Value noise: a chance at every whole position, eased in between, so that it drifts without jumps.
 * @param position any finite number, for example hours since 1970
 * @returns [0, 1), equal to `chanceAt(seed, position)` at whole positions
 */
export function driftAt(seed: number, position: number): number {
  const before = Math.floor(position);
  const way = ease(position - before);
  return chanceAt(seed, before) * (1 - way) + chanceAt(seed, before + 1) * way;
}

/** Smoothstep on [0, 1]: flat at both ends, clamped outside. */
export function ease(way: number): number {
  const inside = Math.min(1, Math.max(0, way));
  return inside * inside * (3 - 2 * inside);
}
