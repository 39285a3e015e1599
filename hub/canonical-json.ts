import { createHash } from "node:crypto";

/** Lists that were spelled already, by themselves, where the same ones stand in many texts; not changed in place. */
export type SpelledLists = Map<readonly unknown[], string>;

/**
 * The one spelling of a value: keys sorted by code unit, no white space, numbers and texts as JSON writes them
 * (the form of RFC 8785), so that equal documents have equal hashes. Members that are undefined are left out.
 * @throws RangeError for what JSON cannot say exactly: NaN, infinities, undefined in a list, functions, BigInts, lone
 *         surrogates, and objects that are no plain data
 * @param spelled lists of numbers or texts are looked up here, and filed when they are new
 */
export function canonicalJson(value: unknown, spelled?: SpelledLists): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (typeof value === "string" && PLAIN_WORD.test(value)) return `"${value}"`;
  if (typeof value === "string" && value.isWellFormed()) return JSON.stringify(value);
  if (Array.isArray(value)) {
    const known = spelled?.get(value);
    if (known !== undefined) return known;
    // A day of a large community is a million numbers: lists of them are written by the engine at once.
    if (!isPlainList(value)) return `[${Array.from(value, (one) => canonicalJson(one, spelled)).join(",")}]`;
    const text = JSON.stringify(value);
    spelled?.set(value, text);
    return text;
  }
  if (!isPlain(value)) throw new RangeError(`no canonical JSON for ${typeof value} ${String(value)}`);
  let members = "";
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    members += `${members === "" ? "" : ","}${canonicalJson(key)}:${canonicalJson(member, spelled)}`;
  }
  return `{${members}}`;
}

/** Nearly every key and name: nothing in it is written otherwise in JSON. */
const PLAIN_WORD = /^[\w ./:-]*$/;

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
