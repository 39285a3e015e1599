import fc from "fast-check";
import { expect, test } from "vitest";
import { pageNames, readAddress, writeAddress } from "../../dashboards/web/src/state/address.ts";

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
const minutes = fc.integer({ min: 0, max: 4_000_000 * 15 }).map((minute) => minute * 60_000);
const days = fc.integer({ min: 0, max: 40_000 }).map((day) => new Date(day * 86_400_000).toISOString().slice(0, 10));

test("what is written into an address is read back from it", () => {
  const names = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/);
  fc.assert(
    fc.property(
      fc.record({
        page: fc.constantFrom(...pageNames),
        device: orNull(names),
        day: orNull(days),
        member: orNull(names),
        at_ms: orNull(minutes),
      }),
      (address) => {
        expect(readAddress(writeAddress(address))).toEqual(address);
      },
    ),
  );
});

test.each([
  ["nothing", ""],
  ["no day, no member, no moment", "?day=20.6.2026&member=&at=now"],
  ["a moment without a zone", "?at=2026-06-20T10:15"],
  ["a moment that does not exist", "?at=2026-13-20T10:15Z"],
  ["a page that does not exist", "?page=wallet"],
])("an address with %s shows the newest day", (_name, query) => {
  expect(readAddress(query)).toEqual({ page: "community", device: null, day: null, member: null, at_ms: null });
});
