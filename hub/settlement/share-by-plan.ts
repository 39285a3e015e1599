import { followQuotas } from "../allocation/follow-quotas.ts";
import { prepareSharing, type SharingPlan } from "../allocation/plan-sharing.ts";
import type { Policy } from "../allocation/policy.ts";
import { type IntervalInput, type SharedInterval, shareInterval } from "../allocation/share-interval.ts";
import type { Community } from "../members/community.ts";
import type { LocalDay } from "../time-zone.ts";
import { type CoefficientColumn, coefficientsAt } from "./coefficients.ts";
import type { DayCells, IntervalState, MemberColumn, PlantColumn, PointColumn, QuotaColumn } from "./day-cells.ts";

/** What the rules of a day need beside its measured energies. */
export interface SharingContext {
  /** For each tier with a quota a month: what each member used of it on the earlier days of the month. */
  readonly quotaBefore?: readonly (QuotaColumn | undefined)[];
  /** Shares that somebody outside names; an interval in which they are not sound is held before anything is shared. */
  readonly coefficients?: readonly CoefficientColumn[];
}

/** What cells that stand were shared by: of what may have been named otherwise since, what is frozen with them. Pure. */
export function frozenContext(
  context: SharingContext,
  { coefficients }: Pick<DayCells, "coefficients">,
): SharingContext {
  const { coefficients: _now, ...rest } = context;
  return { ...rest, ...(coefficients !== undefined && { coefficients }) };
}

/** The columns of a day that was shared by a policy with more than weights and tiers. */
export interface PlannedColumns {
  readonly pool: readonly (number | null)[];
  readonly surplus: readonly (number | null)[];
  readonly leak: readonly (number | null)[];
  readonly members: readonly MemberColumn[];
  readonly plants: readonly PlantColumn[];
  readonly quotas: readonly (QuotaColumn | undefined)[];
}

/**
 * True for a policy that needs no plan: one joint pool of all generation, exact rounding, no own use, losses, partial
 * membership, quotas or plant order, and a surplus that is the grid's. Its cells need no columns for plants.
 */
export function isPlainPolicy(policy: Policy): boolean {
  const { loss_factors, own_use = "none", membership_percent, pools, producers, rounding = "exact" } = policy;
  const isWhole = [loss_factors, membership_percent, pools, producers].every((each) => each === undefined);
  const hasQuotas = policy.tiers.some(
    ({ cap, weight }) => cap?.kind === "demand_and_quota" || weight.kind === "external",
  );
  return isWhole && !hasQuotas && own_use === "none" && rounding === "exact" && policy.surplus === "to_grid";
}

const plans = new WeakMap<Community, SharingPlan>();

/** A community's policy prepared for its members and metering points; made once for many days. */
export function planOf(community: Community): SharingPlan {
  const known = plans.get(community);
  if (known !== undefined) return known;
  const of = (role: "consumption" | "generation") => community.metering_points.filter((point) => point.role === role);
  const plan = prepareSharing(community.policy, {
    members: community.members.map(({ id }) => id),
    loads: of("consumption").map(({ id, member }) => ({ point: id, member: member ?? "" })),
    plants: of("generation").map(({ id, member }) => ({ point: id, owner: member })),
  });
  plans.set(community, plan);
  return plan;
}

/** Share one day out by a plan, interval after interval, because quotas remember. Pure. */
export function shareByPlan(
  community: Community,
  day: LocalDay,
  input: {
    readonly states: readonly IntervalState[];
    readonly points: readonly PointColumn[];
    /** Index of the day's first interval since 1970. */
    readonly firstIndex: number;
    readonly context: SharingContext;
    /** Told of what each interval was shared from. */
    readonly heard?: (input: IntervalInput) => void;
  },
): PlannedColumns {
  const { states, points, firstIndex, context, heard } = input;
  const plan = planOf(community);
  const tally = followQuotas(plan);
  tally.usedBefore(day);
  tally.add({ quotaTaken: quotasByPosition(plan, context.quotaBefore) } as Pick<
    SharedInterval,
    "quotaTaken"
  > as SharedInterval);
  const columnOf = new Map(points.map((column) => [column.point, column]));
  const energyAt = (role: "consumption" | "generation", index: number) =>
    community.metering_points
      .filter((point) => point.role === role)
      .map(({ id }) => columnOf.get(id)?.energy_mwh[index] ?? Number.NaN);
  const shared = states.map((state, index) => {
    if (state !== "shared") return undefined;
    const { coefficients } = context;
    const interval: IntervalInput = {
      intervalIndex: firstIndex + index,
      loads: energyAt("consumption", index),
      plants: energyAt("generation", index),
      quotaUsed: tally.usedBefore(day),
      ...(coefficients !== undefined && { coefficients: coefficientsAt(coefficients, index) }),
    };
    heard?.(interval);
    const one = shareInterval(plan, interval);
    tally.add(one);
    return one;
  });
  const column = (pick: (interval: SharedInterval) => number | undefined) =>
    shared.map((interval) => (interval === undefined ? null : (pick(interval) ?? 0)));
  return {
    pool: column(({ pool }) => pool),
    surplus: column(({ surplus }) => surplus),
    leak: column(({ leak }) => leak),
    members: plan.members.map((member, at) => ({
      member,
      consumption_mwh: column(({ members }) => members.consumption[at]),
      allotted_mwh: column(({ members }) => members.allotted[at]),
      own_mwh: column(({ members }) => members.own[at]),
      beyond_mwh: column(({ members }) => members.beyond[at]),
    })),
    plants: plan.plants.map(({ point }, at) => ({
      point,
      loss_mwh: column(({ plants }) => plants.loss[at]),
      own_mwh: column(({ plants }) => plants.own[at]),
      outside_mwh: column(({ plants }) => plants.outside[at]),
      shared_mwh: column(({ plants }) => plants.shared[at]),
      beyond_mwh: column(({ plants }) => plants.beyond[at]),
      surplus_mwh: column(({ plants }) => plants.surplus[at]),
    })),
    quotas: plan.tiers.map((_, tier) => quotaTaken(plan, shared, tier)),
  };
}

/** The input of one interval of a day as it was shared, for whoever explains it; undefined where it was not shared. */
export function plannedInput(
  community: Community,
  cells: Pick<DayCells, "day" | "state" | "points" | "from_ms" | "interval_ms">,
  index: number,
  context: SharingContext,
): IntervalInput | undefined {
  if (cells.state[index] !== "shared") return undefined;
  const states = cells.state.slice(0, index + 1);
  const firstIndex = Math.floor(cells.from_ms / cells.interval_ms);
  let input: IntervalInput | undefined;
  shareByPlan(community, cells.day, {
    states,
    points: cells.points,
    firstIndex,
    context,
    heard: (one) => (input = one),
  });
  return input;
}

/** What each member took of one tier's quota on this day; undefined for a tier without one. */
function quotaTaken(
  plan: SharingPlan,
  shared: readonly (SharedInterval | undefined)[],
  tier: number,
): QuotaColumn | undefined {
  const { cap } = plan.tiers[tier]?.tier ?? {};
  if (cap?.kind !== "demand_and_quota") return undefined;
  return plan.members.map((member, at) => ({
    member,
    taken_mwh: shared.reduce((sum, interval) => sum + (interval?.quotaTaken[tier]?.[at] ?? 0), 0),
  }));
}

function quotasByPosition(
  plan: SharingPlan,
  before: SharingContext["quotaBefore"],
): readonly (readonly number[] | undefined)[] {
  return plan.tiers.map((_, tier) => {
    const taken = new Map(before?.[tier]?.map(({ member, taken_mwh }) => [member, taken_mwh]));
    return taken.size === 0 ? undefined : plan.members.map((member) => taken.get(member) ?? 0);
  });
}
