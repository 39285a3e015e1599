import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { bookedYields } from "../statement/plant-yields.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, EnergyMwh, Name, orNull } from "./schemas.ts";

const PlantView = Type.Object({
  point: Name,
  rated_kw: orNull(Type.Number()),
  generation_mwh: EnergyMwh,
  yield_kwh_per_kw: orNull(Type.Number()),
  median_kwh_per_kw: orNull(Type.Number()),
  ratio: orNull(Type.Number({ description: "yield over the community's median" })),
  flag: orNull(
    Type.Enum(["dead", "weak", "high"], { description: "a question for the steward; it changes no number" }),
  ),
});

export const plantRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { entries, communities }) => {
  app.get(
    "/plants",
    {
      config: { role: "screen" },
      schema: {
        querystring: Type.Object(
          { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 3_660, default: 365 })) },
          closed,
        ),
        response: { 200: Type.Array(PlantView) },
      },
    },
    async ({ query }) =>
      (await bookedYields({ entries, communities }, query.days ?? 365)).map((plant) => ({
        point: plant.point,
        rated_kw: plant.ratedKw,
        generation_mwh: plant.energy,
        yield_kwh_per_kw: plant.yieldKwhPerKw,
        median_kwh_per_kw: plant.medianKwhPerKw,
        ratio: plant.ratio,
        flag: plant.flag,
      })),
  );
};
