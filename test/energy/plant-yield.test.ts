import fc from "fast-check";
import { expect, test } from "vitest";
import { comparePlantYields, type PlantOutput } from "../../hub/energy/plant-yield.ts";
import { MilliWattHours } from "../../hub/units.ts";

/** A plant of `ratedKw` that made `kwh`. */
function plant(point: string, ratedKw: number | undefined, kwh: number): PlantOutput {
  const energy = MilliWattHours(kwh * 1e6);
  return ratedKw === undefined ? { point, energy } : { point, ratedKw, energy };
}

test.each([
  // what, [rated kW, kWh] of each plant, flags, median in kWh per kW
  ["no plants", [], [], null],
  [
    "two plants are too few to compare",
    [
      [5, 5000],
      [5, 1],
    ],
    [null, null],
    null,
  ],
  [
    "three are enough",
    [
      [5, 5000],
      [5, 5000],
      [5, 1],
    ],
    [null, null, "dead"],
    1000,
  ],
  [
    "unrated plants neither count nor are flagged",
    [
      [5, 5000],
      [5, 5000],
      [undefined, 1],
    ],
    [null, null, null],
    null,
  ],
  [
    "size does not matter",
    [
      [1, 1000],
      [10, 10_000],
      [100, 100_000],
      [4, 4100],
    ],
    [null, null, null, null],
    1000,
  ],
  [
    "an even number: between the two in the middle",
    [
      [1, 800],
      [1, 1000],
      [1, 1100],
      [1, 1300],
    ],
    [null, null, null, null],
    1050,
  ],
  [
    "just below and at each threshold",
    [
      [1, 99],
      [1, 100],
      [1, 599],
      [1, 600],
      [1, 1000],
      [1, 1000],
      [1, 1000],
      [1, 1600],
      [1, 1601],
      [1, 1400],
      [1, 1500],
    ],
    ["dead", "weak", "weak", null, null, null, null, null, "high", null, null],
    1000,
  ],
  [
    "a night flags nobody",
    [
      [5, 0],
      [5, 0],
      [5, 0],
    ],
    [null, null, null],
    0,
  ],
] as [string, [number | undefined, number][], (string | null)[], number | null][])(
  "%s",
  (_what, plants, flags, median) => {
    const yields = comparePlantYields(plants.map(([ratedKw, kwh], n) => plant(`plant-${n}`, ratedKw, kwh)));
    expect(yields.map(({ flag }) => flag)).toEqual(flags);
    for (const { medianKwhPerKw } of yields) expect(medianKwhPerKw).toBe(median);
  },
);

test("yield, median and ratio are told", () => {
  const plants = [plant("a", 5, 5000), plant("b", 4, 3200), plant("c", 10, 11_000), plant("d", undefined, 4)];
  expect(comparePlantYields(plants)).toEqual([
    { point: "a", yieldKwhPerKw: 1000, medianKwhPerKw: 1000, ratio: 1, flag: null },
    { point: "b", yieldKwhPerKw: 800, medianKwhPerKw: 1000, ratio: 0.8, flag: null },
    { point: "c", yieldKwhPerKw: 1100, medianKwhPerKw: 1000, ratio: 1.1, flag: null },
    { point: "d", yieldKwhPerKw: null, medianKwhPerKw: 1000, ratio: null, flag: null },
  ]);
});

test("a plant without power is refused", () => {
  expect(() => comparePlantYields([plant("roof", 0, 1)])).toThrow("rated power of roof");
});

test("in a synthetic community exactly the broken plants are flagged, in whatever order", () => {
  const sound = fc.record({ ratedKw: fc.integer({ min: 1, max: 100 }), kwhPerKw: fc.integer({ min: 800, max: 1200 }) });
  fc.assert(
    fc.property(fc.array(sound, { minLength: 5, maxLength: 30 }), fc.infiniteStream(fc.nat()), (roofs, order) => {
      const plants = [
        ...roofs.map(({ ratedKw, kwhPerKw }, n) => plant(`sound-${n}`, ratedKw, ratedKw * kwhPerKw)),
        plant("cut-off", 10, 10),
        plant("half", 10, 3500),
        plant("factor-two", 10, 21_000),
      ];
      const keyed = plants.map((each) => ({ each, key: order.next().value ?? 0 }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ each }) => each);
      const flagged = comparePlantYields(shuffled).flatMap(({ point, flag }) => (flag === null ? [] : [[point, flag]]));
      expect(Object.fromEntries(flagged)).toEqual({ "cut-off": "dead", half: "weak", "factor-two": "high" });
    }),
  );
});
