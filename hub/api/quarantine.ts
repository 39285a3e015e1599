import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { replayQuarantine } from "../series/replay-quarantine.ts";
import { QUARANTINE_ROWS } from "../series/series-store.ts";
import type { ApiPorts } from "./ports.ts";
import { QuarantineView, showRefusal } from "./quarantine-view.ts";
import { closed, Limit } from "./schemas.ts";

const Replay = Type.Object({
  released: Type.Integer({ description: "rows that were understood now and are gone" }),
  kept: Type.Integer({ description: "rows that are still not understood; a new reason gives them a new id" }),
  refused: Type.Integer({ description: "rows that cannot be decoded again, as where bytes are missing" }),
  stored: Type.Integer({ description: "readings stored" }),
  repeated: Type.Integer({ description: "readings that were stored already" }),
  conflicting: Type.Integer({ description: "readings that contradict a stored one" }),
  remaining: Type.Array(
    Type.Object({ id: Type.Integer(), outcome: Type.Enum(["kept", "refused"]), reason: Type.String() }),
    { description: "rows of this replay that were not understood, by the id they had before" },
  ),
  missing: Type.Array(Type.Integer(), { description: "ids asked for that are not in the quarantine" }),
});

export const quarantineRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { series, decodeRow }) => {
  app.get(
    "/quarantine",
    {
      config: { role: "steward" },
      schema: {
        querystring: Type.Object({ limit: Type.Optional(Limit) }, closed),
        response: { 200: Type.Array(QuarantineView) },
      },
    },
    async ({ query }) => (await series.quarantined(query.limit ?? 100)).map(showRefusal),
  );

  let turn: Promise<unknown> = Promise.resolve();
  app.post(
    "/quarantine/replay",
    {
      config: { role: "steward" },
      schema: {
        description: "decode what is in the quarantine again, as after a device or its profile was corrected",
        body: Type.Object(
          { ids: Type.Optional(Type.Array(Type.Integer({ minimum: 1 }), { maxItems: QUARANTINE_ROWS })) },
          closed,
        ),
        response: { 200: Replay },
      },
    },
    async ({ body }) => {
      // One after the other: two at once would decode the same rows twice.
      const replay = turn.then(() => replayQuarantine(series, body.ids, decodeRow));
      turn = replay.catch(() => {});
      const { rows, ...report } = await replay;
      const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
      return {
        released: count("released"),
        kept: count("kept"),
        refused: count("refused"),
        ...report,
        missing: [...report.missing],
        remaining: rows.flatMap(({ id, outcome, reason }) =>
          outcome === "released" || reason === null ? [] : [{ id, outcome, reason }],
        ),
      };
    },
  );
};
