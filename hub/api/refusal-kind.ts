/**
 * Reasons are sentences with names and values in them; a metric needs few and stable words. First match counts.
 * `other` is what no line here knows: new dialects add their own.
 */
const kinds = [
  ["empty", /^empty payload/],
  ["not_json", /^not JSON/],
  ["oversized", /^packet of \d+ bytes is over|^more than \d+ records/],
  ["not_a_pack", /^not a SenML pack|^empty SenML pack/],
  ["not_supported", /must be understood and is not$|^SenML version|^base sums/],
  ["field_type", /^field ".*" must be/],
  ["name", /^name ".*" is not/],
  ["unit_missing", /^no unit for/],
  ["unit_foreign", /^unit ".*" is foreign to/],
  ["value", /^no number for|^value of .* is out of range/],
] as const;

export type RefusalKind = (typeof kinds)[number][0] | "other";

export const refusalKinds: readonly RefusalKind[] = [...kinds.map(([kind]) => kind), "other"];

/** The kind of a refusal's reason in words. Pure. */
export function kindOfRefusal(reason: string): RefusalKind {
  return kinds.find(([, pattern]) => pattern.test(reason))?.[0] ?? "other";
}
