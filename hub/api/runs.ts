import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { Run } from "../settlement/run.ts";
import { type DayOutcome, dayOutcomes } from "../settlement/settlement.ts";
import { isLocalDay, rangeOfLocalDay } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Day, Moment, Name, orNull } from "./schemas.ts";

const RunView = Type.Object({
  id: Type.Integer(),
  day: Day,
  state: Type.Enum(["preliminary", "final", "corrected", "closed"]),
  entry: orNull(Type.String({ description: "the entry that stands after it" })),
  cells_sha256: Type.String(),
  community_version: Type.String(),
  engine: Type.String(),
  intervals: Type.Object({
    expected: Type.Integer(),
    measured: Type.Integer({ description: "shared out, every input known by its register" }),
    substituted: Type.Integer({ description: "shared out, some input estimated" }),
    held: Type.Integer(),
    unmeasured: Type.Integer(),
  }),
  by: Type.String(),
  reason: Type.String(),
  made_ms: Moment,
});

const Reason = Type.String({ minLength: 3, maxLength: 500, description: "why, for whoever reads it in years" });

/** Settlement runs: what each day rests on, a run by hand, and estimates that may become final. */
export const runRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  const { settlement, communities, acceptances, clock } = ports;
  const rangeOfDay = async (day: string) => {
    if (!isLocalDay(day)) throw notFound(`day ${day}`, "/api/days");
    return rangeOfLocalDay((await communities.current())?.community.time_zone ?? "UTC", day);
  };

  app.get(
    "/days/:day/runs",
    {
      config: { role: "member" },
      schema: {
        description: "oldest first; a provisional day has none",
        params: Type.Object({ day: Day }),
        response: { 200: Type.Array(RunView) },
      },
    },
    async ({ params: { day } }) => {
      await rangeOfDay(day);
      return (await settlement.runs(day)).map(toView);
    },
  );

  app.post(
    "/days/:day/settle",
    {
      config: { role: "steward" },
      schema: {
        description: "settle one day now, by hand; a day that is not over is left for later",
        params: Type.Object({ day: Day }),
        body: Type.Object({ reason: Reason }, closed),
        response: {
          200: Type.Object({
            outcome: Type.Enum([...dayOutcomes]),
          }),
        },
      },
    },
    async ({ params: { day }, body: { reason }, actor }) => {
      const { from } = await rangeOfDay(day);
      const range = { from, to: EpochMs(from + 1) };
      const { days } = await settlement.settle(range, undefined, { by: actor.name, reason });
      const outcome: DayOutcome = dayOutcomes.find((each) => days[each] > 0) ?? "empty";
      return { outcome };
    },
  );

  app.post(
    "/acceptances",
    {
      config: { role: "steward" },
      schema: {
        description: "accept the estimated energy of a metering point as good enough to become final",
        body: Type.Object({ point: Name, from_ms: Moment, to_ms: Moment, reason: Reason }, closed),
        response: { 200: Type.Object({ accepted: Type.Literal(true) }) },
      },
    },
    async ({ body: { point, from_ms, to_ms, reason }, actor }) => {
      const points = (await communities.current())?.community.metering_points ?? [];
      if (points.every(({ id }) => id !== point)) throw notFound(`metering point ${point}`, "/api/community");
      const range = { from_ms: EpochMs(from_ms), to_ms: EpochMs(to_ms) };
      await acceptances.add({ point, ...range, by: actor.name, reason, made_ms: clock() });
      return { accepted: true as const };
    },
  );
};

function toView({ seq, ...run }: Run) {
  return { ...run, id: seq, intervals: { ...run.intervals } };
}
