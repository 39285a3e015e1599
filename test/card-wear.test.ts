import fc from "fast-check";
import { expect, test } from "vitest";
import { compareWindows, estimateBytesPerDay, yearsOfLife } from "../hub/card-wear.ts";

const rate = { messages_per_s: 50, readings_per_s: 50 };

test.each([
  // 20, 1 and 0.2 commits a second of 6,600 bytes, and 85 bytes a reading.
  [50, (20 * 6_600 + 50 * 85) * 86_400],
  [1_000, (6_600 + 50 * 85) * 86_400],
  [5_000, (0.2 * 6_600 + 50 * 85) * 86_400],
  [0, (50 * 6_600 + 50 * 85) * 86_400],
])("50 readings/s at a window of %i ms", (window, bytes) => {
  expect(estimateBytesPerDay(rate, window)).toBe(Math.round(bytes));
});

test("full commits do not wait for the window", () => {
  const flood = { messages_per_s: 20_000, readings_per_s: 20_000 };
  expect(estimateBytesPerDay(flood, 5_000)).toBe((20 * 6_600 + 20_000 * 85) * 86_400);
});

test("years: 30 TB at 1 GB a day; nothing written wears nothing", () => {
  expect(yearsOfLife(1e9, 30)).toBeCloseTo(82.1, 1);
  expect(yearsOfLife(0, 30)).toBeNull();
});

test("a longer window never wears more, more readings never wear less", () => {
  const pace = fc.double({ min: 0.01, max: 1e4, noNaN: true });
  const window = fc.integer({ min: 1, max: 10_000 });
  fc.assert(
    fc.property(pace, pace, window, window, (messages, perMessage, a, b) => {
      const intake = { messages_per_s: messages, readings_per_s: messages * perMessage };
      const more = { ...intake, readings_per_s: intake.readings_per_s * 2 };
      expect(estimateBytesPerDay(intake, Math.max(a, b))).toBeLessThanOrEqual(
        estimateBytesPerDay(intake, Math.min(a, b)),
      );
      expect(estimateBytesPerDay(more, a)).toBeGreaterThanOrEqual(estimateBytesPerDay(intake, a));
    }),
  );
});

test("the chosen window stands among the compared ones, once", () => {
  const windows = (chosen: number) => compareWindows(rate, chosen, 30).map(({ window_ms }) => window_ms);
  expect(windows(1_000)).toEqual([50, 1_000, 5_000]);
  expect(windows(250)).toEqual([50, 250, 1_000, 5_000]);
});
