import { prepareJointPool, shareJointly } from "../allocation/joint-pool.ts";
import { type Quality, worstQuality } from "../energy/interval.ts";
import type { CommunityVersion } from "../members/community.ts";
import { type LocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { MINUTE, MilliWattHours } from "../units.ts";
import { faultOfCoefficients } from "./coefficients.ts";
import type { DayCells, IntervalState, MemberColumn, PointColumn } from "./day-cells.ts";
import { isPlainPolicy, type SharingContext, shareByPlan } from "./share-by-plan.ts";

/** Named in every entry: the same engine, inputs and policy give the same bytes. */
export const ENGINE = "millrace-1";

/**
 * Share out one community day from the measured columns of its metering points. Pure: the same arguments, the same cells.
 * An interval with a missing input is held, never guessed; one in which nothing at all was measured is told apart.
 */
export function shareDay(
  adopted: CommunityVersion,
  day: LocalDay,
  points: readonly PointColumn[],
  context: SharingContext = {},
): DayCells {
  const { community, version } = adopted;
  if (!isPlainPolicy(community.policy)) return shareWidely(adopted, day, points, context);
  const { from, to } = rangeOfLocalDay(community.time_zone, day);
  const interval = community.interval_minutes * MINUTE;
  const members = community.members.map(({ id }) => id).sort();
  const pointsOf = Map.groupBy(points, ({ role, member }) => (role === "consumption" ? member : undefined));
  const consumption = members.map((member) => sumsOf(pointsOf.get(member) ?? [], points[0]?.energy_mwh.length ?? 0));
  const plants = points.filter(isPlant);
  const state = Array.from({ length: Math.ceil((to - from) / interval) }, (_, index) => stateAt(points, index));
  const column = () => new Array<number | null>(state.length).fill(null);
  const [pool, surplus] = [column(), column()];
  const allotted = members.map(column);
  const demands = new Array<number>(members.length).fill(0);
  const plan = prepareJointPool(community.policy, members);
  for (const [index, stands] of state.entries()) {
    if (stands !== "shared") continue;
    for (let at = 0; at < members.length; at += 1) demands[at] = consumption[at]?.[index] ?? 0;
    const energy = MilliWattHours(sumAt(plants, index) ?? 0);
    const intervalIndex = Math.floor(from / interval) + index;
    const shared = shareJointly(plan, { pool: energy, demands, intervalIndex });
    pool[index] = energy;
    surplus[index] = shared.rest + shared.beyond + shared.leak;
    for (let at = 0; at < members.length; at += 1)
      (allotted[at] as (number | null)[])[index] = shared.allotted[at] as number;
  }
  return {
    format: 2,
    day,
    from_ms: from,
    to_ms: to,
    interval_ms: interval,
    community_version: version,
    engine: ENGINE,
    state,
    points,
    pool_mwh: pool,
    surplus_mwh: surplus,
    members: members.map(
      (member, at): MemberColumn => ({
        member,
        consumption_mwh: consumption[at] ?? [],
        allotted_mwh: allotted[at] ?? [],
      }),
    ),
  };
}

/** A day by a policy that needs a plan: the same description, with columns for plants and more for members. */
function shareWidely(
  { community, version }: CommunityVersion,
  day: LocalDay,
  points: readonly PointColumn[],
  context: SharingContext,
): DayCells {
  const { from, to } = rangeOfLocalDay(community.time_zone, day);
  const interval = community.interval_minutes * MINUTE;
  const state = Array.from({ length: Math.ceil((to - from) / interval) }, (_, index) =>
    stateAt(points, index, context),
  );
  const firstIndex = Math.floor(from / interval);
  const columns = shareByPlan(community, day, { states: state, points, firstIndex, context });
  const { pool, surplus, leak, members, plants, quotas } = columns;
  return {
    ...{ format: 2, day, from_ms: from, to_ms: to, interval_ms: interval },
    ...{ community_version: version, engine: ENGINE, state, points },
    ...{ pool_mwh: pool, surplus_mwh: surplus, surplus_to: community.policy.surplus, members, plants },
    ...(leak.some((each) => each !== null && each !== 0) && { leak_mwh: leak }),
    ...(quotas.some((each) => each !== undefined) && { quotas: quotas.map((each) => each ?? null) }),
    ...(context.coefficients !== undefined && { coefficients: context.coefficients }),
  };
}

/** The worst quality among the points of one interval. */
export function qualityAt(points: readonly PointColumn[], index: number): Quality {
  return points.length === 0 ? "missing" : worstQuality(points.map(({ quality }) => quality[index] ?? "missing"));
}

export function isPlant({ role }: PointColumn): boolean {
  return role === "generation";
}

/** Energy of several points in one interval; null when one of them is missing. */
export function sumAt(points: readonly PointColumn[], index: number): number | null {
  let sum = 0;
  for (const { energy_mwh } of points) {
    const energy = energy_mwh[index] ?? null;
    if (energy === null) return null;
    sum = MilliWattHours(sum + energy);
  }
  return sum;
}

function stateAt(
  points: readonly PointColumn[],
  index: number,
  { coefficients = [] }: SharingContext = {},
): IntervalState {
  let missing = 0;
  for (const { energy_mwh } of points) if ((energy_mwh[index] ?? null) === null) missing += 1;
  if (missing === points.length) return "unmeasured";
  if (missing > 0) return "held";
  // At night nobody names shares, and there is nothing to share.
  if (coefficients.length === 0 || sumAt(points.filter(isPlant), index) === 0) return "shared";
  return coefficients.some((column) => faultOfCoefficients(column, index) !== undefined) ? "held" : "shared";
}

/** Several points together, interval by interval; all 0 for none. */
function sumsOf(points: readonly PointColumn[], intervals: number): readonly (number | null)[] {
  const [only] = points;
  if (only !== undefined && points.length === 1) return only.energy_mwh;
  return Array.from({ length: intervals }, (_, index) => sumAt(points, index));
}
