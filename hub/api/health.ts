import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { ApiPorts } from "./ports.ts";
import { Moment } from "./schemas.ts";

const Health = Type.Object({
  status: Type.Literal("ok"),
  now_ms: Type.Integer({ description: "the hub's clock; simulated in the demo" }),
  started_ms: Moment,
  version: Type.String(),
  time_speed: Type.Number({ description: "how much faster than real the hub's clock runs" }),
  simulated: Type.Boolean(),
  readings: Type.Integer(),
  series: Type.Integer(),
  conflicts: Type.Integer({ description: "readings that contradicted a stored one with the same stamp" }),
  quarantined: Type.Integer({ description: "records that could not be taken, ever" }),
});

export const healthRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { series, clock, about }) => {
  app.get("/health", { config: { role: "public" }, schema: { response: { 200: Health } } }, async () => ({
    status: "ok" as const,
    now_ms: clock(),
    started_ms: about.started,
    version: about.version,
    time_speed: about.timeSpeed,
    simulated: about.isSimulated,
    ...(await series.counts()),
  }));
};
