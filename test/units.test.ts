import fc from "fast-check";
import { expect, test } from "vitest";
import { milliWattHoursFromWh } from "../hub/units.ts";

/** Half away from zero, from the shortest decimal that names the float: what the device sent. */
function fromDecimal(wh: number): number {
  const [, sign = "", whole = "0", decimals = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(String(wh)) ?? [];
  const places = decimals.length - Number(exponent) - 3;
  const digits = BigInt(whole + decimals);
  const scale = 10n ** BigInt(Math.abs(places));
  const rounded = places <= 0 ? digits * scale : (2n * digits + scale) / (2n * scale);
  return Number(sign === "-" ? -rounded : rounded);
}

test.each([
  [0, 0],
  [-0, 0],
  [0.0005, 1],
  [-0.0005, -1],
  [1.0005, 1001],
  [1.001, 1001],
  [1.0014999, 1001],
  [123456789.0125, 123456789013],
  [9007199254740.5, 9007199254740500],
])("%d Wh are %d mWh", (wh, mwh) => {
  expect(milliWattHoursFromWh(wh)).toBe(mwh);
});

test("a register is rounded once, as the decimal the device sent", () => {
  const sent = fc.tuple(fc.integer({ min: -1e13, max: 1e13 }), fc.integer({ min: 0, max: 6 }));
  fc.assert(
    fc.property(
      fc.oneof(
        sent.map(([digits, places]) => digits / 10 ** places),
        fc.float({ noNaN: true }),
      ),
      (wh) => {
        fc.pre(Math.abs(wh) < 9e12);
        expect(milliWattHoursFromWh(wh)).toBe(fromDecimal(wh) + 0);
      },
    ),
    { numRuns: 5_000 },
  );
});
