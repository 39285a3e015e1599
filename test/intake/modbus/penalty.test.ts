import { expect, test } from "vitest";
import { afterSilence, LONGEST_REST_MS, mayAsk, noPenalty } from "../../../hub/intake/modbus/penalty.ts";

test("a device that never answered is asked at once", () => {
  expect(mayAsk(noPenalty, 0)).toBe(true);
});

test("one lost answer costs nothing, then the rests double up to the longest", () => {
  let penalty = noPenalty;
  const rests: number[] = [];
  for (let silence = 0; silence < 40; silence += 1) {
    penalty = afterSilence(penalty, 1_000);
    rests.push(penalty.until - 1_000);
  }
  expect(rests.slice(0, 7)).toEqual([0, 10_000, 20_000, 40_000, 80_000, 120_000, 120_000]);
  expect(rests.at(-1)).toBe(LONGEST_REST_MS);
});

test("it is asked again exactly when its rest is over", () => {
  const penalty = afterSilence(afterSilence(noPenalty, 0), 5_000);
  expect(mayAsk(penalty, 14_999)).toBe(false);
  expect(mayAsk(penalty, 15_000)).toBe(true);
});

test("in an hour a dead device costs its bus less than one timeout of a second a minute", () => {
  let penalty = noPenalty;
  let asked = 0;
  for (let now = 0; now < 3_600_000; now += 5_000) {
    if (!mayAsk(penalty, now)) continue;
    asked += 1;
    penalty = afterSilence(penalty, now + 1_000);
  }
  expect(asked).toBeLessThanOrEqual(36);
});
