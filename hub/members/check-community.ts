import { checkPolicy, type PolicyPoints } from "../allocation/check-policy.ts";
import { JOINT_POOL } from "../allocation/joint-pool.ts";
import type { Pools, Tier } from "../allocation/policy.ts";
import { checkLedgerPolicy } from "../ledger/check-ledger-policy.ts";
import { remedyForUnknown } from "../nearest-word.ts";
import { registerQuantities } from "../quantity.ts";
import { isDeviceName, parseSeriesKey } from "../reading.ts";
import { isTimeZone } from "../time-zone.ts";
import { coefficientDevice } from "./coefficient-series.ts";
import type { Community, MeteringPoint } from "./community.ts";

/** What is wrong with a community document, where, and what to do about it. */
export interface CommunityProblem {
  /** From the document's root, such as ["metering_points", 2, "series"]. */
  readonly path: readonly (string | number)[];
  /** Without a full stop. */
  readonly message: string;
  /** What to do next, one imperative sentence. */
  readonly remedy: string;
}

/**
 * What the schema cannot see: whether names are unique, point at something that exists, and count energy once. Pure.
 * @param community as the schema took it
 * @returns every problem, in the order of the document; an empty list for a sound community
 */
export function checkCommunity(community: Community): readonly CommunityProblem[] {
  const { members, metering_points, policy, time_zone } = community;
  const memberIds = members.map(({ id }) => id);
  return [
    ...(isTimeZone(time_zone) ? [] : [unknownTimeZone(time_zone)]),
    ...findRepeats(memberIds).map((index) => repeatedId("members", index, memberIds[index] ?? "")),
    ...metering_points.flatMap((_point, index) => checkPoint(metering_points, index, memberIds)),
    ...checkPolicy(policy, memberIds, pointsByRole(metering_points)).map((problem) => ({
      ...problem,
      path: ["policy", ...problem.path],
    })),
    ...policy.tiers.flatMap((tier, index) => checkCoefficients(tier, index, policy.pools, metering_points)),
    ...(community.ledger === undefined ? [] : checkLedgerPolicy(community.ledger)).map((problem) => ({
      ...problem,
      path: ["ledger", ...problem.path],
    })),
  ];
}

/** Coefficients are named by a device of their own, called after the key and the pool. */
function checkCoefficients(
  { weight }: Tier,
  tier: number,
  pools: Pools = { kind: "joint" },
  points: readonly MeteringPoint[],
): readonly CommunityProblem[] {
  if (weight.kind !== "external") return [];
  const key = weight.coefficients;
  const devices = poolNames(pools, points).map((pool) => coefficientDevice(key, pool));
  const path = ["policy", "tiers", tier, "weight", "coefficients"];
  const metered = points.find(({ series }) => devices.includes(parseSeriesKey(series)?.device ?? ""));
  const long = devices.find((device) => !isDeviceName(device));
  return [
    ...(metered === undefined
      ? []
      : [
          {
            path,
            message: `the coefficients ${key} would be named by the device that counts ${metered.id}`,
            remedy: "Call the coefficients by a name that no device has, such as the operator's.",
          },
        ]),
    ...(long === undefined
      ? []
      : [
          {
            path,
            message: `the coefficients ${key} are named by a device ${long}, and that is too long a name`,
            remedy: "Shorten the name of the coefficients or of the pool: 40 letters together.",
          },
        ]),
  ];
}

function poolNames(pools: Pools, points: readonly MeteringPoint[]): readonly string[] {
  switch (pools.kind) {
    case "joint":
      return [JOINT_POOL];
    case "per_producer":
      return pointsByRole(points).plants;
    case "groups":
      return pools.groups.map(({ name }) => name);
  }
}

function pointsByRole(points: readonly MeteringPoint[]): PolicyPoints {
  const of = (role: MeteringPoint["role"]) => points.filter((point) => point.role === role).map(({ id }) => id);
  return { plants: of("generation"), loads: of("consumption") };
}

function checkPoint(
  points: readonly MeteringPoint[],
  index: number,
  memberIds: readonly string[],
): readonly CommunityProblem[] {
  const point = points[index];
  if (point === undefined) return [];
  const earlier = points.slice(0, index);
  const twin = earlier.find(({ series }) => series === point.series);
  return [
    ...(earlier.some(({ id }) => id === point.id) ? [repeatedId("metering_points", index, point.id)] : []),
    ...checkOwner(point, index, memberIds),
    ...checkRegister(point, index),
    ...(twin === undefined ? [] : [countedTwice(point, twin, index)]),
  ];
}

/** Consumption is always somebody's; generation may belong to everybody. */
function checkOwner(
  { id, role, member }: MeteringPoint,
  index: number,
  memberIds: readonly string[],
): readonly CommunityProblem[] {
  if (member === undefined) {
    if (role === "generation") return [];
    const message = `metering point ${id} counts consumption and does not say whose`;
    return [{ path: ["metering_points", index], message, remedy: "Add member, the id of the member who uses it." }];
  }
  if (memberIds.includes(member)) return [];
  return [
    {
      path: ["metering_points", index, "member"],
      message: `metering point ${id} belongs to ${member}, who is not a member`,
      remedy: remedyForUnknown(member, memberIds),
    },
  ];
}

function checkRegister({ id, series }: MeteringPoint, index: number): readonly CommunityProblem[] {
  const path = ["metering_points", index, "series"];
  const parts = parseSeriesKey(series);
  if (parts !== undefined && registerQuantities.includes(parts.quantity)) return [];
  const wanted = registerQuantities.map((quantity) => `${parts?.device ?? id}/${quantity}`).join(" or ");
  const message =
    parts === undefined
      ? `series "${series}" of metering point ${id} is not device/[channel/]quantity`
      : `series ${series} of metering point ${id} is not a register, so no energy can be counted by it`;
  return [{ path, message, remedy: `Name a register, such as ${wanted}.` }];
}

function countedTwice({ id, series }: MeteringPoint, twin: MeteringPoint, index: number): CommunityProblem {
  return {
    path: ["metering_points", index, "series"],
    message: `series ${series} is counted by metering points ${twin.id} and ${id}, so its energy would count twice`,
    remedy: "Give each metering point a register of its own.",
  };
}

function repeatedId(list: "members" | "metering_points", index: number, id: string): CommunityProblem {
  return {
    path: [list, index, "id"],
    message: `the id ${id} stands twice among the ${list.replace("_", " ")}`,
    remedy: "Give each an id of its own.",
  };
}

function unknownTimeZone(zone: string): CommunityProblem {
  return {
    path: ["time_zone"],
    message: `there is no time zone "${zone}"`,
    remedy: "Write an IANA zone such as Europe/Vienna, or a fixed offset such as -08:00.",
  };
}

function findRepeats(words: readonly string[]): readonly number[] {
  return words.flatMap((word, index) => (words.indexOf(word) < index ? [index] : []));
}
