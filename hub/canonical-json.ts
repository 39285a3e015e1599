import { createHash } from "node:crypto";

/**
 * The one spelling of a value: keys sorted by code unit, no white space, numbers and texts as JSON writes them
 * (the form of RFC 8785), so that equal documents have equal hashes. Members that are undefined are left out.
 * @throws RangeError for what JSON cannot say exactly: NaN, infinities, undefined in a list, functions, BigInts, lone
 *         surrogates, and objects that are no plain data
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === "string" && value.isWellFormed()) return JSON.stringify(value);
  if (Array.isArray(value)) {
    // A day of a large community is a million numbers: lists of them are written by the engine at once.
    return isPlainList(value) ? JSON.stringify(value) : `[${Array.from(value, canonicalJson).join(",")}]`;
  }
  if (!isPlain(value)) throw new RangeError(`no canonical JSON for ${typeof value} ${String(value)}`);
  const members = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${canonicalJson(key)}:${canonicalJson(value[key])}`);
  return `{${members.join(",")}}`;
}

/** True for a list of numbers, texts, truths and nulls that JSON writes in the very same letters. */
function isPlainList(values: readonly unknown[]): boolean {
  // By index, because a hole or `undefined` would be written as null; numbers first, because they are the million.
  for (let index = 0; index < values.length; index += 1) {
    const value = values[index];
    if (typeof value === "number") {
      if (!Number.isFinite(value)) return false;
    } else if (typeof value === "string") {
      if (!value.isWellFormed()) return false;
    } else if (value !== null && typeof value !== "boolean") return false;
  }
  return true;
}

/** SHA-256 in lower-case hex; text counts as its UTF-8 bytes. */
export function sha256Hex(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A Map, a Date or a class would lose its content without a word. */
function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
