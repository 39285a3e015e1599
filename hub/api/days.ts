import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { SeriesKey } from "../reading.ts";
import type { DayView } from "../settlement/settlement.ts";
import { isPlant, qualityAt, sumAt } from "../settlement/share-day.ts";
import { isLocalDay, localDayOf } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { Day, DayState, EnergyMwh, IntervalStateName, Moment, orNull, Quality } from "./schemas.ts";

const DaysView = Type.Object({
  first: orNull(Day),
  last: orNull(Day),
  today: Day,
  settled: Type.Array(Day),
});
const CommunityDay = Type.Object({
  day: Day,
  from_ms: Moment,
  to_ms: Moment,
  interval_minutes: Type.Integer(),
  time_zone: Type.String(),
  state: DayState,
  entry: orNull(Type.String()),
  totals: Type.Object({
    generation_mwh: EnergyMwh,
    consumption_mwh: EnergyMwh,
    shared_mwh: EnergyMwh,
    from_grid_mwh: EnergyMwh,
    surplus_mwh: EnergyMwh,
    intervals: Type.Integer(),
    shared_intervals: Type.Integer(),
    held_intervals: Type.Integer(),
    pending_intervals: Type.Integer(),
  }),
  intervals: Type.Array(
    Type.Object({
      from_ms: Moment,
      state: IntervalStateName,
      generation_mwh: orNull(EnergyMwh),
      consumption_mwh: orNull(EnergyMwh),
      shared_mwh: orNull(EnergyMwh),
      from_grid_mwh: orNull(EnergyMwh),
      surplus_mwh: orNull(EnergyMwh),
      quality: Quality,
    }),
  ),
});

/** The community's day: what was made, used, shared and bought, interval by interval. Totals count shared intervals only. */
export const dayRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (
  app,
  { settlement, communities, entries, series, clock },
) => {
  app.get("/days", { config: { role: "screen" }, schema: { response: { 200: DaysView } } }, async () => {
    const community = (await communities.current())?.community;
    const zone = community?.time_zone ?? "UTC";
    const measured = new Set(community?.metering_points.map((point) => SeriesKey(point.series)));
    const infos = (await series.catalogue()).filter((info) => measured.has(info.series));
    const dayOf = (moments: readonly number[], pick: (...moments: number[]) => number) =>
      moments.length === 0 ? null : localDayOf(zone, EpochMs(moments.reduce((a, b) => pick(a, b))));
    return {
      first: dayOf(
        infos.map(({ first_ms }) => first_ms),
        Math.min,
      ),
      last: dayOf(
        infos.map(({ last_ms }) => last_ms),
        Math.max,
      ),
      today: localDayOf(zone, clock()),
      settled: [...(await entries.days())],
    };
  });

  app.get(
    "/days/:day",
    { config: { role: "screen" }, schema: { params: Type.Object({ day: Day }), response: { 200: CommunityDay } } },
    async ({ params: { day } }) => {
      if (!isLocalDay(day)) throw notFound(`day ${day}`, "/api/days");
      const view = await settlement.day(day);
      const adopted = await communities.byVersion(view.cells.community_version);
      return toCommunityDay(view, adopted?.community.time_zone ?? "UTC", clock());
    },
  );
};

/** An interval that is not over, or in which nothing was measured, is pending: empty, never 0. */
export function intervalStateAt({ cells }: DayView, index: number, now: number): "shared" | "held" | "pending" {
  const state = cells.state[index] ?? "unmeasured";
  const isOver = cells.from_ms + (index + 1) * cells.interval_ms <= now;
  return state === "shared" ? "shared" : state === "held" && isOver ? "held" : "pending";
}

function toCommunityDay(view: DayView, time_zone: string, now: number) {
  const { cells, entry } = view;
  const plants = cells.points.filter(isPlant);
  const consumers = cells.points.filter((point) => !isPlant(point));
  const intervals = cells.state.map((_, index) => {
    const state = intervalStateAt(view, index, now);
    const consumption = sumAt(consumers, index);
    const pool = cells.pool_mwh[index] ?? null;
    const surplus = cells.surplus_mwh[index] ?? null;
    const given = (pick: (column: (typeof cells.members)[number]) => number | null | undefined): number =>
      cells.members.reduce((sum, column) => sum + (pick(column) ?? 0), 0);
    const shared = pool === null || surplus === null ? null : given(({ allotted_mwh }) => allotted_mwh[index]);
    const own = given(({ own_mwh }) => own_mwh?.[index]);
    return {
      from_ms: cells.from_ms + index * cells.interval_ms,
      state,
      generation_mwh: state === "pending" ? null : sumAt(plants, index),
      consumption_mwh: state === "pending" ? null : consumption,
      shared_mwh: shared,
      from_grid_mwh: shared === null || consumption === null ? null : consumption - shared - own,
      surplus_mwh: surplus,
      quality: qualityAt(cells.points, index),
    };
  });
  const shared = intervals.filter(({ state }) => state === "shared");
  const total = (pick: (interval: (typeof shared)[number]) => number | null) =>
    shared.reduce((sum, one) => sum + (pick(one) ?? 0), 0);
  const count = (state: string) => intervals.filter((interval) => interval.state === state).length;
  return {
    day: cells.day,
    from_ms: cells.from_ms,
    to_ms: cells.to_ms,
    interval_minutes: cells.interval_ms / 60_000,
    time_zone,
    state: entry === null ? ("provisional" as const) : ("settled" as const),
    entry: entry?.id ?? null,
    totals: {
      generation_mwh: total(({ generation_mwh }) => generation_mwh),
      consumption_mwh: total(({ consumption_mwh }) => consumption_mwh),
      shared_mwh: total(({ shared_mwh }) => shared_mwh),
      from_grid_mwh: total(({ from_grid_mwh }) => from_grid_mwh),
      surplus_mwh: total(({ surplus_mwh }) => surplus_mwh),
      intervals: intervals.length,
      shared_intervals: shared.length,
      held_intervals: count("held"),
      pending_intervals: count("pending"),
    },
    intervals,
  };
}
