import { MilliWattHours } from "../units.ts";
import { type AllocationInput, inMemberOrder, shareJointPool } from "./allocate.ts";
import type { Weight } from "./policy.ts";
import type { TierRun } from "./run-step.ts";
import { lowestTerms, parseShare, type Rational, shareInWords } from "./share.ts";

/** How one step of a tier came to what it gave one member: pool x weight / total, at most the cap, rounded. */
export interface TierReceipt {
  /** What the weight is like: of a priority tier each rank is shared equally, coefficients from outside are shares. */
  readonly weight: "consumption" | "fixed" | "equal";
  /** The member's weight: mWh, the share as it is written ("0" without one), or "1" of the equals; "0" if not served. */
  readonly weight_value: string;
  /** What the weights are measured against: mWh, "1", or the number of members; after more rounds what is still open. */
  readonly weight_total: string;
  /** What the quota is a part of: what earlier tiers left, at most the budget, less what those with enough took. */
  readonly pool_mwh: MilliWattHours;
  /** The exact quota before the cap, in mWh, as a mixed number such as "115789 9/19". */
  readonly quota: string;
  /** What the member could still use. */
  readonly cap_mwh: MilliWattHours;
  /** The smaller of quota and cap, rounded down. */
  readonly floor_mwh: MilliWattHours;
  /** True when the member had one of the largest fractional parts and was given one mWh more than the floor. */
  readonly rounded_up: boolean;
  /** What the step gave for use. */
  readonly allotted_mwh: MilliWattHours;
  /** Which tier of the policy, from 1. */
  readonly tier: number;
  /** The weight as the policy names it. */
  readonly rule: Weight["kind"];
  /** The member's rank in a priority tier, else null. */
  readonly rank: number | null;
  readonly pool_name: string;
  /** What earlier tiers left of the pool. */
  readonly left_mwh: MilliWattHours;
  /** What of it this tier may give. */
  readonly budget_mwh: MilliWattHours;
  /** What was theirs beyond their use, where shares are kept. */
  readonly beyond_mwh: MilliWattHours;
}

/**
 * Why one member got what they got in one interval: one receipt for each tier of the policy, in order; of a priority
 * tier the step of the member's own rank. The numbers come from the same run as `allocate`, and the receipts'
 * `allotted_mwh` sum to its allotment.
 * @throws RangeError as `allocate`, or when nobody of that name has a demand in the interval
 */
export function explainAllocation(input: AllocationInput, member: string): readonly TierReceipt[] {
  const demands = inMemberOrder(input.demands);
  const index = demands.findIndex((demand) => demand.member === member);
  if (index < 0) throw new RangeError(`member ${member} has no demand in this interval`);
  const receipts: TierReceipt[] = [];
  shareJointPool({ ...input, demands }, (run) => {
    if (concerns(run, member)) receipts.push(receiptOf(run, member, index));
  });
  return receipts;
}

/** A step of other ranks is left out; every other step concerns everybody, if only to say that it gave nothing. */
export function concerns({ weight, rank }: TierRun, member: string): boolean {
  return weight.kind !== "priority" || weight.ranks[member] === rank;
}

/** The receipt of one step on one pool, valid for good. */
export function receiptOf(run: TierRun, member: string, index: number): TierReceipt {
  const { weight, level, caps, given } = run;
  const numerator = BigInt(level.pool) * BigInt(level.key.weights[index] ?? 0);
  const total = BigInt(level.key.total);
  const quota = total === 0n ? { numerator, denominator: 1n } : { numerator, denominator: total };
  const cap = caps[index] ?? 0;
  const share = given[index] ?? 0;
  const limit = run.isCapped ? cap : share + 1;
  const whole = quota.numerator / quota.denominator;
  const floor = whole < limit ? Number(whole) : limit;
  const allotted = Math.min(share, cap);
  const isShare = weight.kind === "fixed" || weight.kind === "external";
  return {
    weight: isShare ? "fixed" : weight.kind === "consumption" ? "consumption" : "equal",
    ...weightInWords(run, member, index),
    pool_mwh: MilliWattHours(level.pool),
    quota: mixedNumber(quota),
    cap_mwh: MilliWattHours(cap),
    floor_mwh: MilliWattHours(floor),
    rounded_up: share > floor,
    allotted_mwh: MilliWattHours(allotted),
    tier: run.tier + 1,
    rule: weight.kind,
    rank: run.rank ?? null,
    pool_name: run.pool,
    left_mwh: MilliWattHours(run.rest),
    budget_mwh: MilliWattHours(run.budget),
    beyond_mwh: MilliWattHours(share - allotted),
  };
}

/** A share of the whole is shown as the policy writes it; anything else as the number it was reckoned with. */
function weightInWords({ weight, level, base, whole }: TierRun, member: string, index: number) {
  const value = BigInt(level.key.weights[index] ?? 0);
  const isOfWhole = base === "all" && level.key.total === whole;
  if (isOfWhole && weight.kind === "fixed") {
    const written = Object.hasOwn(weight.shares, member) ? (weight.shares[member] ?? "0") : "0";
    // A tier may leave out somebody who has a share in its key.
    const isServed = value > 0n || parseShare(written).numerator === 0n;
    return { weight_value: isServed ? written : "0", weight_total: "1" };
  }
  if (isOfWhole && weight.kind === "external") {
    const share = lowestTerms({ numerator: value, denominator: BigInt(whole) });
    return { weight_value: shareInWords(share), weight_total: "1" };
  }
  return { weight_value: `${value}`, weight_total: `${level.key.total}` };
}

/** A fraction as people read it: "115789 9/19", "9/19" below one, "5" without a fractional part. */
function mixedNumber(fraction: Rational): string {
  const { numerator, denominator } = lowestTerms(fraction);
  const whole = numerator / denominator;
  const part = numerator % denominator;
  if (part === 0n) return `${whole}`;
  return whole === 0n ? `${part}/${denominator}` : `${whole} ${part}/${denominator}`;
}
