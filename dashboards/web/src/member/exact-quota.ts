/** An exact quota as the hub writes it, taken apart as text: no float decides what this page claims. */
export interface ExactQuota {
  /** Whole mWh. */
  readonly whole_mwh: number;
  /** What is left below one mWh, such as `9/19`; null when nothing is. */
  readonly fraction: string | null;
}

const PATTERN = /^(?:(\d+)(?: (\d+\/\d+))?|(\d+\/\d+))$/;

/** @param text `115789 9/19`, `115789` or `9/19`, in mWh; undefined for anything else */
export function readQuota(text: string): ExactQuota | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  return { whole_mwh: Number(match[1] ?? 0), fraction: match[2] ?? match[3] ?? null };
}

/** How the quota became whole mWh: cut at the member's own use, or rounded, or neither. */
export function roundingOf(
  quota: ExactQuota,
  tier: { readonly cap_mwh: number; readonly rounded_up: boolean },
): "capped" | "exact" | "up" | "down" {
  const isAbove = quota.whole_mwh > tier.cap_mwh || (quota.whole_mwh === tier.cap_mwh && quota.fraction !== null);
  if (isAbove) return "capped";
  if (quota.fraction === null) return "exact";
  return tier.rounded_up ? "up" : "down";
}
