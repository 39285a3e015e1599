import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { decideEvent, declareEvent } from "../members/decide-register.ts";
import {
  type KeptRegisterEvent,
  registerEventKinds,
  registerVerdicts,
  standingEvents,
} from "../members/register-event.ts";
import { EpochMs, milliWattHoursFromWh } from "../units.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, EnergyMwh, Moment, Name, orNull } from "./schemas.ts";

const EventView = Type.Object({
  id: Type.Integer(),
  point: Name,
  kind: Type.Enum(registerEventKinds),
  verdict: Type.Enum(registerVerdicts, {
    description:
      "question: nobody decided yet; continues: the new register goes on where the old one ended; energy: the jump was energy; left_out: wrong readings are left out; noted: changes no number",
  }),
  from_ms: Moment,
  to_ms: Moment,
  series_before: Type.String(),
  series_after: Type.String(),
  end_register_mwh: orNull(EnergyMwh),
  start_register_mwh: orNull(EnergyMwh),
  answers: orNull(Type.Integer({ description: "the event this one decides about" })),
  by: Type.String(),
  reason: Type.String(),
  made_ms: Moment,
  stands: Type.Boolean({ description: "false once a later event answers it" }),
});

const RegisterKwh = Type.Number({ minimum: 0, maximum: 4e9, description: "as the display shows it" });
const Reason = Type.String({ minLength: 3, maxLength: 500, description: "why, for whoever reads it in years" });

/** What happened to the registers of metering points: found by the hub, declared by people, and decided about. */
export const registerEventRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const { registerEvents, communities, clock } = ports;

  app.get(
    "/register-events",
    {
      config: { role: "staff" },
      schema: {
        description: "newest first",
        querystring: Type.Object({ point: Type.Optional(Name), open: Type.Optional(Type.Boolean()) }, closed),
        response: { 200: Type.Array(EventView) },
      },
    },
    async ({ query: { point, open } }) => {
      const events = await registerEvents.list();
      const standing = new Set(standingEvents(events).map(({ seq }) => seq));
      return events
        .filter((event) => point === undefined || event.point === point)
        .filter(({ seq, verdict }) => open !== true || (standing.has(seq) && verdict === "question"))
        .toReversed()
        .map((event) => toView(event, standing.has(event.seq)));
    },
  );

  app.post(
    "/metering-points/:point/events",
    {
      config: { role: "steward" },
      schema: {
        description: "declare a swapped meter, a rollover or a reset; the days it touches are settled anew",
        params: Type.Object({ point: Name }),
        body: Type.Object(
          {
            kind: Type.Enum(["swap", "rollover", "reset"]),
            at_ms: Moment,
            end_register_kwh: RegisterKwh,
            start_register_kwh: RegisterKwh,
            series_after: Type.Optional(
              Type.String({ maxLength: 120, description: "register that counts from then on" }),
            ),
            reason: Reason,
          },
          closed,
        ),
        response: { 200: EventView },
      },
    },
    async ({ params, body, actor }) => {
      const points = (await communities.current())?.community.metering_points ?? [];
      const point = points.find(({ id }) => id === params.point);
      if (point === undefined) throw notFound(`metering point ${params.point}`, "/api/community");
      const declared = {
        kind: body.kind,
        at: EpochMs(body.at_ms),
        end: milliWattHoursFromWh(body.end_register_kwh * 1000),
        start: milliWattHoursFromWh(body.start_register_kwh * 1000),
        ...(body.series_after !== undefined && { seriesAfter: body.series_after }),
      };
      const event = declareEvent(point, declared, await registerEvents.list(), clock());
      return toView(await registerEvents.add(event, { by: actor.name, reason: body.reason, made_ms: clock() }), true);
    },
  );

  app.post(
    "/register-events/:id/decision",
    {
      config: { role: "steward" },
      schema: {
        description: "answer what the hub asks; the days it touches are settled anew",
        params: Type.Object({ id: Type.Integer({ minimum: 1 }) }),
        body: Type.Object(
          {
            verdict: Type.Enum(["continues", "energy", "noted"]),
            end_register_kwh: Type.Optional(RegisterKwh),
            start_register_kwh: Type.Optional(RegisterKwh),
            reason: Reason,
          },
          closed,
        ),
        response: { 200: EventView },
      },
    },
    async ({ params, body, actor }) => {
      const { end_register_kwh: end, start_register_kwh: start } = body;
      const registers = {
        ...(end !== undefined && { end: milliWattHoursFromWh(end * 1000) }),
        ...(start !== undefined && { start: milliWattHoursFromWh(start * 1000) }),
      };
      const event = decideEvent(params.id, body.verdict, registers, await registerEvents.list());
      return toView(await registerEvents.add(event, { by: actor.name, reason: body.reason, made_ms: clock() }), true);
    },
  );
};

function toView({ seq, end_mwh, start_mwh, ...event }: KeptRegisterEvent, stands: boolean) {
  return { ...event, id: seq, end_register_mwh: end_mwh, start_register_mwh: start_mwh, stands };
}
