import fc from "fast-check";
import { expect, test } from "vitest";
import { bucketsByKey, tokenBucket } from "../../hub/intake/token-bucket.ts";

test("never more than the burst and the rate allow, whenever it is asked", () => {
  fc.assert(
    fc.property(
      fc.record({ burst: fc.integer({ min: 1, max: 50 }), perSecond: fc.integer({ min: 1, max: 100 }) }),
      fc.array(fc.nat(500), { maxLength: 300 }),
      (rate, waits) => {
        let now = 0;
        let taken = 0;
        const bucket = tokenBucket(rate, () => now);
        for (const wait of waits) {
          now += wait;
          if (bucket.take()) taken += 1;
          expect(taken).toBeLessThanOrEqual(rate.burst + (now / 1000) * rate.perSecond + 1e-6);
        }
      },
    ),
  );
});

test("a full bucket gives its burst, and one token comes back in its time", () => {
  let now = 0;
  const bucket = tokenBucket({ burst: 3, perSecond: 0.5 }, () => now);
  expect([1, 2, 3, 4].map(() => bucket.take())).toEqual([true, true, true, false]);
  now = 1_999;
  expect(bucket.take()).toBe(false);
  now = 2_000;
  expect([bucket.take(), bucket.take(), bucket.isFull()]).toEqual([true, false, false]);
  now = 60_000;
  expect(bucket.isFull()).toBe(true);
});

test("keys do not share, and a stranger's key does not stay for ever", () => {
  let now = 0;
  const bucketOf = bucketsByKey({ burst: 1, perSecond: 1 }, () => now);
  expect(bucketOf("a").take()).toBe(true);
  expect(bucketOf("a").take()).toBe(false);
  expect(bucketOf("b").take()).toBe(true);
  const before = bucketOf("a");
  now = 1_000;
  for (let index = 0; index < 10_000; index += 1) bucketOf(`stranger ${index}`).take();
  expect(bucketOf("a")).not.toBe(before);
});
