import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { JOINT_POOL } from "../allocation/joint-pool.ts";
import { DEVICE_PATTERN } from "../reading.ts";
import { nameCoefficients } from "../settlement/name-coefficients.ts";
import { EpochMs } from "../units.ts";
import type { ApiPorts } from "./ports.ts";
import { closed, Moment, Name } from "./schemas.ts";

/** Sets of one request: a month of quarter-hours is 2,976. */
const MOST_SETS = 3_000;
/** A day of quarter-hours of 1,000 members, written out. */
const BODY_BYTES = 4 << 20;

const Count = Type.Integer({ minimum: 0 });

/** Shares that somebody outside names, taken in by hand; a device that names them itself pushes readings. */
export const coefficientRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, ports) => {
  app.post(
    "/coefficients",
    {
      bodyLimit: BODY_BYTES,
      config: { role: "steward" },
      schema: {
        description:
          "name the shares that a policy takes from outside, all of them or none. Sent again they change nothing; one that stands otherwise is corrected",
        body: Type.Object(
          {
            key: Type.String({ pattern: DEVICE_PATTERN, description: "as the policy names them" }),
            pool: Type.Optional(
              Type.String({ pattern: DEVICE_PATTERN, description: `of which pool; ${JOINT_POOL}, that of all plants` }),
            ),
            reason: Type.String({ minLength: 3, maxLength: 2_000, description: "where they come from" }),
            sets: Type.Array(
              Type.Object(
                {
                  from_ms: Moment,
                  shares: Type.Record(Name, Type.String({ maxLength: 20 }), {
                    description: 'exact decimals such as "0.333334" by member; every member of the pool',
                  }),
                },
                closed,
              ),
              { minItems: 1, maxItems: MOST_SETS },
            ),
          },
          closed,
        ),
        response: { 200: Type.Object({ named: Count, unchanged: Count, corrected: Count }) },
      },
    },
    async ({ body: { key, pool = JOINT_POOL, reason, sets }, actor }) =>
      nameCoefficients(ports, {
        ...{ key, pool, reason, by: actor.name },
        sets: sets.map(({ from_ms, shares }) => ({ from_ms: EpochMs(from_ms), shares })),
      }),
  );
};
