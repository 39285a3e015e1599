import type { Policy } from "../allocation/policy.ts";
import { type PolicyPreview, type PreviewInterval, startPreview } from "../allocation/preview.ts";
import { breathe } from "../breathe.ts";
import { HubError } from "../errors.ts";
import { checkCommunity } from "../members/check-community.ts";
import type { Community, CommunityStore } from "../members/community.ts";
import { addDays, type LocalDay } from "../time-zone.ts";
import { type CoefficientColumn, coefficientsAt, faultOfCoefficients } from "./coefficients.ts";
import type { DayCells } from "./day-cells.ts";
import type { Settlement } from "./settlement.ts";

/** Days one preview may run over: a leap year. */
export const MOST_PREVIEW_DAYS = 366;

/**
 * What another policy would have meant for everybody on past days: the same measured energies, shared by the policy in
 * force and by the proposed one. Nothing is booked.
 * @param days first and last local day, both included
 * @throws HubError POLICY_INVALID with every problem of the policy; COMMUNITY_MISSING; REQUEST_INVALID for too many days
 */
export async function previewDays(
  ports: { readonly settlement: Settlement; readonly communities: CommunityStore },
  after: Policy,
  days: { readonly first: LocalDay; readonly last: LocalDay },
): Promise<PolicyPreview> {
  const community = (await ports.communities.current())?.community;
  if (community === undefined) {
    throw new HubError("COMMUNITY_MISSING", "no community is described, so there is nobody to share with", {
      remedy: "Describe members, metering points and the policy under `community:` in millrace.yaml, then start again.",
    });
  }
  refuseInvalidPolicy(after, community);
  const preview = startPreview({ layout: layoutOf(community), before: community.policy, after });
  let count = 0;
  for (let day = days.first; day <= days.last; day = addDays(day, 1)) {
    count += 1;
    if (count > MOST_PREVIEW_DAYS) {
      throw new HubError("REQUEST_INVALID", `a preview runs over at most ${MOST_PREVIEW_DAYS} days`, {
        remedy: "Ask for fewer days.",
      });
    }
    const { cells } = await ports.settlement.day(day);
    const { coefficients = [] } = await ports.settlement.contextOf(day, { ...community, policy: after });
    preview.add(intervalsOf(cells, community, coefficients));
    await breathe();
  }
  return preview.result();
}

/** @throws HubError POLICY_INVALID */
export function refuseInvalidPolicy(policy: Policy, community: Community): void {
  const problems = checkCommunity({ ...community, policy }).filter(({ path }) => path[0] === "policy");
  const [first] = problems;
  if (first === undefined) return;
  throw new HubError("POLICY_INVALID", problems.map(({ message }) => message).join("; "), { remedy: first.remedy });
}

function layoutOf({ members, metering_points }: Community) {
  return {
    members: members.map(({ id }) => id),
    loads: metering_points
      .filter(({ role }) => role === "consumption")
      .map(({ id, member }) => ({ point: id, member: member ?? "" })),
    plants: metering_points
      .filter(({ role }) => role === "generation")
      .map(({ id, member }) => ({ point: id, owner: member })),
  };
}

/**
 * The shared intervals of a day, in the order of the community's metering points.
 * @param named what the proposed policy needs from outside; an interval without it is left out
 */
function intervalsOf(
  cells: DayCells,
  { metering_points }: Community,
  named: readonly CoefficientColumn[],
): readonly PreviewInterval[] {
  // Keys that both policies go by are read once: as they stand, they are what the day was shared by.
  const inForce = [...named, ...(cells.coefficients ?? []).filter((kept) => !named.some((one) => isSame(one, kept)))];
  const columns = new Map(cells.points.map((column) => [column.point, column.energy_mwh]));
  const energiesAt = (role: "consumption" | "generation", index: number) =>
    metering_points.filter((point) => point.role === role).map(({ id }) => columns.get(id)?.[index] ?? Number.NaN);
  const first = Math.floor(cells.from_ms / cells.interval_ms);
  return cells.state.flatMap((state, index): PreviewInterval[] => {
    const [loads, plants] = [energiesAt("consumption", index), energiesAt("generation", index)];
    // A metering point that came later was not measured then.
    if (state !== "shared" || [...loads, ...plants].some(Number.isNaN)) return [];
    if (named.some((column) => faultOfCoefficients(column, index) !== undefined)) return [];
    const coefficients = coefficientsAt(inForce, index);
    return [{ day: cells.day, intervalIndex: first + index, loads, plants, coefficients }];
  });
}

function isSame(one: CoefficientColumn, other: CoefficientColumn): boolean {
  return one.key === other.key && one.pool === other.pool;
}
