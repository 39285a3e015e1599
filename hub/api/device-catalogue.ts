import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { ApiPorts } from "./ports.ts";
import { orNull } from "./schemas.ts";

const ProfileView = Type.Object({
  name: Type.String({ description: "what stands in `profile` of a device" }),
  vendor: Type.String(),
  model: Type.String(),
  kind: Type.Enum(["meter", "inverter", "hybrid", "battery", "gateway", "plug", "drive"]),
  protocol: Type.Enum(["registers", "sunspec"]),
  direction: Type.String({ description: "what positive power means there, and what becomes of it here" }),
  source: Type.String({ description: "where its addresses come from" }),
  unit: Type.Integer({ description: "unit id as it leaves the factory" }),
  port: orNull(Type.Integer({ description: "TCP port where it is not 502" })),
  serial: orNull(
    Type.Object({
      baud: Type.Integer(),
      parity: Type.Enum(["none", "even", "odd"]),
      stop_bits: Type.Integer(),
    }),
  ),
  rated_w: orNull(Type.Number()),
});

const DialectView = Type.Object({
  name: Type.String({ description: "what stands in `mqtt.dialect` of a device" }),
  title: Type.String(),
  topic_hint: Type.String({ description: "what to write as `mqtt.topic`" }),
  source: Type.String(),
});

/** What a device can be, for whoever picks one from a list. */
export const deviceCatalogueRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { profiles, dialects }) => {
  app.get(
    "/device-profiles",
    { config: { role: "steward" }, schema: { response: { 200: Type.Array(ProfileView) } } },
    async () =>
      profiles.map(({ serial, port, ratedW, name, vendor, model, kind, protocol, direction, source, unit }) => ({
        name,
        vendor,
        model,
        kind,
        protocol,
        direction,
        source,
        unit,
        port: port ?? null,
        serial: serial === undefined ? null : { baud: serial.baud, parity: serial.parity, stop_bits: serial.stopBits },
        rated_w: ratedW ?? null,
      })),
  );

  app.get(
    "/dialects",
    { config: { role: "steward" }, schema: { response: { 200: Type.Array(DialectView) } } },
    async () => dialects.map(({ name, title, topicHint, source }) => ({ name, title, topic_hint: topicHint, source })),
  );
};
