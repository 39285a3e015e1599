/** A number as devices write it: an optional sign, digits, an optional point and exponent; nothing before or after. */
const DECIMAL = /^[+-]?(?:\d{1,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?$/;
/** Words that devices and the programs before them write where they have no value. */
const ABSENT = new Set(["", "nan", "-nan", "null", "none", "unknown", "unavailable", "undefined", "n/a"]);

/** What a device wrote where a number belongs: the number, null for "not available", or why it is neither. */
export type NumberRead = number | null | { readonly reason: string };

/**
 * Read a number out of a JSON value or a bare text. Decimal text is a number; "nan", "unavailable" and an empty text are
 * "not available"; anything else is a fault, never 0.
 */
export function readNumber(value: unknown): NumberRead {
  if (value === null) return null;
  if (typeof value === "number") return inRange(value);
  if (typeof value !== "string") return { reason: `is ${kindOf(value)}, not a number` };
  const text = value.trim();
  if (ABSENT.has(text.toLowerCase())) return null;
  return DECIMAL.test(text) ? inRange(Number(text)) : { reason: "is text, not a number" };
}

function inRange(value: number): NumberRead {
  // JSON has no NaN, but it can write 1e400.
  return Number.isFinite(value) ? value : { reason: "is out of range" };
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : typeof value === "boolean" ? "true or false" : typeof value;
}
