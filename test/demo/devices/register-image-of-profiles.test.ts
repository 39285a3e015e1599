import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { profiles } from "../../../hub/decode/profiles/catalogue.ts";
import { type Point, type RegisterProfile, registersOf } from "../../../hub/decode/profiles/device-profile.ts";
import { encodeNumber } from "../../../hub/demo/devices/encode-number.ts";
import { registerImage } from "../../../hub/demo/devices/register-image.ts";
import { readImage } from "./read-image.ts";

const fixed = profiles.filter((profile) => profile.protocol === "registers");

/** Counts of a point, within what a number keeps; sentinels may be among them. */
function countsOf({ encoding, wrapsAt }: Point): fc.Arbitrary<number> {
  if (encoding === "bit") return fc.nat(1);
  if (encoding === "float32") return fc.float({ min: -1e6, max: 1e6, noNaN: true });
  if (encoding === "float64") return fc.double({ min: -1e9, max: 1e9, noNaN: true });
  const bits = Math.min(16 * registersOf[encoding], 46);
  if (encoding.startsWith("int")) return fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
  return fc.integer({ min: 0, max: Math.min(2 ** bits, wrapsAt ?? Number.POSITIVE_INFINITY) - 1 });
}

/** What the hub reads when the points hold these counts and the scale factors these exponents; nothing of it is scaled here. */
function readCounts(
  profile: RegisterProfile,
  counts: Readonly<Record<string, number>>,
  exponents: ReadonlyMap<number, number>,
) {
  const words = new Map<string, number>();
  for (const [key, point] of Object.entries(profile.points)) {
    const table = point.table ?? profile.table;
    const count = counts[key] ?? 0;
    if (point.encoding === "bit") {
      const place = `${table} ${point.at}`;
      words.set(place, (words.get(place) ?? 0) | (count << (point.bit ?? 0)));
    } else {
      const { encoding, words: order = profile.words } = point;
      encodeNumber(count, { encoding, words: order }).forEach((word, index) => {
        words.set(`${table} ${point.at + index}`, word);
      });
    }
    if (point.scaleAt !== undefined)
      words.set(`${table} ${point.scaleAt}`, (exponents.get(point.scaleAt) ?? 0) & 0xffff);
  }
  return readImage(profile, { readWord: (table, address) => words.get(`${table} ${address}`) ?? 0 });
}

describe("every profile with fixed registers", () => {
  test("is walked", () => {
    expect(fixed.length).toBeGreaterThanOrEqual(20);
  });

  test.each(fixed.map((profile) => [profile.name, profile] as const))(
    "%s: what its image shows is what the hub reads",
    (_name, profile) => {
      const { points, sums = {} } = profile;
      const scaleAddresses = [...new Set(Object.values(points).flatMap(({ scaleAt }) => scaleAt ?? []))];
      const held = fc.record(Object.fromEntries(Object.entries(points).map(([key, point]) => [key, countsOf(point)])));
      const exponents = fc.array(fc.integer({ min: -3, max: 3 }), {
        minLength: scaleAddresses.length,
        maxLength: scaleAddresses.length,
      });
      fc.assert(
        fc.property(held, exponents, (counts, factors) => {
          const scales = new Map(scaleAddresses.map((address, index) => [address, factors[index] ?? 0]));
          const read = readCounts(profile, counts, scales);
          const shown = read
            .filter(({ key }) => !Object.hasOwn(sums, key))
            .map(({ key, value }) => [key, value] as const);
          expect(shown.map(([key]) => key).sort()).toEqual(Object.keys(points).sort());
          const image = registerImage(profile, {
            values: Object.fromEntries(shown),
            scales: Object.fromEntries(scales),
          });
          expect(readImage(profile, image)).toEqual(read);
        }),
        { numRuns: 25 },
      );
    },
  );
});
