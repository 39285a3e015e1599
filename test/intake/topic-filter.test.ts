import { expect, test } from "vitest";
import { matchesFilter } from "../../hub/intake/topic-filter.ts";

test.each([
  ["a/b", "a/b", true],
  ["a/b", "a/b/c", false],
  ["a/+", "a/b", true],
  ["a/+", "a", false],
  ["a/+", "a/b/c", false],
  ["a/+/c", "a/b/c", true],
  ["a/#", "a/b/c", true],
  ["a/#", "a", true],
  ["a/#", "ab", false],
  ["#", "a/b", true],
  ["#", "$SYS/x", false],
  ["+/x", "$SYS/x", false],
  ["$SYS/#", "$SYS/x", true],
  ["a//c", "a//c", true],
  ["a/+/c", "a//c", true],
  ["+", "", true],
])("filter %s, topic %s: %s", (filter, topic, expected) => {
  expect(matchesFilter(filter, topic)).toBe(expected);
});
