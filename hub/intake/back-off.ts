/** Bounds of the wait between attempts to reach something that does not answer. */
export interface BackOffLimits {
  /** Ceiling of the wait before the first repeat. */
  readonly firstMs: number;
  /** Ceiling that no wait passes, however long the trouble lasts. */
  readonly longestMs: number;
}

/** Doublings beyond this pass any sensible ceiling, and 2 ** attempt must stay a number. */
const MOST_DOUBLINGS = 30;

/**
 * How long to wait before the next attempt: anything from nothing to a ceiling that doubles ("exponential back-off with
 * full jitter"), so that hubs that lost one broker together do not all come back in the same second. Pure.
 * @param attempt how many attempts failed in a row before, from 0
 * @param chance  from 0 (inclusive) to 1 (exclusive), as `Math.random` gives it
 * @returns       whole ms
 */
export function jitteredWait(attempt: number, chance: number, { firstMs, longestMs }: BackOffLimits): number {
  return Math.round(chance * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, MOST_DOUBLINGS)));
}
