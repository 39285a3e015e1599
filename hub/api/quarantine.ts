import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { ApiPorts } from "./ports.ts";
import { closed, Limit, Moment, orNull } from "./schemas.ts";

const QuarantineView = Type.Object({
  id: Type.Integer(),
  at_ms: Moment,
  source: Type.String(),
  device: orNull(Type.String()),
  reason: Type.String(),
  payload_text: Type.String({ description: "the first bytes, as text as far as they are text" }),
  payload_hex: Type.String(),
});

export const quarantineRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { series }) => {
  app.get(
    "/quarantine",
    {
      config: { role: "steward" },
      schema: {
        querystring: Type.Object({ limit: Type.Optional(Limit) }, closed),
        response: { 200: Type.Array(QuarantineView) },
      },
    },
    async ({ query }) =>
      (await series.quarantined(query.limit ?? 100)).map(({ id, at, source, device, reason, payload }) => {
        const bytes = Buffer.from(payload);
        return {
          id,
          at_ms: at,
          source,
          device,
          reason,
          payload_text: bytes.toString("utf8"),
          payload_hex: bytes.toString("hex"),
        };
      }),
  );
};
