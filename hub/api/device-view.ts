import Type, { type Static } from "typebox";
import type { DeviceHealth } from "../members/device-health.ts";
import type { ListedDevice } from "../members/device-registry.ts";
import { seriesParts } from "../reading.ts";
import type { SeriesInfo } from "../series/series-store.ts";
import { EpochMs } from "../units.ts";
import { Moment, orNull } from "./schemas.ts";

export const Identity = Type.Object({
  manufacturer: Type.Optional(Type.String()),
  model: Type.Optional(Type.String()),
  serial: Type.Optional(Type.String()),
  firmware: Type.Optional(Type.String()),
});

/** One device in the list: what is stored of it, how it fares, and how it is described. */
export const DeviceRow = Type.Object({
  device: Type.String(),
  last_seen_ms: orNull(Moment),
  series: Type.Integer(),
  readings: Type.Integer(),
  conflicts: Type.Integer(),
  quarantined: Type.Integer({ description: "records of it still in the quarantine" }),
  via: orNull(Type.Enum(["modbus", "mqtt", "http"])),
  state: orNull(Type.Enum(["waiting", "answering", "penalised", "unreachable"])),
  requests: Type.Integer({ description: "requests or messages since the hub's start" }),
  failures: Type.Integer({ description: "how many of them failed" }),
  error_rate: orNull(Type.Number({ description: "failures by requests; null before the first" })),
  last_failure: orNull(Type.Object({ at_ms: Moment, reason: Type.String() })),
  identity: Identity,
  rated_w: orNull(Type.Number({ description: "as it was described, else as the device or its profile says" })),
  declared_in: orNull(Type.Enum(["file", "registry"])),
  profile: orNull(Type.String()),
  dialect: orNull(Type.String()),
});

export interface DeviceFacts {
  readonly catalogue: readonly SeriesInfo[];
  /** The device of each row of the quarantine that has one. */
  readonly refused: readonly string[];
  readonly health: readonly DeviceHealth[];
  readonly listed: readonly ListedDevice[];
}

/** Every device that is described, heard of or has readings, once, by name. */
export function showDevices({ catalogue, refused, health, listed }: DeviceFacts): Static<typeof DeviceRow>[] {
  const seriesOf = Map.groupBy(catalogue, ({ series }) => seriesParts(series).device);
  const refusalsOf = Map.groupBy(refused, (device) => device);
  const healthOf = new Map(health.map((each) => [each.device, each]));
  const listedOf = new Map(listed.map((each) => [each.device.id, each]));
  const names = new Set([...seriesOf.keys(), ...refusalsOf.keys(), ...healthOf.keys(), ...listedOf.keys()]);
  return [...names].sort().map((device) => {
    const series = seriesOf.get(device) ?? [];
    const fares = healthOf.get(device);
    const described = listedOf.get(device);
    const seen = [...series.map(({ last_ms }) => last_ms), fares?.last_seen_ms ?? null].filter((at) => at !== null);
    const { requests = 0, failures = 0 } = fares ?? {};
    return {
      device,
      last_seen_ms: seen.length === 0 ? null : EpochMs(Math.max(...seen)),
      series: series.length,
      readings: sum(series.map(({ readings }) => readings)),
      conflicts: sum(series.map(({ conflicts }) => conflicts)),
      quarantined: refusalsOf.get(device)?.length ?? 0,
      via: fares?.via ?? null,
      state: fares?.state ?? null,
      requests,
      failures,
      error_rate: requests === 0 ? null : failures / requests,
      last_failure: fares?.last_failure ?? null,
      identity: fares?.identity ?? {},
      rated_w: described?.device.rated_w ?? fares?.rated_w ?? null,
      declared_in: described?.declared_in ?? null,
      profile: described?.device.profile ?? null,
      dialect: described?.device.mqtt?.dialect ?? null,
    };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
