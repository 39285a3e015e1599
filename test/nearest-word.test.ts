import { expect, test } from "vitest";
import { nearestWord, remedyForUnknown } from "../hub/nearest-word.ts";

test.each([
  ["prot", ["host", "port"], "port"],
  ["PORT", ["host", "port"], "port"],
  ["grace-minutes", ["grace_minutes"], "grace_minutes"],
  ["commit_window", ["commit_window_ms"], "commit_window_ms"],
  ["hots", ["host", "port"], "host"],
  ["dya", ["data", "day"], "day"],
  ["lgo", ["log"], "log"],
  ["colour", ["host", "port"], undefined],
  ["x", [], undefined],
])("nearest to %s of %j is %s", (word, candidates, nearest) => {
  expect(nearestWord(word, candidates)).toBe(nearest);
});

test("the remedy names the nearest word, all words, or the way out", () => {
  expect(remedyForUnknown("prot", ["port"])).toBe("Write port instead.");
  expect(remedyForUnknown("colour", ["host", "port"])).toBe("Use one of host, port.");
  expect(remedyForUnknown("colour", [])).toBe("Remove it.");
});
