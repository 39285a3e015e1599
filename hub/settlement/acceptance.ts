import type { EpochMs } from "../units.ts";

/** Somebody accepts estimated energy of a metering point as good enough to become final. Append-only. */
export interface Acceptance {
  readonly point: string;
  /** Half-open. */
  readonly from_ms: EpochMs;
  readonly to_ms: EpochMs;
  readonly by: string;
  readonly reason: string;
  readonly made_ms: EpochMs;
}

export interface AcceptanceLog {
  /** On the disk when it resolves. */
  add(acceptance: Acceptance): Promise<void>;
  /** All of them, oldest first. */
  list(): Promise<readonly Acceptance[]>;
}

/** True when an interval of a metering point lies inside accepted time. */
export function isAccepted(
  acceptances: readonly Acceptance[],
  point: string,
  interval: { readonly from: number; readonly to: number },
): boolean {
  return acceptances.some((each) => each.point === point && each.from_ms <= interval.from && interval.to <= each.to_ms);
}
