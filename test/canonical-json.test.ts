import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, sha256Hex } from "../hub/canonical-json.ts";

test.each([
  ["keys by code unit", { b: 1, a: 2, B: 3, "\u00e9": 4, "": 5 }, '{"":5,"B":3,"a":2,"b":1,"\u00e9":4}'],
  ["keys that look like numbers", { 10: 1, 9: 2 }, '{"10":1,"9":2}'],
  [
    "code units, not code points (RFC 8785 section 3.2.3)",
    { "\ufb33": 1, "\ud83d\ude00": 2 },
    '{"\ud83d\ude00":2,"\ufb33":1}',
  ],
  ["undefined members", { a: undefined, b: null }, '{"b":null}'],
  ["nesting", { z: [{ y: 1, x: [] }, "a b"], a: {} }, '{"a":{},"z":[{"x":[],"y":1},"a b"]}'],
  ["numbers", [1, -0, 1e21, 1e-7, 0.1], "[1,0,1e+21,1e-7,0.1]"],
  ["text", 'a"\n\u2028', '"a\\"\\n\u2028"'],
])("%s", (_name, value, text) => {
  expect(canonicalJson(value)).toBe(text);
});

test.each([
  ["NaN", Number.NaN],
  ["an infinity", [Number.POSITIVE_INFINITY]],
  ["nothing", undefined],
  ["a hole in a list", new Array(1)],
  ["a BigInt", { a: 1n }],
  ["a function", () => 1],
  ["a date", new Date(0)],
  ["a map", new Map([[1, 2]])],
  ["a lone surrogate", "\ud800"],
])("%s has no canonical JSON", (_name, value) => {
  expect(() => canonicalJson(value)).toThrow(RangeError);
});

test("it is JSON, and the order of keys does not matter", () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: "binary" }), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

test("lists that were spelled before are written in the same letters", () => {
  const list = fc.array(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string()));
  fc.assert(
    fc.property(list, list, (one, other) => {
      const spelled = new Map();
      for (const value of [{ one, other }, [other, { again: one }], one]) {
        expect(canonicalJson(value, spelled)).toBe(canonicalJson(value));
      }
    }),
  );
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}

// FIPS 180-4 example, and the digest of no bytes.
test.each([
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
])("sha256 of %j", (text, digest) => {
  expect(sha256Hex(text)).toBe(digest);
  expect(sha256Hex(new TextEncoder().encode(text))).toBe(digest);
});
