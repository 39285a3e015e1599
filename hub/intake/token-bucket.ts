import type { Rate } from "./limits.ts";

export interface TokenBucket {
  /** Take one token; false when there is none. */
  take(): boolean;
  /** True when nothing was taken for so long that the bucket is as good as new. */
  isFull(): boolean;
}

/**
 * Allows `burst` at once and `perSecond` for ever.
 * @param now monotonic ms
 */
export function tokenBucket({ burst, perSecond }: Rate, now: () => number): TokenBucket {
  let tokens = burst;
  let filledAt = now();
  const fill = (): void => {
    const at = now();
    tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * perSecond);
    filledAt = at;
  };
  return {
    take() {
      fill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    isFull() {
      fill();
      return tokens >= burst;
    },
  };
}

/** Most keys a family of buckets remembers before it lets go of the full ones. */
const REMEMBERED_KEYS = 10_000;

/** One bucket a key (an address, a client id). Full buckets are forgotten, so memory does not grow with strangers. */
export function bucketsByKey(rate: Rate, now: () => number): (key: string) => TokenBucket {
  const buckets = new Map<string, TokenBucket>();
  return (key) => {
    let bucket = buckets.get(key);
    if (bucket === undefined) {
      if (buckets.size >= REMEMBERED_KEYS) forgetSome(buckets);
      bucket = tokenBucket(rate, now);
      buckets.set(key, bucket);
    }
    return bucket;
  };
}

function forgetSome(buckets: Map<string, TokenBucket>): void {
  for (const [key, bucket] of buckets) if (bucket.isFull()) buckets.delete(key);
  // All of them busy: the oldest tenth starts anew rather than memory growing.
  const excess = buckets.size - REMEMBERED_KEYS * 0.9;
  for (const key of [...buckets.keys()].slice(0, Math.max(0, Math.ceil(excess)))) buckets.delete(key);
}
