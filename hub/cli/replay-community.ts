import Value from "typebox/value";
import { type Policy, PolicySchema } from "../allocation/policy.ts";
import type { CsvSeries } from "../decode/csv/match-columns.ts";
import { HubError } from "../errors.ts";
import { checkCommunity } from "../members/check-community.ts";
import type { Community, MeteringPoint } from "../members/community.ts";
import { MINUTE, type Ms } from "../units.ts";
import type { ReplayMap } from "./replay-map.ts";

/** Lengths a community may share by, the usual one first. */
const INTERVAL_MINUTES = [15, 30, 60, 5] as const;

/**
 * The community a replay is for: the map's own, or one made of the columns that name a role. A consumer's member is its
 * device in lower case unless the map says otherwise; shares follow consumption.
 * @param interval length of the file's intervals; the community shares by quarters of an hour unless they are longer
 * @returns `undefined` when neither the map nor a column speaks of one
 * @throws HubError REPLAY_MAP_INVALID when the columns make no sound community
 */
export function communityOfReplay(
  map: ReplayMap,
  series: readonly CsvSeries[],
  interval: Ms | undefined,
): Community | undefined {
  if (map.community !== undefined) return map.community;
  const counted = series.filter(({ column }) => column.role !== undefined);
  if (counted.length === 0) return undefined;
  const points: MeteringPoint[] = [];
  for (const each of counted) points.push(toMeteringPoint(each, points));
  const members = new Set(points.flatMap(({ member }) => (member === undefined ? [] : [member])));
  const community: Community = {
    name: map.name ?? "Replayed community",
    time_zone: map.time.zone ?? "UTC",
    interval_minutes: lengthOf(interval),
    members: [...members].sort().map((id) => ({ id })),
    metering_points: points,
    policy: map.policy ?? (Value.Default(PolicySchema, {}) as Policy),
  };
  const [problem] = checkCommunity(community);
  if (problem === undefined) return community;
  throw new HubError("REPLAY_MAP_INVALID", `the columns make no sound community: ${problem.message}`, {
    remedy: problem.remedy,
  });
}

/** A home with a meter and a roof behind one device has two points: the second is named after its role. */
function toMeteringPoint(
  { device, channel, series, member, ratedKw, column }: CsvSeries,
  points: readonly MeteringPoint[],
): MeteringPoint {
  const role = column.role ?? "consumption";
  const plain = channel === undefined ? device : `${device}-${channel}`;
  const owner = member ?? (role === "consumption" ? device.toLowerCase() : undefined);
  return {
    id: points.some(({ id }) => id === plain) ? `${plain}-${role}` : plain,
    role,
    series,
    ...(owner !== undefined && { member: owner }),
    ...(ratedKw !== undefined && { rated_kw: ratedKw }),
  };
}

function lengthOf(interval: Ms | undefined): Community["interval_minutes"] {
  if (interval === undefined) return 15;
  return INTERVAL_MINUTES.find((minutes) => (minutes * MINUTE) % interval === 0) ?? 60;
}
