import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import Type from "typebox";
import { describePolicy } from "../allocation/describe-policy.ts";
import { TierSchema } from "../allocation/policy.ts";
import { CommunitySchema, MemberSchema, MeteringPointSchema } from "../members/community.ts";
import type { ApiPorts } from "./ports.ts";
import { orNull } from "./schemas.ts";

const { name, time_zone, interval_minutes } = CommunitySchema.properties;
const CommunityView = Type.Object({
  name,
  time_zone,
  interval_minutes,
  version: orNull(Type.String({ description: "sha256 of the community document; null before there is one" })),
  members: Type.Array(MemberSchema),
  metering_points: Type.Array(MeteringPointSchema),
  policy: orNull(
    Type.Object({
      name: Type.String(),
      text: Type.String({ description: "the rule in plain words" }),
      tiers: Type.Array(TierSchema),
      surplus: Type.String(),
    }),
  ),
});

export const communityRoutes: FastifyPluginAsyncTypebox<ApiPorts> = async (app, { communities }) => {
  app.get("/community", { config: { role: "member" }, schema: { response: { 200: CommunityView } } }, async () => {
    const adopted = await communities.current();
    if (adopted === undefined) {
      const empty = { version: null, members: [], metering_points: [], policy: null };
      return { name: "Millrace", time_zone: "UTC", interval_minutes: 15 as const, ...empty };
    }
    const { policy, ...community } = adopted.community;
    return { ...community, version: adopted.version, policy: { ...policy, text: describePolicy(policy) } };
  });
};
