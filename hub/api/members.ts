import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { qualityAt } from "../settlement/share-day.ts";
import { isLocalDay } from "../time-zone.ts";
import { EpochMs } from "../units.ts";
import { intervalStateAt } from "./days.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Day, DayState, EnergyMwh, IntervalStateName, Moment, Name, orNull, Quality } from "./schemas.ts";

const MemberDay = Type.Object({
  member: Name,
  day: Day,
  state: DayState,
  entry: orNull(Type.String()),
  totals: Type.Object({ consumption_mwh: EnergyMwh, allotted_mwh: EnergyMwh, from_grid_mwh: EnergyMwh }),
  intervals: Type.Array(
    Type.Object({
      from_ms: Moment,
      state: IntervalStateName,
      consumption_mwh: orNull(EnergyMwh),
      allotted_mwh: orNull(EnergyMwh),
      from_grid_mwh: orNull(EnergyMwh),
      quality: Quality,
    }),
  ),
});

const Explanation = Type.Object({
  member: Name,
  from_ms: Moment,
  to_ms: Moment,
  state: IntervalStateName,
  settled: Type.Boolean(),
  entry: orNull(Type.String()),
  run: orNull(Type.Object({ id: Type.Integer(), state: Type.Enum(["preliminary", "final", "corrected", "closed"]) })),
  community_version: Type.String(),
  policy: Type.Object({ name: Type.String(), text: Type.String() }),
  inputs: Type.Object({
    pool_mwh: orNull(EnergyMwh),
    community_consumption_mwh: orNull(EnergyMwh),
    points: Type.Array(
      Type.Object({
        point: Name,
        member: orNull(Name),
        role: Type.Enum(["consumption", "generation"]),
        series: Type.String(),
        energy_mwh: orNull(EnergyMwh),
        quality: Quality,
        reason: orNull(Type.String()),
        register_from_mwh: orNull(EnergyMwh),
        register_to_mwh: orNull(EnergyMwh),
        register_changes: Type.Array(Type.Object({ at_ms: Moment, end_mwh: EnergyMwh, start_mwh: EnergyMwh }), {
          description: "where another register went on: what the old one ended at and the new one began with",
        }),
      }),
    ),
    coefficients: Type.Array(
      Type.Object({ key: Name, pool: Name, named_ms: orNull(Moment), share: orNull(Type.String()) }),
      { description: "the member's share that somebody outside named, and when; null where none was in force" },
    ),
  }),
  tiers: Type.Array(
    Type.Object({
      tier: Type.Integer({ description: "which tier of the policy, from 1" }),
      rule: Type.Enum(["consumption", "fixed", "equal", "priority", "external"], {
        description: "the weight as the policy names it",
      }),
      rank: orNull(Type.Integer({ description: "the member's rank in a priority tier" })),
      pool_name: Type.String(),
      left_mwh: Type.Integer({ description: "what earlier tiers left of the pool" }),
      budget_mwh: Type.Integer({ description: "what of it this tier may give" }),
      weight: Type.Enum(["consumption", "fixed", "equal"], { description: "what the weights are like" }),
      weight_value: Type.String(),
      weight_total: Type.String(),
      pool_mwh: EnergyMwh,
      quota: Type.String({ description: "exact, as a mixed number of mWh" }),
      cap_mwh: EnergyMwh,
      floor_mwh: EnergyMwh,
      rounded_up: Type.Boolean(),
      allotted_mwh: EnergyMwh,
      beyond_mwh: Type.Integer({ description: "what was theirs beyond their use, where shares are kept" }),
    }),
  ),
  allotted_mwh: orNull(EnergyMwh),
  from_grid_mwh: orNull(EnergyMwh),
  own_mwh: orNull(Type.Integer({ description: "made and used behind the own meter" })),
  sentences: Type.Array(Type.String(), { description: "the same in plain words" }),
});

/** What one member got, and why. */
export const memberRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { settlement, explanations, clock }) => {
  app.get(
    "/members/:member/days/:day",
    {
      config: { role: "member" },
      schema: { params: Type.Object({ member: Name, day: Day }), response: { 200: MemberDay } },
    },
    async ({ params: { member, day } }) => {
      if (!isLocalDay(day)) throw notFound(`day ${day}`, "/api/days");
      const view = await settlement.day(day);
      const { cells, entry } = view;
      const column = cells.members.find((one) => one.member === member);
      if (column === undefined) throw notFound(`member ${member} on ${day}`, "/api/community");
      const own = cells.points.filter((point) => point.member === member);
      const intervals = cells.state.map((_, index) => {
        const state = intervalStateAt(view, index, clock());
        const allotted = column.allotted_mwh[index] ?? null;
        const consumption = column.consumption_mwh[index] ?? null;
        return {
          from_ms: cells.from_ms + index * cells.interval_ms,
          state,
          consumption_mwh: state === "pending" ? null : consumption,
          allotted_mwh: allotted,
          from_grid_mwh:
            allotted === null || consumption === null ? null : consumption - allotted - (column.own_mwh?.[index] ?? 0),
          quality: qualityAt(own, index),
        };
      });
      const shared = intervals.filter(({ state }) => state === "shared");
      return {
        member,
        day,
        state: entry === null ? ("provisional" as const) : ("settled" as const),
        entry: entry?.id ?? null,
        totals: {
          consumption_mwh: shared.reduce((sum, one) => sum + (one.consumption_mwh ?? 0), 0),
          allotted_mwh: shared.reduce((sum, one) => sum + (one.allotted_mwh ?? 0), 0),
          from_grid_mwh: shared.reduce((sum, one) => sum + (one.from_grid_mwh ?? 0), 0),
        },
        intervals,
      };
    },
  );

  app.get(
    "/members/:member/explanation",
    {
      config: { role: "member" },
      schema: {
        params: Type.Object({ member: Name }),
        querystring: Type.Object({ from_ms: Moment }, closed),
        response: { 200: Explanation },
      },
    },
    async ({ params: { member }, query: { from_ms } }) => {
      const explained = await explanations.ofInterval(member, EpochMs(from_ms));
      const state = explained.state === "unmeasured" ? ("pending" as const) : explained.state;
      return {
        ...explained,
        state,
        settled: explained.entry !== null,
        inputs: {
          ...explained.inputs,
          points: explained.inputs.points.map((point) => ({ ...point, register_changes: [...point.register_changes] })),
          coefficients: [...explained.inputs.coefficients],
        },
        tiers: [...explained.tiers],
        sentences: [...explained.sentences],
      };
    },
  );
};
