import Type, { type TInteger, type TNull, type TSchema, type TUnion } from "typebox";
import { qualities } from "../energy/interval.ts";
import { DEVICE_PATTERN } from "../reading.ts";

/** Shapes that several nouns of the API share. Unknown fields of a request are refused, never dropped. */
export const closed = { additionalProperties: false } as const;

export const Problem = Type.Object({
  code: Type.String({ description: "stable name of the problem, see docs/errors.md" }),
  message: Type.String(),
  remedy: Type.String({ description: "what to do next" }),
});

export const orNull = <T extends TSchema>(schema: T): TUnion<[T, TNull]> => Type.Union([schema, Type.Null()]);
export const EnergyMwh: TInteger = Type.Integer({ description: "whole mWh" });
export const Moment: TInteger = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000_000,
  description: "ms since 1970 UTC",
});
export const Day = Type.String({
  pattern: "^\\d{4}-\\d{2}-\\d{2}$",
  description: "local day of the community, YYYY-MM-DD",
});
export const Name = Type.String({ pattern: DEVICE_PATTERN });
export const SeriesName = Type.String({
  pattern: "^[A-Za-z0-9_/-]{1,120}$",
  description: "device/[channel/]quantity[/part]",
});
export const Quality = Type.Enum([...qualities]);
export const IntervalStateName = Type.Enum(["shared", "held", "pending"]);
export const DayState = Type.Enum(["settled", "provisional"]);

/** Longest list one request may ask for. */
export const LIST_LIMIT = 1_000;
export const Limit = Type.Integer({ minimum: 1, maximum: LIST_LIMIT, default: 100 });
