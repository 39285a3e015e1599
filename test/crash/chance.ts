import { chanceAt, seedOf } from "../../hub/demo/noise.ts";

/** Chance with a memory of nothing but its seed: the same seed throws the same dice in the same order. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** True with this probability. */
  happens(probability: number): boolean;
  pick<T>(list: readonly T[]): T;
}

/** @param purpose what the dice are for, so that one seed gives each purpose dice of its own */
export function createChance(seed: number, purpose: string): Chance {
  const own = seedOf(seed, purpose);
  let throws = 0;
  const next = (): number => {
    throws += 1;
    return chanceAt(own, throws);
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    happens: (probability) => next() < probability,
    pick<T>(list: readonly T[]): T {
      if (list.length === 0) throw new RangeError("nothing to pick from");
      return list[Math.floor(next() * list.length)] as T;
    },
  };
}

/** The seed of this run: given by hand, or a new one that a failure prints. */
export function chooseSeed(given: string | undefined): number {
  const seed = given === undefined ? Date.now() % 1_000_000_000 : Number(given);
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`not a seed: ${given}`);
  return seed;
}
