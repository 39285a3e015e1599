import type { Key } from "./largest-remainder.ts";

/** How the members of one step are weighed; a step is a tier, or one rank of a priority tier. */
export type StepWeight =
  | { readonly kind: "consumption" }
  | { readonly kind: "equal" }
  /** Weights over the whole they are shares of; members in id order. */
  | { readonly kind: "shares"; readonly key: Key };

/** Whom a key is for; lists run in member-id order. */
export interface Weighing {
  readonly weight: StepWeight;
  /** 1 for each member that is served; undefined for all. */
  readonly mask: Uint8Array | undefined;
  /** Demand that consumption weighs, and that tells who is active. */
  readonly basis: readonly number[];
  readonly base: "all" | "active";
}

/**
 * The weights of one step and what they are measured against. With base `all` equal parts and shares are parts of the
 * whole, so what belongs to somebody without demand is left; with `active` the whole is what the active weigh together.
 * The weights may be the basis itself, not a copy: they are valid until it changes.
 */
export function weigh({ weight, mask, basis, base }: Weighing): Key {
  switch (weight.kind) {
    case "consumption":
      return consumptionKey(mask === undefined ? basis : basis.map((energy, index) => (mask[index] ? energy : 0)));
    case "equal":
      return equalKey(mask, base === "active" ? basis : undefined, basis.length);
    case "shares":
      return sharesKey(weight.key, mask, base === "active" ? basis : undefined);
  }
}

function consumptionKey(basis: readonly number[]): Key {
  let total = 0;
  for (const energy of basis) total += energy;
  if (total <= Number.MAX_SAFE_INTEGER) return { weights: basis, total };
  const weights = basis.map(BigInt);
  return { weights, total: weights.reduce((sum, weight) => sum + weight, 0n) };
}

function equalKey(mask: Uint8Array | undefined, active: readonly number[] | undefined, count: number): Key {
  const weights = new Float64Array(count).fill(1);
  if (mask === undefined && active === undefined) return { weights, total: count };
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    const counts = (mask === undefined || mask[index] === 1) && (active === undefined || (active[index] ?? 0) > 0);
    weights[index] = counts ? 1 : 0;
    if (counts) total += 1;
  }
  return { weights, total };
}

function sharesKey(key: Key, mask: Uint8Array | undefined, active: readonly number[] | undefined): Key {
  if (mask === undefined && active === undefined) return key;
  const counts = (index: number) =>
    (mask === undefined || mask[index] === 1) && (active === undefined || (active[index] ?? 0) > 0);
  if (typeof key.total === "number") {
    const known = key.weights as ArrayLike<number>;
    const weights = Float64Array.from(known, (share, index) => (counts(index) ? share : 0));
    return { weights, total: active === undefined ? key.total : weights.reduce((sum, share) => sum + share, 0) };
  }
  const known = key.weights as ArrayLike<bigint>;
  const weights = Array.from(known, (share, index) => (counts(index) ? share : 0n));
  return { weights, total: active === undefined ? key.total : weights.reduce((sum, share) => sum + share, 0n) };
}
