import fc from "fast-check";
import { expect, test } from "vitest";
import { LATEST_AHEAD_MS } from "../../hub/decode/device-stamp.ts";
import { decodeSenml } from "../../hub/decode/senml.ts";
import { EpochMs } from "../../hub/units.ts";

/** A minute into 1970: a hub that was never told the time. */
const ARRIVED = EpochMs(60_000);
const stampOf = (t: number, arrivedAt = ARRIVED) => {
  const pack = JSON.stringify([{ n: "voltage", u: "V", v: 1, t }]);
  return decodeSenml("d1", pack, arrivedAt, "in_doubt").readings.map(({ at, stampedBy }) => [at, stampedBy]);
};

test.each<[string, number, number, "device" | "arrival"]>([
  ["a stamp of today is the device's own", 1.79e9, 1.79e12, "device"],
  ["one of 2001 too", 980_000_000, 980_000_000_000, "device"],
  ["a device that was never set has none", 5e8, ARRIVED, "arrival"],
  ["nor has one beyond this century", 5e9, ARRIVED, "arrival"],
  ["nor one beyond all numbers", 1e300, ARRIVED, "arrival"],
  ["half a minute ago", -30, ARRIVED - 30_000, "arrival"],
  ["before 1970 began: arrival counts", -61, ARRIVED, "arrival"],
])("under a doubted clock: %s", (_name, t, at, stampedBy) => {
  expect(stampOf(t)).toEqual([[at, stampedBy]]);
});

test("a doubted clock of this year keeps how old buffered readings are, up to a year", () => {
  const now = EpochMs(1_790_000_000_000);
  expect(stampOf(-86_400, now)).toEqual([[now - 86_400_000, "arrival"]]);
  expect(stampOf(-2 * 31_622_400, now)).toEqual([[now, "arrival"]]);
});

test("any stamp at all decodes to one moment that can be kept", () => {
  const clock = fc.constantFrom("known_good" as const, "in_doubt" as const);
  const arrived = fc.integer({ min: 0, max: 4e12 }).map(EpochMs);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), arrived, clock, (t, arrivedAt, hubClock) => {
      const pack = JSON.stringify([{ n: "voltage", u: "V", v: 1, t }]);
      const { readings } = decodeSenml("d1", pack, arrivedAt, hubClock);
      expect(readings).toHaveLength(1);
      for (const { at, stampedBy } of readings) {
        expect(Number.isSafeInteger(at) && at >= 0).toBe(true);
        if (hubClock === "known_good") expect(at).toBeLessThanOrEqual(arrivedAt + LATEST_AHEAD_MS);
        if (stampedBy === "arrival") expect(at).toBeLessThanOrEqual(arrivedAt + LATEST_AHEAD_MS);
      }
    }),
  );
});
