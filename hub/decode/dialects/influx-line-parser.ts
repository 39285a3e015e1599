/** A tag of a line, unescaped. */
export interface InfluxTag {
  readonly key: string;
  readonly value: string;
}

export interface InfluxField {
  readonly key: string;
  /** A number as it is written, without its type letter; text, of which "5" is no number; or a boolean. */
  readonly value: { readonly number: string } | { readonly text: string } | boolean;
}

export interface InfluxLine {
  readonly measurement: string;
  readonly tags: readonly InfluxTag[];
  readonly fields: readonly InfluxField[];
  /** Whole number as written, in a unit the line does not say. */
  readonly stamp: string | undefined;
}

export interface ParsedLines {
  readonly lines: readonly InfluxLine[];
  /** Lines that are none; they count from 1. */
  readonly faults: readonly { readonly line: number; readonly reason: string }[];
}

/** More than this no writer tells values apart by; each is looked up with each field. */
const MOST_TAGS = 32;

const INTEGER = /^([+-]?\d{1,20})[iu]$/;
const TRUE = new Set(["t", "T", "true", "True", "TRUE"]);
const FALSE = new Set(["f", "F", "false", "False", "FALSE"]);

/**
 * Take InfluxDB line protocol apart: `measurement[,tag=value...] field=value[,field=value...] [stamp]`. Pure.
 * A backslash takes the meaning from a comma, an equals sign or a space (and, in text, from a quote or a backslash);
 * before anything else it stands for itself. Text may hold line breaks. Empty lines and comments (`#`) are skipped.
 */
export function parseLines(text: string): ParsedLines {
  const lines: InfluxLine[] = [];
  const faults: { line: number; reason: string }[] = [];
  let line = 0;
  for (let start = 0; start < text.length; ) {
    line += 1;
    const end = endOfLine(text, start);
    const body = text.slice(start, end).trim();
    start = end + 1;
    if (body === "" || body.startsWith("#")) continue;
    const parsed = parseLine(body);
    if (typeof parsed === "string") faults.push({ line, reason: parsed });
    else lines.push(parsed);
  }
  return { lines, faults };
}

/** Text in quotes may hold line breaks, so only a break outside of it ends the line. A comment's quotes quote nothing. */
function endOfLine(text: string, start: number): number {
  const next = text.indexOf("\n", start);
  const plain = next === -1 ? text.length : next;
  if (text.startsWith("#", start) || !text.slice(start, plain).includes('"')) return plain;
  let isQuoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === "\n" && !isQuoted) return at;
  }
  // A quote that is never closed spoils its own line, not all that follow.
  return isQuoted ? plain : text.length;
}

function parseLine(body: string): InfluxLine | string {
  const [head, fieldSet, stamp, ...more] = splitAt(body, " ").filter((word) => word !== "");
  if (head === undefined || fieldSet === undefined) return "has no field";
  if (more.length > 0) return "has more than measurement, fields and stamp";
  if (stamp !== undefined && !/^-?\d{1,19}$/.test(stamp)) return `stamp "${stamp}" is no whole number`;
  const [measurement, ...tagWords] = splitAt(head, ",");
  if (measurement === undefined || measurement === "") return "has no measurement";
  if (tagWords.length > MOST_TAGS) return `has more than ${MOST_TAGS} tags`;
  const tags: InfluxTag[] = [];
  for (const word of tagWords) {
    const pair = pairOf(word);
    if (pair === undefined) return `tag "${word}" is no key=value`;
    tags.push({ key: pair.key, value: withoutEscapes(pair.value) });
  }
  const fields: InfluxField[] = [];
  for (const word of splitAt(fieldSet, ",")) {
    const pair = pairOf(word);
    if (pair === undefined) return `field "${word}" is no key=value`;
    if (pair.value.startsWith('"') && !/^".*"$/s.test(pair.value)) return `field "${pair.key}" is text without an end`;
    fields.push({ key: pair.key, value: fieldValueOf(pair.value) });
  }
  return { measurement: withoutEscapes(measurement), tags, fields, stamp };
}

/** Split where a separator is neither escaped nor inside text. */
function splitAt(text: string, separator: string): readonly string[] {
  if (!text.includes("\\") && !text.includes('"')) return text.split(separator);
  const words: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\\") at += 1;
    // A quote opens text only where a field's value begins; elsewhere it is a character of a name.
    else if (character === '"' && (isQuoted || text[at - 1] === "=")) isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      words.push(text.slice(start, at));
      start = at + 1;
    }
  }
  words.push(text.slice(start));
  return words;
}

function pairOf(word: string): { readonly key: string; readonly value: string } | undefined {
  const [key, ...rest] = splitAt(word, "=");
  const value = rest.join("=");
  return key === undefined || key === "" || value === "" ? undefined : { key: withoutEscapes(key), value };
}

function withoutEscapes(text: string): string {
  return text.includes("\\") ? text.replace(/\\([,= ])/g, "$1") : text;
}

function fieldValueOf(word: string): InfluxField["value"] {
  if (word.startsWith('"')) return { text: word.slice(1, -1).replace(/\\(["\\])/g, "$1") };
  if (TRUE.has(word)) return true;
  if (FALSE.has(word)) return false;
  return { number: INTEGER.exec(word)?.[1] ?? word };
}
