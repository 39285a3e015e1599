import fc from "fast-check";
import { expect, test } from "vitest";
import { fillMatrix } from "../../hub/allocation/plant-matrix.ts";
import { splitAmount } from "../../hub/allocation/split-demand.ts";
import { anyEnergy, RUNS } from "./any-input.ts";

test.each([
  [
    "whole quotas",
    [4, 6],
    [5, 5],
    [
      [2, 2],
      [3, 3],
    ],
  ],
  [
    "two by two, all halves",
    [1, 1],
    [1, 1],
    [
      [1, 0],
      [0, 1],
    ],
  ],
  ["nothing was given", [0, 0], [0], [[0], [0]]],
  ["one plant", [7], [3, 4], [[3, 4]]],
  [
    "a plant that gave nothing",
    [0, 7],
    [3, 4],
    [
      [0, 0],
      [3, 4],
    ],
  ],
  ["no plants", [], [], []],
])("%s", (_name, rows, columns, expected) => {
  expect(fillMatrix({ rows, columns })).toEqual(expected);
});

/** Two ways to divide one amount. */
const anyMargins = fc
  .tuple(
    anyEnergy,
    fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(9), { minLength: 1, maxLength: 9 }),
  )
  .filter(([, a, b]) => a.some((one) => one > 0) && b.some((one) => one > 0))
  .map(([amount, a, b]) => ({ rows: [...splitAmount(amount, a, 0)], columns: [...splitAmount(amount, b, 0)] }));

test("both margins are met exactly, each cell is less than one mWh from its quota, and it is always the same", () => {
  fc.assert(
    fc.property(anyMargins, ({ rows, columns }) => {
      const cells = fillMatrix({ rows, columns });
      const total = rows.reduce((sum, row) => sum + row, 0);
      expect(cells.map((row) => row.reduce((sum, cell) => sum + cell, 0))).toEqual(rows);
      expect(columns.map((_, column) => cells.reduce((sum, row) => sum + row[column]!, 0))).toEqual(columns);
      for (const [row, amount] of rows.entries()) {
        for (const [column, got] of columns.entries()) {
          const off = BigInt(cells[row]![column]!) * BigInt(total) - BigInt(amount) * BigInt(got);
          expect(cells[row]![column]).toBeGreaterThanOrEqual(0);
          expect(total === 0 || (off < BigInt(total) && -off < BigInt(total))).toBe(true);
        }
      }
      expect(fillMatrix({ rows, columns })).toEqual(cells);
    }),
    { numRuns: RUNS },
  );
});

test("twenty plants and a thousand members", () => {
  const rows = Array.from({ length: 20 }, (_, index) => 100_003 + 7_919 * index);
  const total = rows.reduce((sum, row) => sum + row, 0);
  const weights = Array.from({ length: 1_000 }, (_, index) => (index * 2_654_435_761) % 1_009);
  const columns = [...splitAmount(total, weights, 3)];
  const cells = fillMatrix({ rows, columns });
  expect(cells.map((row) => row.reduce((sum, cell) => sum + cell, 0))).toEqual(rows);
  expect(columns.map((_, column) => cells.reduce((sum, row) => sum + row[column]!, 0))).toEqual(columns);
});

test("margins of different sums are a bug", () => {
  expect(() => fillMatrix({ rows: [1], columns: [2] })).toThrow("plants gave 1 mWh, but members got 2 mWh");
});
