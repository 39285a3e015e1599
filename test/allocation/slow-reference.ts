import type { AllocationInput } from "../../hub/allocation/allocate.ts";
import type { Weight } from "../../hub/allocation/policy.ts";

/**
 * The rules of allocation once more, written to be read and not to be fast: each quota a fraction of its own, all in
 * BigInt, nothing taken from the hub but the shape of its input. A test holds `allocate` against it.
 */
type Fraction = readonly [over: bigint, under: bigint];

export interface SlowResult {
  readonly allotted: ReadonlyMap<string, bigint>;
  readonly surplus: bigint;
}

export function allocateSlowly({ policy, pool, demands, intervalIndex }: AllocationInput): SlowResult {
  const members = demands.map(({ member }) => member).sort();
  const need = new Map(demands.map(({ member, consumption }) => [member, BigInt(consumption)]));
  const allotted = new Map(members.map((member) => [member, 0n]));
  let left = BigInt(pool);
  for (const { weight } of policy.tiers) {
    const atStart = left;
    const all = [...need.values()].reduce((sum, one) => sum + one, 0n);
    const quotas = members.map((member): [string, Fraction] => {
      const needed = need.get(member)!;
      const quota = quotaOf(weight, member, { atStart, needed, all, count: BigInt(members.length) });
      return [member, isLess([needed, 1n], quota) ? [needed, 1n] : quota];
    });
    for (const [member, amount] of roundSlowly(quotas, intervalIndex)) {
      allotted.set(member, allotted.get(member)! + amount);
      need.set(member, need.get(member)! - amount);
      left -= amount;
    }
  }
  return { allotted, surplus: left };
}

interface Interval {
  readonly atStart: bigint;
  readonly needed: bigint;
  readonly all: bigint;
  readonly count: bigint;
}

function quotaOf(weight: Weight, member: string, { atStart, needed, all, count }: Interval): Fraction {
  if (weight.kind === "consumption") return all === 0n ? [0n, 1n] : [atStart * needed, all];
  if (weight.kind === "equal") return [atStart, count];
  const [over, under] = fractionOf((weight.kind === "fixed" ? weight.shares[member] : undefined) ?? "0");
  return [atStart * over, under];
}

export function fractionOf(text: string): Fraction {
  if (text.includes("/")) {
    const [over, under] = text.split("/");
    return [BigInt(over!), BigInt(under!)];
  }
  const [whole, decimals = ""] = text.split(".");
  return [BigInt(whole! + decimals), 10n ** BigInt(decimals.length)];
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a[0] * b[1] < b[0] * a[1];
}

/** Floors; then one unit each by largest fractional part, those with equal parts in id order from the one on turn. */
function roundSlowly(quotas: [string, Fraction][], turn: number): [string, bigint][] {
  const sum = quotas.reduce<Fraction>(([over, under], [, [a, b]]) => [over * b + a * under, under * b], [0n, 1n]);
  const floors = quotas.map(([, [over, under]]) => over / under);
  const units = sum[0] / sum[1] - floors.reduce((all, floor) => all + floor, 0n);
  const parts = quotas.map(([, [over, under]]): Fraction => [over % under, under]);
  const groups: number[][] = [];
  for (const index of parts.map((_, index) => index)) {
    const group = groups.find(
      ([first]) => !isLess(parts[first!]!, parts[index]!) && !isLess(parts[index]!, parts[first!]!),
    );
    if (group === undefined) groups.push([index]);
    else group.push(index);
  }
  groups.sort(([a], [b]) => (isLess(parts[a!]!, parts[b!]!) ? 1 : -1));
  const winners = groups.flatMap((group) => {
    const first = ((turn % group.length) + group.length) % group.length;
    return [...group.slice(first), ...group.slice(0, first)];
  });
  const rounded = new Set(winners.slice(0, Number(units)));
  return quotas.map(([member], index) => [member, floors[index]! + (rounded.has(index) ? 1n : 0n)]);
}
