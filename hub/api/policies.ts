import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { describePolicy } from "../allocation/describe-policy.ts";
import { PolicySchema } from "../allocation/policy.ts";
import { readyMadePolicies } from "../allocation/ready-made/catalogue.ts";
import { previewDays } from "../settlement/preview-days.ts";
import { isLocalDay } from "../time-zone.ts";
import { notFound } from "./not-found.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Day, EnergyMwh, Name, orNull } from "./schemas.ts";

const Difference = Type.Integer({ description: "mWh; above 0 for who gains" });

const Preview = Type.Object({
  policy: Type.String({ description: "the proposed rule in words" }),
  intervals: Type.Integer({ description: "intervals that were shared in these days" }),
  pool_mwh: EnergyMwh,
  surplus_before_mwh: EnergyMwh,
  surplus_after_mwh: EnergyMwh,
  members: Type.Array(
    Type.Object({
      member: Name,
      consumption_mwh: EnergyMwh,
      before_mwh: EnergyMwh,
      after_mwh: EnergyMwh,
      beyond_before_mwh: EnergyMwh,
      beyond_after_mwh: EnergyMwh,
      difference_mwh: Difference,
      difference_percent: orNull(Type.Number()),
    }),
  ),
});

/** Rules: those ready-made for a country, and what another rule would have meant on past days. */
export const policyRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { settlement, communities }) => {
  app.get(
    "/policies",
    {
      config: { role: "member" },
      schema: {
        description: "ready-made rules by country, filled in for this community",
        response: {
          200: Type.Array(
            Type.Object({
              id: Type.String(),
              country: Type.String(),
              scheme: Type.String(),
              source: Type.String(),
              remark: orNull(Type.String()),
              text: Type.String({ description: "the rule in words" }),
              policy: PolicySchema,
            }),
          ),
        },
      },
    },
    async () => {
      const community = (await communities.current())?.community;
      const members = community?.members.map(({ id }) => id) ?? [];
      const plants = (community?.metering_points ?? []).filter(({ role }) => role === "generation").map(({ id }) => id);
      if (members.length === 0) return [];
      return readyMadePolicies.map(({ id, country, scheme, source, remark, policyFor }) => {
        const policy = policyFor(members, plants);
        return { id, country, scheme, source, remark: remark ?? null, text: describePolicy(policy), policy };
      });
    },
  );

  app.post(
    "/policies/preview",
    {
      config: { role: "steward" },
      schema: {
        description: "what another rule would have meant on past days, who gains and who loses; nothing is booked",
        body: Type.Object({ policy: PolicySchema, from: Day, to: Day }, closed),
        response: { 200: Preview },
      },
    },
    async ({ body: { policy, from, to } }) => {
      for (const day of [from, to]) if (!isLocalDay(day)) throw notFound(`day ${day}`, "/api/days");
      const { members, ...preview } = await previewDays({ settlement, communities }, policy, { first: from, last: to });
      return { policy: describePolicy(policy), ...preview, members: [...members] };
    },
  );
};
