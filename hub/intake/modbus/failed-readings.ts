import type { RegisterBlock } from "../../decode/registers/register-block.ts";
import { type Reading, SeriesKey } from "../../reading.ts";
import { type EpochMs, MINUTE } from "../../units.ts";

/** A read that failed is written down once in this time for each series: a dead device must not fill the card. */
export const FAILURE_EVERY_MS = MINUTE;

/** What a block would have said: the series of its points and sums, without a value. */
export type NoteFailure = (device: string, block: RegisterBlock, at: EpochMs) => readonly Reading[];

/** Failures as readings, seldom for each series. A clock that was put back begins anew. */
export function rareFailures(): NoteFailure {
  const noted = new Map<string, EpochMs>();
  return (device, { points, sums = {} }, at) =>
    [...Object.keys(points), ...Object.keys(sums)].flatMap((key): readonly Reading[] => {
      const last = noted.get(key);
      if (last !== undefined && at >= last && at - last < FAILURE_EVERY_MS) return [];
      noted.set(key, at);
      return [{ series: SeriesKey(`${device}/${key}`), at, stampedBy: "arrival", outcome: "read_failed", value: null }];
    });
}
