import {
  type NumberEncoding,
  type Point,
  type RegisterProfile,
  registersOf,
  requestLimits,
  type SunSpecProfile,
} from "../profiles/device-profile.ts";
import { identityFieldsAt } from "./common-model.ts";
import { groupsOf } from "./describe-models.ts";
import type { DiscoveredModel, FoundSunSpec } from "./discovery.ts";
import { type MakerQuirks, quirksOf } from "./maker-quirks.ts";
import type { ModelPoint } from "./model-definition.ts";
import { definitionOf } from "./models.ts";
import { type NamedPart, nameChannels } from "./name-channels.ts";
import { nameplate } from "./nameplate-model.ts";

/** What a SunSpec device turned out to be, in the words of every other device. */
export interface SunSpecRegisters {
  /** Its points at their addresses; planned and decoded like those of any profile. */
  readonly profile: RegisterProfile;
  /** What of it is not read and why, for whoever installs it; empty when all is well. */
  readonly remarks: readonly string[];
}

/**
 * What "not available" looks like in SunSpec, by encoding (pysunspec2 has the same table). Some
 * inverters answer all ones for an accumulator at night; a counter stands there for one count in its life.
 */
export const sunSpecSentinels = {
  int16: [0x8000],
  uint16: [0xffff],
  int32: [0x8000_0000],
  uint32: [0xffff_ffff],
  int64: [0x8000_0000_0000_0000n],
  uint64: [0xffff_ffff_ffff_ffffn],
  acc16: [0, 0xffff],
  acc32: [0, 0xffff_ffff],
  acc64: [0n, 0xffff_ffff_ffff_ffffn],
} as const satisfies Partial<Record<NumberEncoding, readonly (number | bigint)[]>>;

/**
 * Registers that are read along between two points: the gaps within a model are at most ten. From an inverter's last
 * point to the next model's first it is sixteen; where a model ends in points, a request may lead into the next one, as
 * models follow one another without a gap, and a device that refuses that is asked for halves.
 */
const LARGEST_GAP = 12;
/** An accumulator of 32 bits begins anew after 2^32 counts. */
const ACC32_COUNTS = 2 ** 32;

/**
 * A profile with addresses for a device that lists its own models. Pure.
 * A point is left out when its model is too short to have it, when its scale factor is further away than one request
 * reaches (a number without the factor of the same moment is wrong by powers of ten), or when a better model has it.
 * @param sunSpec the profile that was chosen for the device; name, limits and quirks are its own
 * @param found   what discovery made of the device
 */
export function profileOfModels(sunSpec: SunSpecProfile, found: FoundSunSpec): SunSpecRegisters {
  const { protocol: _protocol, manufacturer: _manufacturer, base: _base, hasNegativeAccumulators, ...facts } = sunSpec;
  const quirks = quirksOf(found.identity);
  const minded = {
    isMeterPowerTurned: quirks?.isMeterPowerTurned === true,
    hasNegativeAccumulators: hasNegativeAccumulators === true || quirks?.hasNegativeAccumulators === true,
  };
  const { maxRegisters } = { ...requestLimits, ...sunSpec.request };
  const points: Record<string, Point> = {};
  const far = new Set<number>();
  for (const part of nameChannels(found)) {
    for (const [key, modelPoint] of Object.entries(part.points)) {
      const name = part.channel === undefined ? key : channelled(part.channel, key);
      if (name === undefined || Object.hasOwn(points, name) || !isWithin(part, modelPoint)) continue;
      const point = placePoint(part, key, modelPoint, minded);
      if (span(point) > maxRegisters) far.add(part.model.id);
      else points[name] = point;
    }
  }
  const ratedPower = placeRatedPower(found.models, maxRegisters);
  const profile: RegisterProfile = {
    ...facts,
    protocol: "registers",
    direction: `${sunSpec.direction} ${directionOf(minded, quirks)}`.trim(),
    table: "holding",
    words: "msw_first",
    absent: sunSpecSentinels,
    request: { maxHole: LARGEST_GAP, ...sunSpec.request },
    identity: identityFieldsAt(found.models[0]?.at ?? found.base + 2),
    ...(ratedPower !== undefined && { ratedPower }),
    points,
    ...sumsOf(points),
  };
  return { profile, remarks: remarksOf(sunSpec, found, far) };
}

/** A key that brings its own channel (`dc/voltage`) has no place under another. */
function channelled(channel: string, key: string): string | undefined {
  const [first] = key.split("/");
  return first === "dc" || first === "heat-sink" ? undefined : `${channel}/${key}`;
}

/** Whether the device's model is long enough for a point and its scale factor. */
function isWithin({ model, from }: NamedPart, { offset, encoding, scaleOffset = 0 }: ModelPoint): boolean {
  const end = model.length + 2;
  return from + offset + registersOf[encoding] <= end && scaleOffset < end;
}

function placePoint(
  { model, family, from }: NamedPart,
  key: string,
  { offset, scaleOffset, isTurned = undefined, encoding, ...point }: ModelPoint,
  minded: { readonly isMeterPowerTurned: boolean; readonly hasNegativeAccumulators: boolean },
): Point {
  const isNegative =
    minded.hasNegativeAccumulators &&
    family === "meter" &&
    encoding === "acc32" &&
    key.startsWith("active_energy_export") &&
    (model.isExportNegative ?? true);
  const turns = isTurned || isNegative || (minded.isMeterPowerTurned && isMeterPower(family, key));
  return {
    ...point,
    at: model.at + from + offset,
    encoding: isNegative ? "int32" : encoding,
    ...(isNegative && { absent: sunSpecSentinels.acc32 }),
    ...(scaleOffset !== undefined && { scaleAt: model.at + scaleOffset }),
    ...(turns && { isTurned: true as const }),
    ...(encoding === "acc32" && { wrapsAt: ACC32_COUNTS }),
  };
}

function isMeterPower(family: NamedPart["family"], key: string): boolean {
  return family === "meter" && (key === "active_power" || key.startsWith("active_power/"));
}

/** Registers from a point to its scale factor, both included. */
function span({ at, encoding, scaleAt = at }: Point): number {
  return Math.max(at + registersOf[encoding], scaleAt + 1) - Math.min(at, scaleAt);
}

function placeRatedPower(models: readonly DiscoveredModel[], maxRegisters: number): Point | undefined {
  const model = models.find(({ id, length }) => id === nameplate.id && length + 2 > RATED.scaleOffset);
  if (model === undefined || maxRegisters < 2) return undefined;
  const { offset, scaleOffset, ...point } = RATED;
  return { ...point, at: model.at + offset, scaleAt: model.at + scaleOffset };
}

const RATED = nameplate.points.active_power;

/** A hybrid inverter has its battery's two directions apart; only one of them is above zero at a time. */
function sumsOf(points: Readonly<Record<string, Point>>): Pick<RegisterProfile, "sums"> {
  const parts = ["battery-charge/active_power", "battery-discharge/active_power"];
  const key = "battery/active_power";
  const isTold = parts.every((part) => Object.hasOwn(points, part)) && !Object.hasOwn(points, key);
  return isTold ? { sums: { [key]: parts } } : {};
}

function directionOf(
  minded: { readonly isMeterPowerTurned: boolean; readonly hasNegativeAccumulators: boolean },
  quirks: MakerQuirks | undefined,
): string {
  return [
    "Inverters, strings and batteries count what they give as positive; it becomes negative power and exported energy.",
    minded.isMeterPowerTurned
      ? "Meters of this maker count exported power as positive; it is turned, their counters are taken by name."
      : "Meters count imported power as positive and are taken as they are, their counters by name.",
    ...(minded.hasNegativeAccumulators ? ["Exported energy that comes with a negative sign is turned."] : []),
    ...(quirks === undefined ? [] : [`Known from ${quirks.source}.`]),
    "Reactive power has the device's own sign.",
  ].join(" ");
}

function remarksOf(sunSpec: SunSpecProfile, found: FoundSunSpec, far: ReadonlySet<number>): readonly string[] {
  const { identity, models, ended, isComplete } = found;
  const expected = sunSpec.manufacturer;
  const isOther = expected !== undefined && !new RegExp(expected).test(identity.manufacturer ?? "");
  const short = models.filter(({ id, length }) => length < (definitionOf(id)?.length ?? 0) && !isCommon(id));
  const crowded = models.filter((model) => {
    const group = definitionOf(model.id)?.group;
    return group !== undefined && groupsOf(model, group) > (model.groups?.length ?? 0);
  });
  return [
    ...(isOther
      ? [`The device says it is made by ${identity.manufacturer ?? "nobody"}, not by ${sunSpec.vendor}.`]
      : []),
    ...(isComplete ? [] : [`Its list of models broke off (${ended}); there may be more than were found.`]),
    ...short.map(
      ({ id, length }) => `Model ${id} has ${length} registers, fewer than the standard: some points are missing.`,
    ),
    ...[...new Set([...far, ...crowded.map(({ id }) => id)])].map(
      (id) => `Model ${id} is too long: points too far from their scale factors are not read.`,
    ),
  ];
}

/** The common model has 65 registers as often as 66, and nothing in the last one. */
function isCommon(id: number): boolean {
  return id === 1;
}
