import { describePolicy } from "../allocation/describe-policy.ts";
import { explainAllocation, type TierReceipt } from "../allocation/explain.ts";
import { explainSharing, type SharingExplanation } from "../allocation/explain-sharing.ts";
import type { CommunityVersion } from "../members/community.ts";
import { type CoefficientColumn, faultOfCoefficients } from "../settlement/coefficients.ts";
import type { DayCells, IntervalState } from "../settlement/day-cells.ts";
import type { PointReadings } from "../settlement/measure-day.ts";
import type { Run, RunState } from "../settlement/run.ts";
import { isPlainPolicy, plannedInput, planOf, type SharingContext } from "../settlement/share-by-plan.ts";
import { isPlant, sumAt } from "../settlement/share-day.ts";
import { EpochMs, MilliWattHours } from "../units.ts";
import { changeSentences, type ExplainedPoint, explainPoint } from "./explain-point.ts";
import { kwh } from "./plain-numbers.ts";

/** Why a member got what they got in one interval: everything it was computed from, and the same in words. */
export interface IntervalExplanation {
  readonly member: string;
  readonly from_ms: number;
  readonly to_ms: number;
  readonly state: IntervalState;
  readonly entry: string | null;
  /** The settlement run it stands on; null while it is provisional. */
  readonly run: { readonly id: number; readonly state: RunState } | null;
  readonly community_version: string;
  readonly policy: { readonly name: string; readonly text: string };
  readonly inputs: {
    readonly pool_mwh: number | null;
    readonly community_consumption_mwh: number | null;
    readonly points: readonly ExplainedPoint[];
    /** Shares that somebody outside named: when, and the member's own; null where none was in force. */
    readonly coefficients: readonly {
      readonly key: string;
      readonly pool: string;
      readonly named_ms: number | null;
      readonly share: string | null;
    }[];
  };
  readonly tiers: readonly TierReceipt[];
  readonly allotted_mwh: number | null;
  readonly from_grid_mwh: number | null;
  /** Made and used behind the own meter. */
  readonly own_mwh: number | null;
  readonly sentences: readonly string[];
}

/**
 * Explain one cell of a day to the member it belongs to. Pure.
 * Shows the member's own metering points and the plants, never another member's.
 * @param index which interval of the day
 */
export function explainInterval(input: {
  readonly cells: DayCells;
  readonly adopted: CommunityVersion;
  readonly readings: PointReadings;
  readonly entry: string | null;
  readonly run?: Pick<Run, "seq" | "state"> | null;
  readonly member: string;
  readonly index: number;
  /** What a policy with quotas or foreign shares needs beside the cells. */
  readonly context?: SharingContext;
}): IntervalExplanation {
  const { cells, adopted, readings, entry, run = null, member, index } = input;
  const from = cells.from_ms + index * cells.interval_ms;
  const own = cells.members.find((column) => column.member === member);
  const shown = cells.points.filter((point) => isPlant(point) || point.member === member);
  const state = cells.state[index] ?? "unmeasured";
  const pool = cells.pool_mwh[index] ?? null;
  const consumption = own?.consumption_mwh[index] ?? null;
  const allotted = own?.allotted_mwh[index] ?? null;
  const planned = isPlainPolicy(adopted.community.policy) ? undefined : explainPlanned(input);
  const tiers = planned?.receipts ?? explainPlain(input, pool);
  const facts = {
    state,
    pool,
    communityConsumption: sumAt(
      cells.points.filter((point) => !isPlant(point)),
      index,
    ),
    consumption,
    allotted,
    tiers,
    missing: cells.points.filter((point) => point.quality[index] === "missing"),
    faults: (cells.coefficients ?? []).flatMap((column) => faultInWords(column, index)),
  };
  const span = { from: EpochMs(from), to: EpochMs(from + cells.interval_ms) };
  const points = shown.map((column): ExplainedPoint => {
    const rated = adopted.community.metering_points.find(({ id }) => id === column.point)?.rated_kw;
    const register = readings.get(column.point) ?? { readings: [], changes: [] };
    return explainPoint(column, { index, span, register, ratedW: rated === undefined ? undefined : rated * 1000 });
  });
  return {
    member,
    from_ms: from,
    to_ms: from + cells.interval_ms,
    state,
    entry,
    run: run === null ? null : { id: run.seq, state: run.state },
    community_version: cells.community_version,
    policy: { name: adopted.community.policy.name, text: describePolicy(adopted.community.policy) },
    inputs: {
      pool_mwh: pool,
      community_consumption_mwh: facts.communityConsumption,
      points,
      coefficients: (cells.coefficients ?? []).flatMap(({ key, pool, named_ms, members }) =>
        members
          .filter((one) => one.member === member)
          .map(({ share }) => ({ key, pool, named_ms: named_ms[index] ?? null, share: share[index] ?? null })),
      ),
    },
    tiers,
    allotted_mwh: allotted,
    from_grid_mwh:
      allotted === null || consumption === null ? null : consumption - allotted - (own?.own_mwh?.[index] ?? 0),
    own_mwh: allotted === null ? null : (own?.own_mwh?.[index] ?? 0),
    sentences: [...(planned?.sentences ?? sentencesOf(facts)), ...changeSentences(points)],
  };
}

type IntervalQuestion = Parameters<typeof explainInterval>[0];

/** Steps of a policy that shares one pool by use alone. */
function explainPlain(
  { cells, adopted, member, index }: IntervalQuestion,
  pool: number | null,
): readonly TierReceipt[] {
  if (cells.state[index] !== "shared" || pool === null) return [];
  const demands = cells.members.map((column) => {
    return { member: column.member, consumption: MilliWattHours(column.consumption_mwh[index] ?? 0) };
  });
  const intervalIndex = Math.floor(cells.from_ms / cells.interval_ms) + index;
  return explainAllocation(
    { policy: adopted.community.policy, pool: MilliWattHours(pool), demands, intervalIndex },
    member,
  );
}

/** Steps and sentences of any other policy; undefined for an interval that was not shared. */
function explainPlanned({
  cells,
  adopted,
  member,
  index,
  context = {},
}: IntervalQuestion): SharingExplanation | undefined {
  const input = plannedInput(adopted.community, cells, index, context);
  return input && explainSharing(planOf(adopted.community), input, member);
}

function sentencesOf(facts: {
  readonly state: IntervalState;
  readonly pool: number | null;
  readonly communityConsumption: number | null;
  readonly consumption: number | null;
  readonly allotted: number | null;
  readonly tiers: readonly TierReceipt[];
  readonly missing: DayCells["points"];
  /** What is wrong with the coefficients from outside. */
  readonly faults: readonly string[];
}): readonly string[] {
  const { state, pool, communityConsumption, consumption, allotted, tiers, missing, faults } = facts;
  if (state === "unmeasured")
    return ["No meter of the community was heard in this interval, so there is nothing to share yet."];
  if (state === "held" || pool === null || consumption === null || allotted === null) {
    if (missing.length === 0 && faults.length > 0)
      return [`This interval is held: ${faults.join("; ")}. It is shared out as soon as that is put right.`];
    const plants = missing.filter(isPlant).map(({ point }) => point);
    const others = missing.length - plants.length;
    const who = [...plants, ...(others > 0 ? [`${others} consumption ${others === 1 ? "meter" : "meters"}`] : [])].join(
      ", ",
    );
    return [
      `This interval is held: ${who} said nothing that can be used. It is shared out as soon as the readings arrive.`,
    ];
  }
  return [
    `The community generated ${kwh(pool)} and used ${kwh(communityConsumption ?? 0)}; you used ${kwh(consumption)}.`,
    ...tiers.flatMap(tierSentences),
    `You got ${kwh(allotted)} from the community and ${kwh(consumption - allotted)} from the grid.`,
  ];
}

function faultInWords(column: CoefficientColumn, index: number): readonly string[] {
  const fault = faultOfCoefficients(column, index);
  if (fault === undefined) return [];
  if (fault.fault === "above_one") return [`the shares ${column.key} named for it sum to more than 1`];
  if (fault.members.length === column.members.length) return [`${column.key} named no shares for it`];
  const count = fault.members.length;
  return [`${column.key} named no share for ${count} ${count === 1 ? "member" : "members"}`];
}

function tierSentences(tier: TierReceipt): readonly string[] {
  const formula = `${kwh(tier.pool_mwh)} x ${tier.weight_value} / ${tier.weight_total} = ${tier.quota} mWh`;
  const capped = tier.allotted_mwh === tier.cap_mwh && !tier.rounded_up;
  if (capped)
    return [`Your part is ${formula}; you still needed ${kwh(tier.cap_mwh)}, and nobody is given more than they used.`];
  const rounding = tier.rounded_up
    ? `rounded up to ${tier.allotted_mwh} mWh, because its fraction was among the largest`
    : `rounded down to ${tier.allotted_mwh} mWh`;
  return [`Your part is ${formula}, ${rounding}, so that all parts together are exactly what there was.`];
}
