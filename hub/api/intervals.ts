import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { localDayOf } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import { daysOfRange } from "./day-range.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, EnergyMwh, Moment, Name, orNull, Quality } from "./schemas.ts";

const IntervalsView = Type.Object({
  point: Name,
  intervals: Type.Array(
    Type.Object({
      from_ms: Moment,
      to_ms: Moment,
      energy_mwh: orNull(EnergyMwh),
      quality: Quality,
      reason: orNull(Type.String({ description: "why it is missing" })),
    }),
  ),
});
const AllotmentsView = Type.Object({
  member: Name,
  allotments: Type.Array(
    Type.Object({ from_ms: Moment, allotted_mwh: orNull(EnergyMwh), state: Type.Enum(["settled", "provisional"]) }),
  ),
});

/** Energy of one metering point, and allotments of one member, interval by interval over any range. */
export const intervalRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { settlement, communities, clock }) => {
  const daysIn = async (range: { readonly from_ms: number; readonly to_ms: number }) => {
    const zone = (await communities.current())?.community.time_zone ?? "UTC";
    return Promise.all(daysOfRange(zone, range, localDayOf(zone, clock())).map((day) => settlement.day(day)));
  };
  const isAsked = (at: number, { from_ms, to_ms }: { readonly from_ms: number; readonly to_ms: number }): boolean =>
    at >= from_ms && at < to_ms;

  app.get(
    "/intervals",
    {
      config: { role: "member" },
      schema: {
        querystring: Type.Object({ point: Name, from_ms: Moment, to_ms: Moment }, closed),
        response: { 200: IntervalsView },
      },
    },
    async ({ query }) => {
      const known = (await communities.current())?.community.metering_points.some(({ id }) => id === query.point);
      if (known !== true) throw notFound(`metering point ${query.point}`, "/api/community");
      const intervals = (await daysIn(query)).flatMap(({ cells }) => {
        const column = cells.points.find(({ point }) => point === query.point);
        return (column?.energy_mwh ?? []).map((energy_mwh, index) => {
          const from_ms = EpochMs(cells.from_ms + index * cells.interval_ms);
          const quality = column?.quality[index] ?? ("missing" as const);
          return {
            from_ms,
            to_ms: from_ms + cells.interval_ms,
            energy_mwh,
            quality,
            reason: column?.reason[index] ?? null,
          };
        });
      });
      return { point: query.point, intervals: intervals.filter(({ from_ms }) => isAsked(from_ms, query)) };
    },
  );

  app.get(
    "/allotments",
    {
      config: { role: "member" },
      schema: {
        querystring: Type.Object({ member: Name, from_ms: Moment, to_ms: Moment }, closed),
        response: { 200: AllotmentsView },
      },
    },
    async ({ query }) => {
      const known = (await communities.current())?.community.members.some(({ id }) => id === query.member);
      if (known !== true) throw notFound(`member ${query.member}`, "/api/community");
      const allotments = (await daysIn(query)).flatMap(({ cells, entry }) => {
        const column = cells.members.find(({ member }) => member === query.member);
        return (column?.allotted_mwh ?? []).map((allotted_mwh, index) => {
          const state = entry === null ? ("provisional" as const) : ("settled" as const);
          return { from_ms: cells.from_ms + index * cells.interval_ms, allotted_mwh, state };
        });
      });
      return { member: query.member, allotments: allotments.filter(({ from_ms }) => isAsked(from_ms, query)) };
    },
  );
};
