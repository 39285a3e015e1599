import { MilliWattHours } from "../units.ts";
import { type AllocationInput, inMemberOrder, runTiers, type TierRun } from "./allocate.ts";
import type { Weight } from "./policy.ts";
import { lowestTerms, type Rational } from "./share.ts";

/** How one tier came to what it gave one member: pool x weight / total, at most the cap, rounded down or up. */
export interface TierReceipt {
  readonly weight: Weight["kind"];
  /** The member's weight: mWh still needed, the share as the policy writes it ("0" without one), or "1" of the equals. */
  readonly weight_value: string;
  /** What the weights are measured against: everybody's mWh still needed, "1", or the number of members. */
  readonly weight_total: string;
  /** What earlier tiers left of the pool. */
  readonly pool_mwh: MilliWattHours;
  /** The exact quota before the cap, in mWh, as a mixed number such as "115789 9/19". */
  readonly quota: string;
  /** What the member still needed. */
  readonly cap_mwh: MilliWattHours;
  /** The smaller of quota and cap, rounded down. */
  readonly floor_mwh: MilliWattHours;
  /** True when the member had one of the largest fractional parts and was given one mWh more than the floor. */
  readonly rounded_up: boolean;
  readonly allotted_mwh: MilliWattHours;
}

/**
 * Why one member got what they got in one interval: one receipt for each tier of the policy, in order. The numbers
 * come from the same run as `allocate`, and the receipts' `allotted_mwh` sum to its allotment.
 * @throws RangeError as `allocate`, or when nobody of that name has a demand in the interval
 */
export function explainAllocation(input: AllocationInput, member: string): readonly TierReceipt[] {
  const demands = inMemberOrder(input.demands);
  const index = demands.findIndex((demand) => demand.member === member);
  if (index < 0) throw new RangeError(`member ${member} has no demand in this interval`);
  const receipts: TierReceipt[] = [];
  runTiers({ ...input, demands }, (run) => receipts.push(receiptOf(run, member, index)));
  return receipts;
}

function receiptOf({ weight, pool, key, caps, given }: TierRun, member: string, index: number): TierReceipt {
  const numerator = BigInt(pool) * BigInt(key.weights[index] ?? 0);
  const total = BigInt(key.total);
  const quota = total === 0n ? { numerator, denominator: 1n } : { numerator, denominator: total };
  const cap = caps[index] ?? 0;
  const whole = quota.numerator / quota.denominator;
  const floor = whole < cap ? Number(whole) : cap;
  const allotted = given[index] ?? 0;
  return {
    weight: weight.kind,
    weight_value: weight.kind === "fixed" ? shareAsWritten(weight.shares, member) : `${key.weights[index]}`,
    weight_total: weight.kind === "fixed" ? "1" : `${key.total}`,
    pool_mwh: MilliWattHours(pool),
    quota: mixedNumber(quota),
    cap_mwh: MilliWattHours(cap),
    floor_mwh: MilliWattHours(floor),
    rounded_up: allotted > floor,
    allotted_mwh: MilliWattHours(allotted),
  };
}

function shareAsWritten(shares: Readonly<Record<string, string>>, member: string): string {
  return Object.hasOwn(shares, member) ? (shares[member] ?? "0") : "0";
}

/** A fraction as people read it: "115789 9/19", "9/19" below one, "5" without a fractional part. */
function mixedNumber(fraction: Rational): string {
  const { numerator, denominator } = lowestTerms(fraction);
  const whole = numerator / denominator;
  const part = numerator % denominator;
  if (part === 0n) return `${whole}`;
  return whole === 0n ? `${part}/${denominator}` : `${whole} ${part}/${denominator}`;
}
