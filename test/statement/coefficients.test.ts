import fc from "fast-check";
import { expect, test } from "vitest";
import type { Community } from "../../hub/members/community.ts";
import { controlLetters, parseCups } from "../../hub/statement/cups.ts";
import { cupsOfMeteringPoints, formatSpanishCoefficients } from "../../hub/statement/format-spanish-coefficients.ts";

/** A CUPS with right control letters. */
const cupsOf = (number: number): string => {
  const digits = String(number).padStart(16, "0");
  return `ES${digits}${controlLetters(digits)}`;
};

/** Control letters as the validators of other projects publish them. */
test.each([
  ["ES1234123456789012JY", "ES1234123456789012JY"],
  ["es 1234-123456789012-JY 1f", "ES1234123456789012JY1F"],
  ["ES0291000000000001DN0F", "ES0291000000000001DN0F"],
])("%s is a CUPS", (text, cups) => expect(parseCups(text)).toBe(cups));

test.each([
  ["ES1234123456789012XY", "its control letters should be JY, not XY"],
  ["ES0291000000000001DX0F", "its control letters should be DN, not DX"],
  ["ES1234123456789012JY1T", "it is not ES, 16 digits and 2 letters"],
  ["ES1234123456789012JY1", "it is not ES, 16 digits and 2 letters"],
  ["FR1234123456789012JY", "it is not ES"],
  ["ES123412345678901JY", "it is not ES"],
  ["", "it is not ES"],
])("%s is none, and the refusal says why", (text, why) => {
  expect(() => parseCups(text)).toThrow(why);
});

const communityOf = (
  shares: Readonly<Record<string, string>>,
  policy: Partial<Community["policy"]> = {},
): Community => ({
  name: "Calle del Agua",
  time_zone: "Europe/Madrid",
  interval_minutes: 60,
  members: Object.keys(shares).map((id) => ({ id })),
  metering_points: [],
  policy: { name: "fixed", tiers: [{ weight: { kind: "fixed", shares } }], surplus: "to_share_owner", ...policy },
});
const named = (...members: readonly string[]) => new Map(members.map((member, index) => [member, cupsOf(index + 1)]));

test("thirds are rounded together: decimal comma, six decimals, by CUPS, exactly 1,000000", () => {
  const file = formatSpanishCoefficients(
    communityOf({ ann: "1/3", ben: "1/3", cem: "1/3" }),
    named("cem", "ben", "ann"),
  );
  expect(file).toBe(`${cupsOf(1)};0,333333\n${cupsOf(2)};0,333333\n${cupsOf(3)};0,333334\n`);
});

test("equal parts of seven, and one who has everything", () => {
  const members = ["a", "b", "c", "d", "e", "f", "g"];
  const equal = communityOf(Object.fromEntries(members.map((member) => [member, "1"])), {
    tiers: [{ weight: { kind: "equal" } }],
  });
  const betas = formatSpanishCoefficients(equal, named(...members))
    .trim()
    .split("\n")
    .map((line) => line.split(";")[1]);
  expect(betas).toEqual(["0,142858", ...Array.from({ length: 6 }, () => "0,142857")]);
  expect(formatSpanishCoefficients(communityOf({ ann: "1", ben: "0" }), named("ann"))).toBe(`${cupsOf(1)};1,000000\n`);
});

test("for any shares that sum to 1, the millionths sum to 1,000,000", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 40 }), (weights) => {
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      fc.pre(total > 0);
      const members = weights.map((_, index) => `m${index}`);
      const shares = Object.fromEntries(members.map((member, index) => [member, `${weights[index]}/${total}`]));
      const lines = formatSpanishCoefficients(communityOf(shares), named(...members))
        .trim()
        .split("\n");
      expect(lines).toHaveLength(members.length);
      for (const line of lines) expect(line).toMatch(/^ES\d{16}[A-Z]{2};[01],\d{6}$/);
      const sum = lines.reduce((all, line) => all + Number(line.split(";")[1]?.replace(",", "")), 0);
      expect(sum).toBe(1_000_000);
    }),
    { numRuns: 100 },
  );
});

test.each<[string, Community, ReadonlyMap<string, string>, RegExp]>([
  ["shares below 1", communityOf({ ann: "0.3", ben: "0.6" }), named("ann", "ben"), /sum to 9\/10, not to 1/],
  ["a member without a CUPS", communityOf({ ann: "0.4", ben: "0.6" }), named("ann"), /no CUPS is known of ben/],
  [
    "one CUPS for two",
    communityOf({ ann: "0.4", ben: "0.6" }),
    new Map([
      ["ann", cupsOf(1)],
      ["ben", cupsOf(1)],
    ]),
    /is given twice/,
  ],
  ["a wrong CUPS", communityOf({ ann: "1" }), new Map([["ann", "ES1234123456789012XY"]]), /should be JY/],
  [
    "a rule by use",
    communityOf({ ann: "1" }, { tiers: [{ weight: { kind: "consumption" } }] }),
    named("ann"),
    /"fixed" shares by consumption/,
  ],
  [
    "two steps",
    communityOf({ ann: "1" }, { tiers: [{ weight: { kind: "equal" } }, { weight: { kind: "equal" } }] }),
    named("ann"),
    /in several steps/,
  ],
])("%s is refused", (_name, community, cups, why) => {
  expect(() => formatSpanishCoefficients(community, cups)).toThrow(why);
});

test("metering points that are named by their CUPS need no other list; a mistyped one is told", () => {
  const point = (id: string, member: string) => ({
    id,
    member,
    role: "consumption" as const,
    series: `${member}/active_energy_import`,
  });
  const community = { ...communityOf({ ann: "1" }), metering_points: [point(cupsOf(5), "ann"), point("home", "ben")] };
  expect([...cupsOfMeteringPoints(community)]).toEqual([["ann", cupsOf(5)]]);
  const mistyped = { ...community, metering_points: [point("ES1234123456789012XY", "ann")] };
  expect(() => cupsOfMeteringPoints(mistyped)).toThrow("should be JY");
});
