import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import type { ApiPorts } from "./ports.ts";
import { watchProblems } from "./problems.ts";
import { Moment, orNull } from "./schemas.ts";
import { MeasuredWear, measuredWear } from "./wear.ts";

const Health = Type.Object({
  status: Type.Enum(["ok", "degraded"], { description: "degraded while there is a problem" }),
  problems: Type.Array(
    Type.Object({
      code: Type.String({ description: "stable name of the problem, see docs/metrics.md" }),
      message: Type.String(),
      remedy: Type.String({ description: "what to do next" }),
      since_ms: Moment,
    }),
  ),
  storing: Type.Boolean({ description: "false while readings do not reach the disk; devices keep theirs meanwhile" }),
  now_ms: Type.Integer({ description: "the hub's clock; simulated in the demo" }),
  started_ms: Moment,
  version: Type.String(),
  time_speed: Type.Number({ description: "how much faster than real the hub's clock runs" }),
  simulated: Type.Boolean(),
  readings: Type.Integer(),
  series: Type.Integer(),
  conflicts: Type.Integer({ description: "readings that contradicted a stored one with the same stamp" }),
  quarantined: Type.Integer({ description: "records that could not be taken, ever" }),
  wear: orNull(MeasuredWear),
});

export const healthRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (
  app,
  { series, clock, about, operation, devices },
) => {
  const problemsOf = watchProblems(operation, devices, clock);
  app.get("/health", { config: { role: "public" }, schema: { response: { 200: Health } } }, async () => {
    const problems = [...problemsOf(await operation.disk())];
    return {
      status: problems.length === 0 ? ("ok" as const) : ("degraded" as const),
      problems,
      storing: operation.broker()?.state().storing ?? true,
      now_ms: clock(),
      started_ms: about.started,
      version: about.version,
      time_speed: about.timeSpeed,
      simulated: about.isSimulated,
      ...(await series.counts()),
      wear: measuredWear(operation),
    };
  });
};
