import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { communityUnit, MOST_DECIMALS, UNIT_PATTERN } from "../ledger/ledger-unit.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Problem } from "./schemas.ts";

const UnitView = Type.Object({
  name: Type.String(),
  decimals: Type.Integer({ description: "places between what is booked and what is shown: 2 shows 1250 as 12.50" }),
  shown: Type.String({ description: "what people call it: kWh for mWh" }),
});

/** What amounts are counted in. */
export const unitRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { ledger, clock }) => {
  app.get("/units", { config: { role: "member" }, schema: { response: { 200: Type.Array(UnitView) } } }, async () => [
    ...(await ledger.units()),
  ]);

  app.post(
    "/units",
    {
      config: { role: "steward" },
      schema: {
        description: "declare a unit of the community; its scale never changes",
        body: Type.Object(
          {
            name: Type.String({ pattern: UNIT_PATTERN, description: "a plain word such as acorn" }),
            decimals: Type.Integer({ minimum: 0, maximum: MOST_DECIMALS }),
          },
          closed,
        ),
        response: {
          200: Type.Object({ outcome: Type.Enum(["created", "exists"]), unit: UnitView }),
          409: Problem,
          422: Problem,
        },
      },
    },
    async ({ body: { name, decimals }, actor }) => {
      const unit = communityUnit(name, decimals);
      const outcome = await ledger.declareUnit(unit, { by: actor, at: clock() });
      return { outcome, unit };
    },
  );
};
