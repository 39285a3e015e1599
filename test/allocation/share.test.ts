import fc from "fast-check";
import { expect, test } from "vitest";
import { coefficientsTo6, parseShare, shareInWords, sumShares } from "../../hub/allocation/share.ts";

test.each([
  ["0.3", 3n, 10n],
  ["3/10", 3n, 10n],
  ["1", 1n, 1n],
  ["1.000", 1n, 1n],
  ["0", 0n, 1n],
  ["0/7", 0n, 1n],
  ["6/8", 3n, 4n],
  ["0.333333333333", 333333333333n, 1000000000000n],
])("%s is read exactly", (text, numerator, denominator) => {
  expect(parseShare(text)).toEqual({ numerator, denominator });
});

test.each(["", "1,5", "-1", "+1", "1/0", "1/-3", ".5", "5.", "1e-3", "1/2/3", "0.1/2", " 1", "NaN", "0.1234567890123"])(
  "%j is refused, never taken for 0",
  (text) => {
    expect(() => parseShare(text)).toThrow(RangeError);
  },
);

test("ten tenths are one, which floats do not know", () => {
  expect(sumShares(Array.from({ length: 10 }, () => parseShare("0.1")))).toEqual({ numerator: 1n, denominator: 1n });
  expect(shareInWords(sumShares(["1/3", "1/6", "0.25"].map(parseShare)))).toBe("3/4");
  expect(sumShares([])).toEqual({ numerator: 0n, denominator: 1n });
});

test("coefficients come in code-unit order, whatever the order of the key", () => {
  const b = { member: "b", millionths: 333_333 };
  const expected = [{ member: "B", millionths: 333_334 }, { member: "a", millionths: 333_333 }, b];
  expect(coefficientsTo6({ b: "1/3", a: "1/3", B: "1/3" })).toEqual(expected);
  expect(coefficientsTo6({ B: "1/3", b: "1/3", a: "1/3" })).toEqual(expected);
});

test("shares of a whole are one million millionths after rounding too", () => {
  const anyParts = fc.array(fc.integer({ min: 1, max: 999_999_999 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(anyParts, (parts) => {
      const whole = parts.reduce((sum, part) => sum + part, 0);
      const coefficients = coefficientsTo6(
        Object.fromEntries(parts.map((part, index) => [`m${index}`, `${part}/${whole}`])),
      );
      expect(coefficients.reduce((sum, one) => sum + one.millionths, 0)).toBe(1_000_000);
      for (const { member, millionths } of coefficients) {
        const exact = (parts[Number(member.slice(1))]! * 1_000_000) / whole;
        expect(Math.abs(millionths - exact)).toBeLessThan(1);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("a key that leaves a part unassigned keeps it unassigned", () => {
  expect(coefficientsTo6({ a: "1/3", b: "1/3" }).map((one) => one.millionths)).toEqual([333_333, 333_333]);
  expect(coefficientsTo6({})).toEqual([]);
});
