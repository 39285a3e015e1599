import { batteryModels, portModels, storageModels, stringModels } from "./dc-models.ts";
import type { DiscoveredModel, FoundSunSpec, GroupRole } from "./discovery.ts";
import { derMeasurements, floatInverters, integerInverters } from "./inverter-models.ts";
import { floatMeters, integerMeters } from "./meter-models.ts";
import type { ModelDefinition, ModelPoint } from "./model-definition.ts";

/** Points of one model, or of one of its groups, under one channel. */
export interface NamedPart {
  readonly model: DiscoveredModel;
  readonly definition: ModelDefinition;
  readonly family: "inverter" | "meter" | "battery" | "dc";
  /** Undefined for the device itself. */
  readonly channel: string | undefined;
  readonly points: Readonly<Record<string, ModelPoint>>;
  /** Registers from the model's ID register to where the offsets of the points count from. */
  readonly from: number;
}

/**
 * Which channel each model's points get. The rule depends on what kinds of models there are, never on how many of another
 * kind, so a second meter or string leaves the keys of the first as they are:
 * - inverters: the first has no channel, the next are `inverter-2`, `inverter-3`, ...;
 * - meters beside an inverter: `meter-1`, `meter-2`, ... in the order of the map; meters by themselves: the first has no
 *   channel, the next are `meter-2`, ...;
 * - strings: `pv-1`, `pv-2`, ... by their place; ports that carry something else: `port-3`; what a hybrid inverter takes
 *   from and gives to its battery: `battery-charge`, `battery-discharge`; batteries: `battery`, `battery-2`, ...
 * Parts come best first: where two say the same, the first keeps the key. Integer models go before floats, because their
 * counters do not lose digits; models 101 to 103 before 701, so that an update which adds 701 leaves the registers alone.
 */
export function nameChannels({ models }: Pick<FoundSunSpec, "models">): readonly NamedPart[] {
  const of = (definitions: readonly ModelDefinition[]) =>
    models.flatMap((model) => {
      const definition = definitions.find(({ id }) => id === model.id);
      return definition === undefined ? [] : [{ model, definition }];
    });
  const inverters = [integerInverters, floatInverters, derMeasurements].map(of);
  const hasInverter = inverters.some((family) => family.length > 0);
  const integers = of(integerMeters);
  const meters = integers.length > 0 ? integers : of(floatMeters);
  return [
    ...inverters.flatMap((family) =>
      family.map((found, index) => wholeModel(found, "inverter", numbered("inverter", index))),
    ),
    ...meters.map((found, index) =>
      wholeModel(found, "meter", hasInverter ? `meter-${index + 1}` : numbered("meter", index)),
    ),
    ...[batteryModels, storageModels].flatMap((family) =>
      of(family).map((found, index) => wholeModel(found, "battery", numberedFrom("battery", index))),
    ),
    ...[stringModels, portModels].flatMap((family) => dcParts(of(family))),
  ];
}

interface Found {
  readonly model: DiscoveredModel;
  readonly definition: ModelDefinition;
}

/** The first goes without. */
function numbered(name: string, index: number): string | undefined {
  return index === 0 ? undefined : `${name}-${index + 1}`;
}

/** The first goes without a number. */
function numberedFrom(name: string, index: number): string {
  return index === 0 ? name : `${name}-${index + 1}`;
}

function wholeModel(found: Found, family: NamedPart["family"], channel: string | undefined): NamedPart {
  return { ...found, family, channel, points: found.definition.points, from: 0 };
}

/** Groups of all models of one family are counted through. */
function dcParts(family: readonly Found[]): readonly NamedPart[] {
  const parts: NamedPart[] = [];
  let place = 0;
  const batteries = new Map<string, number>();
  for (const found of family) {
    const { group } = found.definition;
    parts.push(wholeModel(found, "dc", undefined));
    if (group === undefined) continue;
    for (const [index, role] of (found.model.groups ?? []).entries()) {
      place += 1;
      const name = channelNames[role];
      const seen = batteries.get(role) ?? 0;
      batteries.set(role, seen + 1);
      const channel = role === "pv" || role === "other" ? `${name}-${place}` : numberedFrom(name, seen);
      const from = group.from + index * group.length;
      const points = role === "battery_charge" ? turnAround(group.points) : group.points;
      parts.push({ ...found, family: "dc", channel, points, from });
    }
  }
  return parts;
}

const channelNames = {
  pv: "pv",
  battery: "battery",
  battery_charge: "battery-charge",
  battery_discharge: "battery-discharge",
  other: "port",
} as const satisfies Readonly<Record<GroupRole, string>>;

/** A string that charges a battery counts what goes into it as positive, which is how we count too. */
function turnAround(points: NamedPart["points"]): NamedPart["points"] {
  const entries = Object.entries(points).map(([key, { isTurned: _turned, ...point }]): [string, ModelPoint] => [
    key === "active_energy_export" ? "active_energy_import" : key,
    point,
  ]);
  return Object.fromEntries(entries);
}
