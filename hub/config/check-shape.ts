import Type, { type TObject, type TRecord, type TSchema } from "typebox";
import Value from "typebox/value";
import { remedyForUnknown } from "../nearest-word.ts";
import { describeSchema, describeValue, keywordsOf } from "./describe-schema.ts";

/** Where something is in a document: keys of maps and indexes of lists, from the outside in. */
export type DocumentPath = readonly (string | number)[];

/** Something in a document that cannot stand as it is. */
export interface DocumentProblem {
  readonly path: DocumentPath;
  /** What is wrong, without a full stop; names the place, what is wanted and what was found. */
  readonly message: string;
  /** What to do, one imperative sentence. */
  readonly remedy: string;
}

/**
 * Compare a document with a schema and say in people's words everything that does not fit. Pure.
 * Knows the kinds of schema a settings file needs: object, record, list, union, literal, text, number and boolean.
 * @param value plain JSON data, with the schema's defaults filled in already
 * @throws RangeError for a kind of schema it does not know
 */
export function findShapeProblems(
  schema: TSchema,
  value: unknown,
  path: DocumentPath = [],
): readonly DocumentProblem[] {
  if (Type.IsUnion(schema)) return findUnionProblems(schema.anyOf, value, path);
  if (Type.IsObject(schema) && isSection(value)) return findObjectProblems(schema, value, path);
  if (Type.IsRecord(schema) && isSection(value)) return findRecordProblems(schema, value, path);
  if (Type.IsArray(schema) && Array.isArray(value)) {
    const inItems = value.flatMap((item, index) => findShapeProblems(schema.items, item, [...path, index]));
    // An item that does not fit is told by itself; the list is to blame only for its length.
    return inItems.length > 0 || Value.Check(schema, value) ? inItems : [misfit(schema, value, path)];
  }
  return Value.Check(schema, value) ? [] : [misfit(schema, value, path)];
}

/** `mqtt.port`, `community.members[2].id`: a path as people write it. */
export function nameOfPath(path: DocumentPath): string {
  const words = path.map((step, depth) => (typeof step === "number" ? `[${step}]` : depth === 0 ? step : `.${step}`));
  return path.length === 0 ? "the file" : words.join("");
}

type Section = Readonly<Record<string, unknown>>;

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function findObjectProblems(schema: TObject, value: Section, path: DocumentPath): readonly DocumentProblem[] {
  const keys = Object.entries<TSchema>(schema.properties);
  const names = keys.map(([key]) => key);
  const unknown =
    keywordsOf(schema).additionalProperties === false ? Object.keys(value).filter((key) => !names.includes(key)) : [];
  return [
    ...unknown.map((key) => ({
      path: [...path, key],
      message: `${nameOfPath([...path, key])} is not a known key`,
      remedy: remedyForUnknown(key, names),
    })),
    ...keys.flatMap(([key, inner]) => {
      if (Object.hasOwn(value, key)) return findShapeProblems(inner, value[key], [...path, key]);
      if (Type.IsOptional(inner)) return [];
      const message = `${nameOfPath([...path, key])} is missing`;
      return [{ path, message, remedy: `Add ${key}, which must be ${describeSchema(inner)}.` }];
    }),
  ];
}

/** Keys of a record are free as far as its pattern allows; there is no nearest key to name. */
function findRecordProblems(schema: TRecord, value: Section, path: DocumentPath): readonly DocumentProblem[] {
  const [[pattern, inner] = []] = Object.entries<TSchema>(schema.patternProperties);
  if (pattern === undefined || inner === undefined) throw new RangeError("a record without a pattern has no words yet");
  return Object.keys(value).flatMap((key) => {
    if (new RegExp(pattern).test(key)) return findShapeProblems(inner, value[key], [...path, key]);
    const wanted = describeSchema(Type.String({ pattern }));
    return [{ path: [...path, key], message: `the key ${describeValue(key)} must be ${wanted}`, remedy: "Rename it." }];
  });
}

/**
 * Sections that tell their kind by one fixed word are compared with the alternative of that word alone, so that a slip
 * inside is named as such and not as "none of these fits".
 */
function findUnionProblems(
  alternatives: readonly TSchema[],
  value: unknown,
  path: DocumentPath,
): readonly DocumentProblem[] {
  if (alternatives.some((alternative) => Value.Check(alternative, value))) return [];
  const objects = alternatives.filter((alternative) => Type.IsObject(alternative));
  const [tag] = Object.keys(objects[0]?.properties ?? {}).filter((key) =>
    objects.every((object) => Type.IsLiteral(object.properties[key])),
  );
  if (objects.length < alternatives.length || tag === undefined || !isSection(value)) {
    return [misfit(Type.Union([...alternatives]), value, path)];
  }
  const chosen = objects.find((object) => Value.Check(object.properties[tag] as TSchema, value[tag]));
  if (chosen !== undefined) return findObjectProblems(chosen, value, path);
  const tags = Type.Union(objects.map((object) => object.properties[tag] as TSchema));
  if (Object.hasOwn(value, tag)) return [misfit(tags, value[tag], [...path, tag])];
  const message = `${nameOfPath([...path, tag])} is missing`;
  return [{ path, message, remedy: `Add ${tag}, which must be ${describeSchema(tags)}.` }];
}

function misfit(schema: TSchema, value: unknown, path: DocumentPath): DocumentProblem {
  const wanted = describeSchema(schema);
  return {
    path,
    message: `${nameOfPath(path)} must be ${wanted}, found ${describeValue(value)}`,
    remedy: remedyForMisfit(schema, value),
  };
}

function remedyForMisfit(schema: TSchema, value: unknown): string {
  if (Type.IsUnion(schema) && typeof value === "string") {
    const words = schema.anyOf.map((alternative) => String(Type.IsLiteral(alternative) ? alternative.const : ""));
    return remedyForUnknown(
      value,
      words.filter((word) => word !== ""),
    );
  }
  const isScalar = typeof value === "number" || typeof value === "boolean";
  if (Type.IsString(schema) && isScalar && Value.Check(schema, String(value))) return `Write it in quotes: "${value}".`;
  if (typeof value === "string" && value.trim() !== "" && Value.Check(schema, Number(value))) {
    return `Write it without quotes: ${Number(value)}.`;
  }
  if (Type.IsObject(schema) || Type.IsRecord(schema)) return "Write its keys below it, indented.";
  return value === null ? "Give it a value, or remove the key." : `Write ${describeSchema(schema)}.`;
}
