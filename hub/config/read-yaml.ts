import Type, { type Static, type TSchema } from "typebox";
import Value from "typebox/value";
import { type ErrorCode, HubError } from "../errors.ts";
import { type DocumentProblem, findShapeProblems } from "./check-shape.ts";
import { type LineProblem, parseYaml } from "./parse-yaml.ts";

/**
 * Read a YAML document by a schema: defaults filled in, unknown keys refused, every problem of the file told at once
 * with file, line, cause and remedy. A section or list that is there but empty counts as not written. Pure.
 * @param text     what the file holds (YAML 1.2 core)
 * @param fileName as the reader knows it; it opens every message
 * @param code     of the error when something is wrong
 * @param check    what a schema cannot say; called only with a document that fits the schema
 * @throws HubError with `code`; a file with one problem has it as message and remedy, a file with several has one line
 *         `file:line: what is wrong. What to do.` for each, in the order of the file
 */
export function readYaml<T extends TSchema>(
  text: string,
  fileName: string,
  schema: T,
  code: ErrorCode = "CONFIG_INVALID",
  check: (value: Static<T>) => readonly DocumentProblem[] = () => [],
): Static<T> {
  const { value: written, problems: faults, isReadable, lineOf } = parseYaml(text);
  if (!isReadable) throw refusal(fileName, code, faults);
  const kept = withoutEmptySections(schema, written);
  // A list takes no defaults: its own methods, such as `push`, would pass for keys that somebody wrote.
  // Cloned, because defaults of the schema would otherwise be shared by every document read by it.
  const value = structuredClone(Array.isArray(kept) ? kept : Value.Default(schema, kept));
  const misfits = findShapeProblems(schema, value);
  if (misfits.length === 0 && !Value.Check(schema, value)) {
    throw new Error(`${fileName} does not fit its schema, and check-shape.ts cannot say why`);
  }
  const found = misfits.length > 0 ? misfits : check(value as Static<T>);
  const problems = [...faults, ...found.map((problem) => ({ ...problem, line: lineOf(problem.path) }))];
  if (problems.length > 0) throw refusal(fileName, code, problems);
  return value as Static<T>;
}

/** `mqtt:` with every line below it commented out is read as null; it means the defaults, not an error. */
function withoutEmptySections(schema: TSchema, value: unknown): unknown {
  if (value === null) return Type.IsObject(schema) || Type.IsRecord(schema) ? {} : value;
  if (!Type.IsObject(schema) || typeof value !== "object" || Array.isArray(value)) return value;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const innerSchema = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (innerSchema === undefined) return [[key, inner] as const];
    const isEmpty =
      inner === null && (Type.IsObject(innerSchema) || Type.IsRecord(innerSchema) || Type.IsArray(innerSchema));
    return isEmpty ? [] : [[key, withoutEmptySections(innerSchema, inner)] as const];
  });
  return Object.fromEntries(entries);
}

function refusal(fileName: string, code: ErrorCode, problems: readonly LineProblem[]): HubError {
  const ordered = problems.toSorted((a, b) => a.line - b.line);
  const [only, ...more] = ordered;
  if (only !== undefined && more.length === 0) {
    return new HubError(code, `${fileName}:${only.line}: ${only.message}`, { remedy: only.remedy });
  }
  const lines = ordered.map(({ line, message, remedy }) => `${fileName}:${line}: ${message}. ${remedy}`);
  return new HubError(code, [`${fileName} has ${ordered.length} problems`, ...lines].join("\n"), {
    remedy: `Correct the ${ordered.length} lines named above.`,
  });
}
