import type { CsvProblem } from "./csv-map.ts";

/** An exact decimal: `coefficient` times 10 to the power of minus `places`. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly places: number;
}

export interface NumberStyle {
  readonly decimal: "." | ",";
  /** Words in lower case that stand for no reading, beside those that always do. */
  readonly noReading: ReadonlySet<string>;
}

/** What files write where there is no reading. None of them is ever 0. */
const NO_READING = new Set(["", "-", "--", "–", "—", "nan", "null", "none", "nil", "na", "n/a", "#n/a", "<na>", "?"]);

/** A float prints at most 17 digits; exponents beyond this are no energy of anything. */
const MAX_EXPONENT = 40;

const PLAIN = {
  ".": /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/,
  ",": /^([+-]?)(\d*)(?:,(\d*))?(?:[eE]([+-]?\d{1,3}))?$/,
} as const;

/**
 * Read one cell as an exact decimal. Pure; no float is ever made of it.
 * Separators of thousands are refused, because `1,500` and `1.500` mean other numbers in other countries.
 * @returns the number, `null` for "no reading", or what is wrong with the cell
 */
export function readDecimal(cell: string, { decimal, noReading }: NumberStyle): Decimal | null | CsvProblem {
  const text = cell.trim();
  const word = text.toLowerCase();
  if (NO_READING.has(word) || noReading.has(word)) return null;
  const match = PLAIN[decimal].exec(text.replace("−", "-"));
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  if (match === null || whole + fraction === "") return explain(text, decimal);
  const places = fraction.length - Number(exponent);
  if (Math.abs(Number(exponent)) > MAX_EXPONENT || fraction.length > MAX_EXPONENT) {
    return { message: `"${shorten(text)}" has too many digits`, remedy: "Round the number in the file." };
  }
  const digits = BigInt(whole + fraction);
  return { coefficient: sign === "-" ? -digits : digits, places };
}

function explain(text: string, decimal: "." | ","): CsvProblem {
  const message = `"${shorten(text)}" is not a number`;
  if (/^[+-]?\d[\d.,'’ \u00a0\u202f]*$/u.test(text)) {
    return decimal === "." && /^[+-]?\d+,\d+$/.test(text)
      ? {
          message: `${message} with a decimal point`,
          remedy: 'Write decimal: "," in the map if the comma is a decimal comma; thousands must not be separated.',
        }
      : {
          message: `${message} with "${decimal}" as its decimal sign`,
          remedy: "Remove separators of thousands from the file, or correct decimal in the map.",
        };
  }
  return {
    message,
    remedy: "Correct the cell, or name the word under no_reading in the map if it stands for no reading.",
  };
}

const shorten = (text: string): string => (text.length <= 40 ? text : `${text.slice(0, 40)}...`);
