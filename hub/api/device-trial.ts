import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { HubError } from "../errors.ts";
import { checkDirection } from "../members/check-direction.ts";
import { DeviceSchema } from "../members/device.ts";
import { parseSeriesKey, SeriesKey } from "../reading.ts";
import { Identity } from "./device-view.ts";
import type { ApiPorts } from "./ports.ts";
import { LatestView, showReading } from "./reading-view.ts";
import { closed, orNull, Problem, SeriesName } from "./schemas.ts";

const Trial = Type.Object({
  identity: Identity,
  rated_w: orNull(Type.Number()),
  readings: Type.Array(LatestView, { description: "newest value of every point; nothing of it is stored" }),
  remarks: Type.Array(Type.String(), { description: "what to look at before saving; empty when all is well" }),
});

const Direction = Type.Object({
  before_w: orNull(Type.Number({ description: "active power before, W, > 0 is import" })),
  after_w: orNull(Type.Number()),
  change_w: orNull(Type.Number()),
  verdict: Type.Enum(["right", "turned", "undecided"]),
  turned: orNull(
    Type.Boolean({ description: "what `turned` of the device should say; null when nothing can be told" }),
  ),
  remark: Type.String(),
  readings: Type.Array(LatestView),
});

/** Points one trial may hand back: more than the longest profile has. */
const MOST_POINTS = 500;

/** Ask a device before it is saved: does this match the display, and does power rise when a load is switched on? */
export const deviceTrialRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { trial, profiles }) => {
  app.post(
    "/devices/try",
    {
      config: { role: "steward" },
      schema: {
        description: "read live values of a device without saving it",
        body: DeviceSchema,
        response: { 200: Trial, 422: Problem, 502: Problem },
      },
    },
    async ({ body }) => {
      const { identity, rated_w, readings, remarks } = await trial.tryDevice(body);
      return { identity, rated_w, readings: readings.map(showReading), remarks: [...remarks] };
    },
  );

  app.post(
    "/devices/try/sign",
    {
      config: { role: "steward" },
      schema: {
        description:
          "read the device again and say whether it counts the right way round: a meter after a known load was " +
          "switched on, an inverter while the sun shines",
        body: Type.Object(
          {
            document: DeviceSchema,
            before: Type.Array(Type.Object({ series: SeriesName, value: orNull(Type.Number()) }), {
              maxItems: MOST_POINTS,
              description: "readings of the trial before the load was switched on",
            }),
          },
          closed,
        ),
        response: { 200: Direction, 422: Problem, 502: Problem },
      },
    },
    async ({ body: { document, before } }) => {
      const foreign = before.find(({ series }) => parseSeriesKey(series) === undefined);
      if (foreign !== undefined) {
        throw new HubError("REQUEST_INVALID", `before: "${foreign.series}" is no series`, {
          remedy: "Send the readings as POST /api/devices/try answered them.",
        });
      }
      const { readings } = await trial.tryDevice(document);
      const kind = profiles.find(({ name }) => name === document.profile)?.kind ?? "meter";
      const earlier = before.map(({ series, value }) => ({ series: SeriesKey(series), value }));
      const check = checkDirection({ kind, isTurned: document.turned ?? false }, { before: earlier, after: readings });
      return { ...check, readings: readings.map(showReading) };
    },
  );
};
