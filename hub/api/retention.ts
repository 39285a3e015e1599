import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { ApiPorts } from "./ports.ts";
import { orNull } from "./schemas.ts";

const RetentionView = Type.Array(
  Type.Object({
    class: Type.Enum(["registers", "measurements"]),
    keep_days: orNull(Type.Integer({ description: "null: kept for ever" })),
    why: Type.String(),
  }),
);

/** What is kept and how long: published, so that every member knows. */
export const retentionRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { about: { retention } }) => {
  app.get("/retention", { config: { role: "public" }, schema: { response: { 200: RetentionView } } }, async () => [
    {
      class: "registers" as const,
      keep_days: retention.registers,
      why: "Shares are computed from energy registers, and recomputed when a share is contested.",
    },
    {
      class: "measurements" as const,
      keep_days: retention.measurements,
      why: "Power, voltage and the like show devices and staff what runs; how people live can be read from them.",
    },
  ]);
};
