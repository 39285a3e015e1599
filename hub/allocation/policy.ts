import Type, { type Static } from "typebox";
import { DEVICE_PATTERN } from "../reading.ts";
import { SHARE_PATTERN } from "./share.ts";

/**
 * A policy is data: what enters the pools, ordered tiers that each take from what earlier tiers left, and what becomes
 * of the rest. A key that is not written has the meaning of the first alternative named with it (see
 * `complete-policy.ts`), so that a document keeps its meaning, and its hash, when a later version knows more keys.
 */

/** Rounds a tier may name; the rules in force today name 1, 2 or until_exhausted, and each round costs a pass. */
const MOST_ROUNDS = 100;
/** Tiers a policy may have: the longest rule found in force has 4. */
const MOST_TIERS = 8;
/** 100 years of months; Brazil's credits last 60. */
const MOST_MONTHS = 1_200;
/** Ranks of a priority key; the first is served first. */
const MOST_RANK = 1_000;

const Name = Type.String({ pattern: DEVICE_PATTERN });

/** An exact non-negative share such as `0.3` or `3/10`; never a float. */
const Share = Type.String({ pattern: SHARE_PATTERN, description: "exact share, as 0.25 or 1/4" });

/** The key of fixed shares: one exact share of the whole pool for each member. */
const Shares = Type.Record(Type.String({ pattern: DEVICE_PATTERN }), Share, { additionalProperties: false });

const Ranks = Type.Record(
  Type.String({ pattern: DEVICE_PATTERN }),
  Type.Integer({ minimum: 1, maximum: MOST_RANK, description: "1 is served first" }),
  { additionalProperties: false },
);

export const WeightSchema = Type.Union([
  Type.Object({ kind: Type.Literal("consumption") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("equal") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("fixed"), shares: Shares }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("priority"), ranks: Ranks }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal("external"), coefficients: Name },
    { additionalProperties: false, description: "shares that somebody outside names anew for each interval" },
  ),
]);

export const BudgetSchema = Type.Union([
  Type.Object({ kind: Type.Literal("all") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("share_of_pool"), share: Share }, { additionalProperties: false }),
  Type.Object(
    { kind: Type.Literal("amount"), amount_mwh: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }) },
    { additionalProperties: false },
  ),
]);

export const CapSchema = Type.Union([
  Type.Object({ kind: Type.Literal("demand") }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal("demand_and_quota"),
      quota_mwh: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
      per: Type.Union([Type.Literal("interval"), Type.Literal("day"), Type.Literal("month")]),
    },
    { additionalProperties: false },
  ),
  Type.Object({ kind: Type.Literal("none") }, { additionalProperties: false }),
]);

export const TierSchema = Type.Object(
  {
    weight: WeightSchema,
    members: Type.Optional(Type.Array(Name, { minItems: 1, description: "who is served; all when not written" })),
    budget: Type.Optional(BudgetSchema),
    demand: Type.Optional(Type.Union([Type.Literal("remaining"), Type.Literal("gross")])),
    base: Type.Optional(Type.Union([Type.Literal("all"), Type.Literal("active")])),
    cap: Type.Optional(CapSchema),
    rounds: Type.Optional(
      Type.Union([Type.Integer({ minimum: 1, maximum: MOST_ROUNDS }), Type.Literal("until_exhausted")]),
    ),
  },
  { additionalProperties: false },
);

export const PoolsSchema = Type.Union([
  Type.Object({ kind: Type.Literal("joint") }, { additionalProperties: false }),
  Type.Object({ kind: Type.Literal("per_producer") }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal("groups"),
      groups: Type.Array(
        Type.Object(
          {
            name: Name,
            plants: Type.Array(Name, { minItems: 1 }),
            members: Type.Optional(Type.Array(Name, { minItems: 1 })),
          },
          { additionalProperties: false },
        ),
        { minItems: 1 },
      ),
    },
    { additionalProperties: false },
  ),
]);

export const ProducersSchema = Type.Union([
  Type.Object({ kind: Type.Literal("pro_rata") }, { additionalProperties: false }),
  Type.Object(
    {
      kind: Type.Literal("by_commissioning"),
      commissioned: Type.Record(
        Type.String({ pattern: DEVICE_PATTERN }),
        Type.String({ pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description: "day, as 2021-05-31" }),
        { additionalProperties: false },
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { kind: Type.Literal("by_order"), order: Type.Array(Name, { minItems: 1 }) },
    { additionalProperties: false },
  ),
]);

export const CreditSchema = Type.Object(
  {
    expires_after_months: Type.Union([Type.Integer({ minimum: 1, maximum: MOST_MONTHS }), Type.Literal("never")]),
    order: Type.Union([Type.Literal("oldest_first"), Type.Literal("newest_first")]),
  },
  { additionalProperties: false },
);

export const PolicySchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, default: "by consumption" }),
    loss_factors: Type.Optional(
      Type.Record(Type.String({ pattern: DEVICE_PATTERN }), Share, {
        additionalProperties: false,
        description: "what a metering point's energy is multiplied by before anything else",
      }),
    ),
    own_use: Type.Optional(Type.Union([Type.Literal("none"), Type.Literal("site_netting")])),
    membership_percent: Type.Optional(
      Type.Record(Type.String({ pattern: DEVICE_PATTERN }), Type.Integer({ minimum: 0, maximum: 100 }), {
        additionalProperties: false,
        description: "how much of a metering point takes part; the rest stays outside",
      }),
    ),
    pools: Type.Optional(PoolsSchema),
    tiers: Type.Array(TierSchema, {
      minItems: 1,
      maxItems: MOST_TIERS,
      default: [{ weight: { kind: "consumption" } }],
    }),
    producers: Type.Optional(ProducersSchema),
    surplus: Type.Union(
      [
        Type.Literal("to_grid"),
        Type.Literal("to_producer"),
        Type.Literal("to_share_owner"),
        Type.Literal("bank_as_credit"),
        Type.Literal("to_member_pot"),
      ],
      { default: "to_grid" },
    ),
    credit: Type.Optional(CreditSchema),
    rounding: Type.Optional(
      Type.Union([
        Type.Literal("exact"),
        Type.Literal("at_half_up_6dp"),
        Type.Literal("de_cut_6dp"),
        Type.Literal("es_1_wh"),
      ]),
    ),
  },
  { additionalProperties: false, default: {} },
);

export type Weight = Static<typeof WeightSchema>;
export type Budget = Static<typeof BudgetSchema>;
export type Cap = Static<typeof CapSchema>;
export type Tier = Static<typeof TierSchema>;
export type Pools = Static<typeof PoolsSchema>;
export type Producers = Static<typeof ProducersSchema>;
export type Credit = Static<typeof CreditSchema>;
export type Policy = Static<typeof PolicySchema>;
export type Rounding = NonNullable<Policy["rounding"]>;
