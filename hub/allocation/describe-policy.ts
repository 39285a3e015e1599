import { type CompletePolicy, type CompleteTier, completePolicy } from "./complete-policy.ts";
import { energyInWords } from "./energy-in-words.ts";
import type { Policy, Rounding } from "./policy.ts";
import { parseShare, shareInWords, sumShares } from "./share.ts";

/** Names a sentence can bear; more are counted. */
const MOST_NAMES = 5;

/**
 * The policy in plain English, always the same for the same policy.
 * @throws RangeError when a share is not one
 */
export function describePolicy(policy: Policy): string {
  const complete = completePolicy(policy);
  const { tiers } = complete;
  const steps = tiers.map((tier, index) => describeTier(tier, index === 0 ? "used" : "still needs"));
  const [first = "with nobody", ...later] = steps;
  const shared = later.length === 0 ? first : [`first ${first}`, ...later].join(", then what is left ");
  const isCapped = tiers.every(({ cap }) => cap.kind !== "none");
  const sharing = `In every interval, what the community generated is shared ${shared}${isCapped ? ", never more than they used" : ""};`;
  return [`${sharing}${describeOffers(complete)} ${describeSurplus(policy)}`, ...describeFrame(complete)].join(" ");
}

function describeTier({ members, budget, weight, demand, base, cap, rounds }: CompleteTier, need: string): string {
  const from =
    budget.kind === "all"
      ? ""
      : `up to ${budget.kind === "amount" ? energyInWords(budget.amount_mwh) : `${budget.share} of it`} `;
  const among = members === undefined ? "" : ` among ${names(members)}`;
  const quota =
    cap.kind === "demand_and_quota" ? `, at most ${energyInWords(cap.quota_mwh)} each ${periods[cap.per]}` : "";
  const again = rounds === 1 || weight.kind === "priority" ? "" : describeRounds(rounds);
  const measure = demand === "gross" ? "used" : need;
  return `${from}${describeWeight(weight, base, measure)}${among}${quota}${again}`;
}

const periods = { interval: "in an interval", day: "a day", month: "a month" } as const;

function describeWeight(weight: CompleteTier["weight"], base: "all" | "active", measure: string): string {
  switch (weight.kind) {
    case "consumption":
      return `in proportion to what each member ${measure}`;
    case "equal":
      return `in equal parts, one for each member${base === "active" ? " who used any" : ""}`;
    case "external":
      return `by the coefficients ${weight.coefficients} that are named for each interval`;
    case "priority":
      return "by rank, the first rank until it has enough, and equally within a rank";
    case "fixed": {
      const { numerator, denominator } = sumShares(Object.values(weight.shares).map(parseShare));
      const unassigned = { numerator: denominator - numerator, denominator };
      const note = unassigned.numerator > 0n ? ` (${shareInWords(unassigned)} of it is assigned to nobody)` : "";
      return `by the fixed share of each member${base === "active" ? " who used any" : note}`;
    }
  }
}

function describeRounds(rounds: number): string {
  if (rounds === Number.POSITIVE_INFINITY) return ", again and again until nothing is left or everybody has enough";
  return `, offered up to ${rounds} times`;
}

/** What becomes of a part that its member does not use up. */
function describeOffers({ tiers, surplus }: CompletePolicy): string {
  const last = tiers.at(-1);
  if (last === undefined || last.rounds > 1 || last.cap.kind === "none" || surplus === "to_share_owner") return "";
  if (last.weight.kind === "consumption") return "";
  return " what a member leaves of their part is not offered to the others;";
}

function describeSurplus({ surplus, credit }: Policy): string {
  switch (surplus) {
    case "to_grid":
      return "what nobody used goes to the grid.";
    case "to_producer":
      return "what nobody used stays with the plant that generated it.";
    case "to_share_owner":
      return "what a member leaves of their share stays theirs and goes to the grid for them.";
    case "to_member_pot":
      return "what nobody used goes to the community's common fund.";
    case "bank_as_credit": {
      const lasts = typeof credit?.expires_after_months === "number" ? `${credit.expires_after_months} months` : "ever";
      const order = credit?.order === "newest_first" ? "the newest" : "the oldest";
      return `what a member is given beyond their use becomes their credit for ${lasts}, ${order} used first.`;
    }
  }
}

/** What surrounds the tiers, one sentence each; nothing for what goes without saying. */
function describeFrame({
  ownUse,
  lossFactors,
  membershipPercent,
  pools,
  producers,
  rounding,
}: CompletePolicy): readonly string[] {
  const losses = Object.keys(lossFactors).length;
  const partial = Object.keys(membershipPercent).length;
  return [
    ...(losses > 0 ? [`Before that ${count(losses, "metering point")} multiplied by a factor for losses.`] : []),
    ...(ownUse === "site_netting" ? ["Before that each member uses what their own plants generate."] : []),
    ...(partial > 0
      ? [`Before that ${count(partial, "metering point")} counted in part, the rest stays outside.`]
      : []),
    ...(pools.kind === "per_producer" ? ["Each plant is shared out by itself."] : []),
    ...(pools.kind === "groups"
      ? [`Plants are shared out in groups: ${names(pools.groups.map(({ name }) => name))}.`]
      : []),
    ...(producers.kind === "by_commissioning" ? ["The plants that were commissioned first are used first."] : []),
    ...(producers.kind === "by_order" ? [`Plants are used in the order ${producers.order.join(", ")}.`] : []),
    ...(rounding === "exact" ? [] : [roundings[rounding]]),
  ];
}

const roundings: Readonly<Record<Exclude<Rounding, "exact">, string>> = {
  at_half_up_6dp: "Each part is rounded half up to 6 decimals of a kWh, and a rounding account bears the difference.",
  de_cut_6dp: "Quotients are cut to 6 decimals, and what that leaves is surplus.",
  es_1_wh: "Shares are whole Wh.",
};

function names(all: readonly string[]): string {
  if (all.length > MOST_NAMES) return `${all.length} named ones`;
  return all.length === 1 ? `${all[0]}` : `${all.slice(0, -1).join(", ")} and ${all.at(-1)}`;
}

function count(things: number, thing: string): string {
  return things === 1 ? `one ${thing} is` : `${things} ${thing}s are`;
}
