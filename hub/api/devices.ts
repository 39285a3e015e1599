import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { seriesParts } from "../reading.ts";
import { QUARANTINE_ROWS } from "../series/series-store.ts";
import type { ApiPorts } from "./ports.ts";
import { Moment, orNull } from "./schemas.ts";

const Device = Type.Object({
  device: Type.String(),
  last_seen_ms: orNull(Moment),
  series: Type.Integer(),
  readings: Type.Integer(),
  conflicts: Type.Integer(),
  quarantined: Type.Integer({ description: "records of it still in the quarantine" }),
});

export const deviceRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { series }) => {
  app.get("/devices", { config: { role: "staff" }, schema: { response: { 200: Type.Array(Device) } } }, async () => {
    const devices = new Map<
      string,
      { last: number | null; series: number; readings: number; conflicts: number; refused: number }
    >();
    const deviceOf = (name: string) => {
      const device = devices.get(name) ?? { last: null, series: 0, readings: 0, conflicts: 0, refused: 0 };
      devices.set(name, device);
      return device;
    };
    for (const info of await series.catalogue()) {
      const device = deviceOf(seriesParts(info.series).device);
      device.last = Math.max(device.last ?? 0, info.last_ms);
      device.series += 1;
      device.readings += info.readings;
      device.conflicts += info.conflicts;
    }
    for (const row of await series.quarantined(QUARANTINE_ROWS))
      if (row.device !== null) deviceOf(row.device).refused += 1;
    return [...devices]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([device, { last, refused, ...counts }]) => ({
        device,
        last_seen_ms: last,
        quarantined: refused,
        ...counts,
      }));
  });
};
