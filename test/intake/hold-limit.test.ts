import { expect, test } from "vitest";
import { holdLimitMs } from "../../hub/intake/hold-limit.ts";
import { brokerLimits } from "../../hub/intake/limits.ts";

test.each([
  ["no keep-alive: the longest", 0, 60_000],
  ["1 s: a commit window and a slow sync, before the broker drops it at 1.5 s", 1, 1_250],
  ["2 s", 2, 1_250],
  ["10 s: half of it", 10, 5_000],
  ["60 s", 60, 30_000],
  ["1 h: the longest", 3_600, 60_000],
])("%s", (_name, keepAliveS, ms) => {
  expect(holdLimitMs(keepAliveS, brokerLimits)).toBe(ms);
});

test("with a long commit window the hold is longer, never past the broker's own patience", () => {
  const limits = { ...brokerLimits, shortestHoldMs: 10_250 };
  expect([1, 5, 8, 60].map((keepAliveS) => holdLimitMs(keepAliveS, limits))).toEqual([1_400, 7_000, 10_250, 30_000]);
});
