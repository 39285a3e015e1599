import { energyInWords } from "./energy-in-words.ts";
import { concerns, receiptOf, type TierReceipt } from "./explain.ts";
import type { SharingPlan } from "./plan-sharing.ts";
import type { Rounding } from "./policy.ts";
import { type IntervalInput, type SharedInterval, shareInterval } from "./share-interval.ts";

/** Why one member got what they got of one interval, as numbers and in plain English. */
export interface SharingExplanation {
  readonly shared: SharedInterval;
  /** One for each step that concerns the member, on each pool that served it; their `allotted_mwh` sum to the allotment. */
  readonly receipts: readonly TierReceipt[];
  readonly sentences: readonly string[];
}

/**
 * Explain one member's part of an interval; the numbers come from the same run as `shareInterval`.
 * @throws RangeError as `shareInterval`, or for somebody who is no member
 */
export function explainSharing(plan: SharingPlan, input: IntervalInput, member: string): SharingExplanation {
  const index = plan.members.indexOf(member);
  if (index < 0) throw new RangeError(`${member} is no member`);
  const receipts: TierReceipt[] = [];
  const shared = shareInterval(plan, input, (run) => {
    if (concerns(run, member)) receipts.push(receiptOf(run, member, index));
  });
  return { shared, receipts, sentences: sentencesOf(plan, shared, index, receipts) };
}

function sentencesOf(
  { policy }: SharingPlan,
  { members, pool }: SharedInterval,
  index: number,
  receipts: readonly TierReceipt[],
): readonly string[] {
  const at = (column: readonly number[]) => column[index] ?? 0;
  const outside = at(members.consumption) - at(members.own) - at(members.demand);
  const beyond = at(members.beyond);
  return [
    `You used ${energyInWords(at(members.consumption))}, and ${energyInWords(pool)} were there to share.`,
    ...(at(members.own) > 0 ? [`Of that ${energyInWords(at(members.own))} came from your own plants first.`] : []),
    ...(outside > 0
      ? [`${energyInWords(outside)} of your use do not take part, because your metering point takes part in part.`]
      : []),
    ...receipts.flatMap((receipt) => receiptInWords(receipt, policy.rounding)),
    ...(beyond > 0
      ? [
          policy.surplus === "bank_as_credit"
            ? `${energyInWords(beyond)} beyond your use were banked as your credit.`
            : `${energyInWords(beyond)} of your share were beyond your use and went to the grid for you.`,
        ]
      : []),
    `You got ${energyInWords(at(members.allotted))} from the community and ${energyInWords(at(members.fromGrid))} from elsewhere.`,
  ];
}

/** One step as sentences with its numbers. */
export function receiptInWords(receipt: TierReceipt, rounding: Rounding): readonly string[] {
  const { tier, rule, rank, pool_name, left_mwh, budget_mwh, pool_mwh, weight_value, weight_total, quota } = receipt;
  const where = `Step ${tier}${rank === null ? "" : `, rank ${rank}`}${pool_name === "joint" ? "" : `, ${pool_name}`}`;
  const budget = budget_mwh < left_mwh ? `, of which this step may give ${energyInWords(budget_mwh)}` : "";
  if (rule === "priority" && budget_mwh === 0) return [`${where}: the ranks before yours left nothing.`];
  if (left_mwh === 0) return [`${where}: nothing was left.`];
  const open =
    pool_mwh < budget_mwh
      ? ` Those who needed less than their part left ${energyInWords(pool_mwh)} to the others.`
      : "";
  const formula = `${energyInWords(pool_mwh)} x ${weight_value} / ${weight_total} = ${quota} mWh`;
  return [
    `${where}: ${energyInWords(left_mwh)} were left${budget}.${open} Your part is ${formula}; ${outcomeInWords(receipt, rounding)}.`,
  ];
}

function outcomeInWords(
  { allotted_mwh, beyond_mwh, cap_mwh, floor_mwh, rounded_up }: TierReceipt,
  rounding: Rounding,
): string {
  const given = allotted_mwh + beyond_mwh;
  if (beyond_mwh > 0) return `that is ${given} mWh, of which you could use ${energyInWords(allotted_mwh)}`;
  if (allotted_mwh === cap_mwh && !rounded_up) {
    return `you could use ${energyInWords(cap_mwh)} in this step, and nobody is given more`;
  }
  if (rounding === "de_cut_6dp") return `cut to ${given} mWh`;
  if (rounding === "es_1_wh") return `in whole Wh that is ${given} mWh`;
  if (rounding === "at_half_up_6dp") return `rounded half up to ${given} mWh`;
  if (rounded_up) return `rounded up to ${given} mWh, because its fraction was among the largest`;
  return given === floor_mwh ? `rounded down to ${given} mWh` : `that is ${given} mWh`;
}
