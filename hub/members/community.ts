import Type, { type Static } from "typebox";
import { PolicySchema } from "../allocation/policy.ts";
import { LedgerPolicySchema } from "../ledger/credit-limit.ts";
import { DEVICE_PATTERN } from "../reading.ts";

/**
 * The community as one document: who takes part, where energy is counted for whom, and by which rule it is shared.
 * Every settled day names the version (sha256) of the document it was settled by, and that version is kept.
 */

const Name = (description: string) => Type.String({ pattern: DEVICE_PATTERN, description });

export const MemberSchema = Type.Object(
  { id: Name("pseudonym; a name never enters the books") },
  { additionalProperties: false },
);

export const MeteringPointSchema = Type.Object(
  {
    id: Name("where energy is counted for someone; survives a meter swap"),
    role: Type.Union([Type.Literal("consumption"), Type.Literal("generation")]),
    member: Type.Optional(Name("whose consumption it is; required for consumption")),
    series: Type.String({ description: "register that counts it, e.g. home-1/active_energy_import" }),
    rated_kw: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1_000_000,
        description: "rated power; makes odd plants and impossible jumps visible",
      }),
    ),
    register_wraps_at_kwh: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1_000_000_000,
        description:
          "where its register begins anew at 0, such as 999999.9 + 0.1; the device's profile knows without it",
      }),
    ),
  },
  { additionalProperties: false },
);

export const CommunitySchema = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 80, default: "Our community" }),
    time_zone: Type.String({
      default: "UTC",
      description: "IANA zone such as Europe/Vienna, or a fixed offset such as -08:00",
    }),
    interval_minutes: Type.Union([Type.Literal(5), Type.Literal(15), Type.Literal(30), Type.Literal(60)], {
      default: 15,
    }),
    members: Type.Array(MemberSchema, { default: [] }),
    metering_points: Type.Array(MeteringPointSchema, { default: [] }),
    policy: PolicySchema,
    settlement: Type.Optional(
      Type.Object(
        {
          final_after_days: Type.Integer({
            minimum: 0,
            maximum: 365,
            default: 5,
            description: "days after the end of a month until its days become final",
          }),
          correct_within_months: Type.Integer({
            minimum: 0,
            maximum: 120,
            default: 12,
            description: "months in which late data still books a difference to a final day",
          }),
          materiality_kwh: Type.Number({
            minimum: 0,
            maximum: 1_000,
            default: 0.001,
            description: "smaller differences to a final day, in every account, are not booked",
          }),
        },
        { additionalProperties: false, description: "when a day is final and how long it may be corrected" },
      ),
    ),
    contest: Type.Optional(
      Type.Object(
        {
          decide_within_days: Type.Integer({
            minimum: 1,
            maximum: 365,
            default: 30,
            description: "days within which a steward decides about a contested entry",
          }),
        },
        { additionalProperties: false, description: "how long a contested entry may wait" },
      ),
    ),
    ledger: Type.Optional(LedgerPolicySchema),
  },
  { additionalProperties: false, default: {} },
);

export type Member = Static<typeof MemberSchema>;
export type MeteringPoint = Static<typeof MeteringPointSchema>;
export type Community = Static<typeof CommunitySchema>;

/** A community document as it is kept: its version is the sha256 of its canonical JSON. */
export interface CommunityVersion {
  readonly version: string;
  readonly adopted_ms: number;
  readonly community: Community;
}

/** Where community documents are kept, for ever. Adopting an equal document changes nothing. */
export interface CommunityStore {
  adopt(community: Community, at: number): Promise<CommunityVersion>;
  /** The newest adopted document, or `undefined` before the first. */
  current(): Promise<CommunityVersion | undefined>;
  byVersion(version: string): Promise<CommunityVersion | undefined>;
  /** What was adopted when, newest first; a document that was adopted again stands there again. */
  adoptions(): Promise<readonly Pick<CommunityVersion, "version" | "adopted_ms">[]>;
}
