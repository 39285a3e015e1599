/** What a pattern takes from a stamp: calendar fields as written, and the offset if it has one. */
export interface StampFields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** Minutes ahead of UTC, or `undefined` for a local time. */
  offsetMinutes: number | undefined;
}

export type StampPattern = (text: string) => StampFields | undefined;

type Take = (fields: StampFields, written: string) => void;

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
/** Two-digit years are of this century: no smart meter is older. */
const CENTURY = 2000;

const tokens: Readonly<Record<string, { readonly source: string; readonly take: Take }>> = {
  YYYY: { source: "(\\d{4})", take: (fields, written) => (fields.year = Number(written)) },
  YY: { source: "(\\d{2})", take: (fields, written) => (fields.year = CENTURY + Number(written)) },
  MMM: {
    source: "([A-Za-z]{3})",
    take: (fields, written) => (fields.month = MONTHS.indexOf(written.toLowerCase()) + 1),
  },
  MM: { source: "(\\d{2})", take: (fields, written) => (fields.month = Number(written)) },
  M: { source: "(\\d{1,2})", take: (fields, written) => (fields.month = Number(written)) },
  DD: { source: "(\\d{2})", take: (fields, written) => (fields.day = Number(written)) },
  D: { source: "(\\d{1,2})", take: (fields, written) => (fields.day = Number(written)) },
  HH: { source: "(\\d{2})", take: (fields, written) => (fields.hour = Number(written)) },
  H: { source: "(\\d{1,2})", take: (fields, written) => (fields.hour = Number(written)) },
  hh: { source: "(\\d{2})", take: (fields, written) => (fields.hour = Number(written)) },
  h: { source: "(\\d{1,2})", take: (fields, written) => (fields.hour = Number(written)) },
  mm: { source: "(\\d{2})", take: (fields, written) => (fields.minute = Number(written)) },
  m: { source: "(\\d{1,2})", take: (fields, written) => (fields.minute = Number(written)) },
  ss: { source: "(\\d{2})", take: (fields, written) => (fields.second = Number(written)) },
  SSS: {
    source: "(\\d{1,9})",
    take: (fields, written) => (fields.millisecond = Number(written.padEnd(3, "0").slice(0, 3))),
  },
  A: { source: "([AaPp])\\.?[Mm]\\.?", take: takeHalfOfDay },
  Z: { source: "(Z|z|UTC|[+-]\\d{2}(?::?\\d{2})?)", take: takeOffset },
};

const TOKEN = /\[[^\]]*\]|YYYY|YY|MMM|MM|M|DD|D|HH|H|hh|h|mm|m|ss|SSS|A|Z|[\s\S]/g;

/**
 * Compile a pattern of the tokens YYYY YY MMM MM M DD D HH H hh h mm m ss SSS A Z; anything else stands for itself, and
 * letters that are no tokens go into [brackets]. Two fixed-width tokens may stand side by side (YYYYMMDDHHmm).
 * @returns a reader of whole stamps, or `undefined` when the pattern names no day
 */
export function compileStampPattern(pattern: string): StampPattern | undefined {
  const takes: Take[] = [];
  const source = (pattern.match(TOKEN) ?? []).map((piece) => {
    const token = Object.hasOwn(tokens, piece) ? tokens[piece] : undefined;
    if (token === undefined) return escapePattern(piece.length > 1 ? piece.slice(1, -1) : piece);
    takes.push(token.take);
    return token.source;
  });
  if (!/Y/.test(pattern) || !/M/.test(pattern) || !/D/.test(pattern)) return undefined;
  const whole = new RegExp(`^${source.join("")}$`);
  return (text) => {
    const match = whole.exec(text);
    if (match === null) return undefined;
    const fields = emptyFields();
    takes.forEach((take, index) => void take(fields, match[index + 1] ?? ""));
    return fields;
  };
}

const ISO =
  /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[Tt ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;
const DOTTED = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?:[,T ]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;

/** Stamps that need no pattern because they can be read in one way only: ISO 8601 and DD.MM.YYYY. */
export const plainStamp: StampPattern = (text) => {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour, minute, second, fraction = "", offset] = iso;
    const fields = withNumbers({ year, month, day, hour, minute, second });
    fields.millisecond = Number(fraction.padEnd(3, "0").slice(0, 3));
    if (offset !== undefined) takeOffset(fields, offset);
    return fields;
  }
  const dotted = DOTTED.exec(text);
  if (dotted === null) return undefined;
  const [, day, month, year, hour, minute, second] = dotted;
  return withNumbers({ year, month, day, hour, minute, second });
};

type DateWord = "year" | "month" | "day" | "hour" | "minute" | "second";

function withNumbers(written: Readonly<Record<DateWord, string | undefined>>): StampFields {
  const number = (word: DateWord) => Number(written[word] ?? 0);
  return {
    ...emptyFields(),
    year: number("year"),
    month: number("month"),
    day: number("day"),
    hour: number("hour"),
    minute: number("minute"),
    second: number("second"),
  };
}

function emptyFields(): StampFields {
  return { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0, millisecond: 0, offsetMinutes: undefined };
}

/** 12 AM is midnight, 12 PM is noon. The letter comes after the hour in every pattern people use. */
function takeHalfOfDay(fields: StampFields, written: string): void {
  if (fields.hour < 1 || fields.hour > 12) fields.hour = Number.NaN;
  fields.hour = (fields.hour % 12) + (written.toLowerCase() === "p" ? 12 : 0);
}

function takeOffset(fields: StampFields, written: string): void {
  const match = /^([+-])(\d{2}):?(\d{2})?$/.exec(written);
  const minutes = match === null ? 0 : Number(match[2]) * 60 + Number(match[3] ?? 0);
  fields.offsetMinutes = match?.[1] === "-" ? -minutes : minutes;
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
