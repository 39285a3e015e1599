import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { HubError } from "../errors.ts";
import { parseSeriesKey, SeriesKey, seriesParts } from "../reading.ts";
import { EpochMs, Ms } from "../units.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { LatestView, showReading, unitOf } from "./reading-view.ts";
import { closed, Moment, Name, SeriesName } from "./schemas.ts";

/** Most buckets one answer holds: a year of quarter-hours. */
const MOST_BUCKETS = 40_000;

const SeriesView = Type.Object({
  series: SeriesName,
  quantity: Type.String(),
  unit: Type.String(),
  first_ms: Moment,
  last_ms: Moment,
  readings: Type.Integer(),
  conflicts: Type.Integer(),
});
const BucketsView = Type.Object({
  series: SeriesName,
  unit: Type.String(),
  width_ms: Type.Integer(),
  buckets: Type.Array(
    Type.Object({
      from_ms: Moment,
      count: Type.Integer(),
      min: Type.Number(),
      mean: Type.Number(),
      max: Type.Number(),
      first: Type.Number(),
      last: Type.Number(),
    }),
  ),
});

export const seriesRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { series: store }) => {
  app.get("/series", { config: { role: "staff" }, schema: { response: { 200: Type.Array(SeriesView) } } }, async () =>
    (await store.catalogue()).map((info) => {
      return { ...info, quantity: seriesParts(info.series).quantity, unit: unitOf(info.series) };
    }),
  );

  app.get(
    "/series/latest",
    {
      config: { role: "staff" },
      schema: {
        querystring: Type.Object({ device: Type.Optional(Name) }, closed),
        response: { 200: Type.Array(LatestView) },
      },
    },
    async ({ query: { device } }) =>
      (await store.latest())
        .filter(({ series }) => device === undefined || seriesParts(series).device === device)
        .map(showReading),
  );

  app.get(
    "/series/buckets",
    {
      config: { role: "staff" },
      schema: {
        querystring: Type.Object(
          {
            series: SeriesName,
            from_ms: Moment,
            to_ms: Moment,
            width_ms: Type.Integer({ minimum: 1_000, maximum: 86_400_000 }),
          },
          closed,
        ),
        response: { 200: BucketsView },
      },
    },
    async ({ query: { series, from_ms, to_ms, width_ms } }) => {
      if (parseSeriesKey(series) === undefined) throw notFound(`series ${series}`, "/api/series");
      if ((to_ms - from_ms) / width_ms > MOST_BUCKETS) {
        throw new HubError("REQUEST_INVALID", `more than ${MOST_BUCKETS} buckets asked for`, {
          remedy: "Ask for a shorter range or wider buckets.",
        });
      }
      const key = SeriesKey(series);
      const buckets = await store.buckets(key, { from: EpochMs(from_ms), to: EpochMs(to_ms) }, Ms(width_ms));
      return { series, unit: unitOf(key), width_ms, buckets: [...buckets] };
    },
  );
};
