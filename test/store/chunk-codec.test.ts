import fc from "fast-check";
import { expect, test } from "vitest";
import { byteReader, byteWriter } from "../../hub/store/sqlite/byte-columns.ts";
import { type Columns, decodeChunk, encodeChunk } from "../../hub/store/sqlite/chunk-codec.ts";
import { decodeHeadRow, encodeHeadRow } from "../../hub/store/sqlite/head-row.ts";

const columns = (rows: readonly { at: number; value: number | null }[]): Columns => ({
  at: Float64Array.from(rows, ({ at }) => at),
  value: Float64Array.from(rows, ({ value }) => value ?? Number.NaN),
  flags: Uint8Array.from(rows, ({ value }) => (value === null ? 2 : 0)),
});
const anyValue = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -1e9, max: 1e9 }).map((thousandths) => thousandths / 1000),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(-0, 5e-324, Number.MAX_VALUE, 2 ** 53, 2 ** 50, 2 ** 50 + 1, 0.1 + 0.2),
);

test("whatever goes into a chunk comes out, to the last bit", () => {
  const rows = fc.array(fc.record({ at: fc.integer({ min: 0, max: 4e12 }), value: anyValue }), { maxLength: 300 });
  fc.assert(
    fc.property(rows, (those) => {
      const given = columns(those);
      const read = decodeChunk(encodeChunk(given));
      expect(read.at).toEqual(given.at);
      expect(read.flags).toEqual(given.flags);
      expect([...read.value].every((value, index) => Object.is(value, given.value[index]))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a row of the head comes out as it went in, deliveries included", () => {
  const reading = fc.record({
    seriesId: fc.nat(100_000),
    at: fc.integer({ min: 0, max: 4e12 }),
    value: fc.double(),
    flags: fc.nat(5),
  });
  fc.assert(
    fc.property(
      fc.array(reading, { maxLength: 50 }),
      fc.array(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), { maxLength: 5 }),
      (those, deliveries) => {
        const row = {
          seriesId: those.map(({ seriesId }) => seriesId),
          at: those.map(({ at }) => at),
          value: those.map(({ value }) => value),
          flags: those.map(({ flags }) => flags),
          deliveries,
        };
        const read = decodeHeadRow(encodeHeadRow(row));
        expect({
          ...read,
          at: [...(read.at as Float64Array)],
          value: [...(read.value as Float64Array)],
          flags: [...(read.flags as Uint8Array)],
        }).toEqual(row);
      },
    ),
  );
});

test("numbers of any size survive the varints", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: -(2 ** 52), max: 2 ** 52 })),
      fc.array(fc.maxSafeNat()),
      (signed, unsigned) => {
        const out = byteWriter(1);
        for (const value of signed) out.signed(value);
        for (const value of unsigned) out.unsigned(value);
        const input = byteReader(out.done());
        expect(signed.map(() => input.signed())).toEqual(signed.map((value) => (value === 0 ? 0 : value)));
        expect(unsigned.map(() => input.unsigned())).toEqual(unsigned);
        expect(() => input.byte()).toThrow(/too early/);
      },
    ),
  );
});

test("a chunk of an unknown format is refused, not misread", () => {
  expect(() => decodeChunk(Uint8Array.of(9, 1, 2))).toThrow(/format/);
});
