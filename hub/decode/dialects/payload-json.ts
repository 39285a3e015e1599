/** Largest payload that is looked at: what the hub's own broker takes, and far more than any meter says. */
export const LARGEST_PAYLOAD_BYTES = 262_144;
/** How deep a path of names may lead; the deepest known device nests four objects. */
const DEEPEST_PATH = 12;

export type JsonObject = Readonly<Record<string, unknown>>;

/** A payload as JSON, or why it is none. */
export type ParsedPayload = { readonly json: unknown } | { readonly reason: string };

/** A payload as text, without a byte order mark and without the NUL bytes and white space some devices add. */
export function textOfPayload(payload: Uint8Array): string {
  return new TextDecoder().decode(payload).replaceAll("\0", "").trim();
}

/** Parse a payload as JSON. Numbers past the largest float come out infinite: whoever takes a number must look. */
export function parsePayload(payload: Uint8Array): ParsedPayload {
  if (payload.byteLength > LARGEST_PAYLOAD_BYTES) return { reason: `more than ${LARGEST_PAYLOAD_BYTES} bytes` };
  const text = textOfPayload(payload);
  if (text === "") return { reason: "empty payload" };
  try {
    return { json: JSON.parse(text) };
  } catch {
    return { reason: "not JSON" };
  }
}

/** Parse a payload that must be a JSON object, or say why it is none. */
export function parseObject(payload: Uint8Array): { readonly object: JsonObject } | { readonly reason: string } {
  const parsed = parsePayload(payload);
  if ("reason" in parsed) return parsed;
  return isJsonObject(parsed.json) ? { object: parsed.json } : { reason: "not a JSON object" };
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A property the message itself has; undefined for one that is missing or that every object inherits. */
export function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as JsonObject)[name]
    : undefined;
}

/**
 * What stands at a path of names joined by dots, such as `ENERGY.Power` or `ENERGY.Power.0` (lists count from 0).
 * A name that holds a dot itself is found too.
 */
export function valueAtPath(json: unknown, path: string, depth = 0): unknown {
  const whole = propertyOf(json, path);
  if (whole !== undefined || depth >= DEEPEST_PATH) return whole;
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const inner = propertyOf(json, path.slice(0, dot));
    const found = inner === undefined ? undefined : valueAtPath(inner, path.slice(dot + 1), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
