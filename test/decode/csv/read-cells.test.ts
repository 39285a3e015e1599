import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exactEnergy, wattHoursOf, wholeMilliWattHours } from "../../../hub/decode/csv/exact-energy.ts";
import { type Decimal, readDecimal } from "../../../hub/decode/csv/read-decimal.ts";
import { Ms, milliWattHoursFromWh } from "../../../hub/units.ts";

const point = { decimal: ".", noReading: new Set(["missing"]) } as const;
const comma = { decimal: ",", noReading: new Set<string>() } as const;
const HOUR_MS = Ms(3_600_000);

describe("numbers", () => {
  test.each([
    ["0", 0n, 0],
    ["1.5", 15n, 1],
    [" 1.50 ", 150n, 2],
    ["-0.25", -25n, 2],
    ["−3", -3n, 0],
    ["+7", 7n, 0],
    [".5", 5n, 1],
    ["5.", 5n, 0],
    ["1e3", 1n, -3],
    ["1.2E-05", 12n, 6],
    ["0.30000000000000004", 30000000000000004n, 17],
  ])("%s", (text, coefficient, places) => {
    expect(readDecimal(text, point)).toEqual({ coefficient, places });
  });

  test("a decimal comma is read as one when the map says so", () => {
    expect(readDecimal("1,5", comma)).toEqual({ coefficient: 15n, places: 1 });
    expect(readDecimal("-1234,567", comma)).toEqual({ coefficient: -1234567n, places: 3 });
  });

  test.each(["", " ", "-", "NaN", "nan", "null", "NULL", "None", "N/A", "#N/A", "–", "MISSING"])(
    '"%s" is no reading, never 0',
    (text) => {
      expect(readDecimal(text, point)).toBeNull();
    },
  );

  test.each([
    ["1,5", point, /decimal: ","/],
    ["1,500", point, /decimal: ","/],
    ["1,234.5", point, /separators of thousands/],
    ["1 234.5", point, /separators of thousands/],
    ["1'234", point, /separators of thousands/],
    ["1.234.567", point, /separators of thousands/],
    ["1.234,5", comma, /separators of thousands/],
    ["1.5", comma, /correct decimal/],
    ["1.5 kWh", point, /Correct the cell/],
    ["Infinity", point, /Correct the cell/],
    ["0x10", point, /Correct the cell/],
    ["e5", point, /Correct the cell/],
    ["1e300", point, /Round/],
    ["--5", point, /Correct the cell/],
    ["true", point, /Correct the cell/],
  ] as const)('"%s" is refused', (text, style, remedy) => {
    expect(readDecimal(text, style)).toMatchObject({ remedy: expect.stringMatching(remedy) });
  });
});

describe("energy", () => {
  const inMwh = (text: string, unit: Parameters<typeof exactEnergy>[1], interval = HOUR_MS) =>
    wholeMilliWattHours(exactEnergy(readDecimal(text, point) as Decimal, unit, interval) as bigint);

  test.each([
    ["2.2758", "kWh", 2_275_800],
    ["0.0000005", "kWh", 1],
    ["0.0000004999", "kWh", 0],
    ["-0.0000005", "kWh", -1],
    ["1", "Wh", 1000],
    ["0.000001", "MWh", 1000],
    ["1", "W", 1000],
    ["1", "kW", 1_000_000],
    ["0.001", "MW", 1_000_000],
  ] as const)("%s %s in an hour is %i mWh", (text, unit, mwh) => {
    expect(inMwh(text, unit)).toBe(mwh);
  });

  test("mean power over any interval is exact until it is rounded: three thirds of an hour are an hour", () => {
    const third = exactEnergy(readDecimal("0.1", point) as Decimal, "kW", Ms(1_200_000)) as bigint;
    expect(wholeMilliWattHours(third)).toBe(33_333);
    expect(wholeMilliWattHours(third * 3n)).toBe(100_000);
  });

  test("energies add up without an error, and what is published rounds back to the same mWh", () => {
    const cell = fc.tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 200 }), (cells) => {
        const sum = cells.reduce(
          (energy, [digits, places]) =>
            energy + (exactEnergy({ coefficient: BigInt(digits), places }, "kWh", HOUR_MS) as bigint),
          0n,
        );
        const expected = cells.reduce((mwh, [digits, places]) => mwh + BigInt(digits) * 10n ** BigInt(6 - places), 0n);
        const mwh = wholeMilliWattHours(sum);
        expect(BigInt(mwh)).toBe(expected);
        expect(milliWattHoursFromWh(Number(JSON.stringify(wattHoursOf(mwh))))).toBe(mwh);
      }),
    );
  });
});
