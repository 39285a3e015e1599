import Type, { type TSchema } from "typebox";
import { DEVICE_PATTERN } from "../reading.ts";

/** Longest piece of somebody's file that a message repeats. */
const FOUND_LENGTH = 60;

/** Patterns say little to people; these words say the same. */
const patternsInWords: Readonly<Record<string, string>> = {
  [DEVICE_PATTERN]: "a name of at most 40 letters, digits, - and _, starting with a letter or digit",
};

/** The JSON Schema keywords a schema may carry; TypeBox keeps them out of its types. */
interface SchemaKeywords {
  readonly description?: string;
  readonly pattern?: string | RegExp;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly additionalProperties?: boolean;
  readonly default?: unknown;
}

export function keywordsOf(schema: TSchema): SchemaKeywords {
  return schema;
}

/** What a schema wants, in words that follow "must be". */
export function describeSchema(schema: TSchema): string {
  if (Type.IsUnion(schema)) return `one of ${schema.anyOf.map(describeSchema).join(", ")}`;
  if (Type.IsLiteral(schema)) return String(schema.const);
  if (Type.IsBoolean(schema)) return "true or false";
  if (Type.IsInteger(schema)) return `a whole number${describeRange(keywordsOf(schema))}`;
  if (Type.IsNumber(schema)) return `a number${describeRange(keywordsOf(schema))}`;
  if (Type.IsObject(schema) || Type.IsRecord(schema)) return "a section with keys of its own";
  const { minItems, maxItems, minLength, maxLength, pattern, description } = keywordsOf(schema);
  if (Type.IsArray(schema)) return `a list${describeCount(minItems, maxItems, "entries")}`;
  if (!Type.IsString(schema)) throw new RangeError("this kind of schema has no words yet");
  if (pattern === undefined) return `text${describeCount(minLength, maxLength, "characters")}`;
  return patternsInWords[String(pattern)] ?? `text (${description ?? `like ${pattern}`})`;
}

/** A piece of somebody's file as a message shows it, kept short. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return "nothing";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a section";
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length <= FOUND_LENGTH ? text : `${text.slice(0, FOUND_LENGTH)}...`;
}

function describeRange({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: SchemaKeywords): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  const limits = [
    ["above", exclusiveMinimum],
    ["of at least", minimum],
    ["below", exclusiveMaximum],
    ["of at most", maximum],
  ] as const;
  const words = limits.flatMap(([word, limit]) => (limit === undefined ? [] : [`${word} ${limit}`]));
  return words.length === 0 ? "" : ` ${words.join(" and ")}`;
}

function describeCount(least: number | undefined, most: number | undefined, things: string): string {
  if (least !== undefined && most !== undefined) return ` of ${least} to ${most} ${things}`;
  if (least !== undefined) return ` of at least ${least} ${things}`;
  return most === undefined ? "" : ` of at most ${most} ${things}`;
}
