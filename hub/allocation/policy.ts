import Type, { type Static } from "typebox";
import { DEVICE_PATTERN } from "../reading.ts";
import { SHARE_PATTERN } from "./share.ts";

/**
 * A policy is data: ordered tiers that each take from what earlier tiers left, and a rule for the surplus
 * (ALLOCATION primitives: weight x cap x rounds). This version knows the weights by consumption, by fixed share and
 * equal, capped by the member's own demand, in one round; what nobody used goes to the grid.
 */

/** An exact non-negative share such as `0.3` or `3/10`; never a float. */
const Share = Type.String({ pattern: SHARE_PATTERN, description: "exact share, as 0.25 or 1/4" });

/** The key of fixed shares: one exact share of the whole pool for each member. */
const Shares = Type.Record(Type.String({ pattern: DEVICE_PATTERN }), Share, { additionalProperties: false });

export const WeightSchema = Type.Union([
  Type.Object({ kind: Type.Literal("consumption") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("equal") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("fixed"), shares: Shares }, { additionalProperties: false }),
]);

export const TierSchema = Type.Object({ weight: WeightSchema }, { additionalProperties: false });

export const PolicySchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, default: "by consumption" }),
    tiers: Type.Array(TierSchema, { minItems: 1, maxItems: 8, default: [{ weight: { kind: "consumption" } }] }),
    surplus: Type.Literal("to_grid", { default: "to_grid" }),
  },
  { additionalProperties: false, default: {} },
);

export type Weight = Static<typeof WeightSchema>;
export type Tier = Static<typeof TierSchema>;
export type Policy = Static<typeof PolicySchema>;
