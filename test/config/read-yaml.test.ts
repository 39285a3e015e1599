import fc from "fast-check";
import Type from "typebox";
import { expect, test } from "vitest";
import { parseConfig } from "../../hub/config/load.ts";
import { readYaml } from "../../hub/config/read-yaml.ts";
import { HubError } from "../../hub/errors.ts";

/** What a reader of the file is told: message lines, then the remedy. */
function refusalOf(read: () => unknown): HubError {
  try {
    read();
  } catch (error) {
    if (error instanceof HubError) return error;
    throw error;
  }
  throw new Error("the document was taken");
}

const readingOf = (text: string) => refusalOf(() => parseConfig(text, "millrace.yaml"));

test.each([
  ["a key with a slip", "web:\n  prot: 80\n", 2, "web.prot is not a known key", "Write port instead."],
  ["a dash for an underscore", "storage:\n\n  commit-window-ms: 50\n", 3, "commit-window-ms", "commit_window_ms"],
  ["a key near nothing", "mqtt:\n  colour: red\n", 2, "mqtt.colour is not a known key", "Use one of host, port."],
  ["a number for a key", "12: 3\n", 1, "12 is not a known key", "Use one of data, mqtt, web"],
  ["a dangerous key", "__proto__: {data: x}\n", 1, "__proto__ is not a known key", "Use one of"],
  ["an inherited key", "log:\n  toString: 1\n", 2, "log.toString is not a known key", "Use one of level."],
  [
    "text for a number",
    "mqtt:\n  port: abc\n",
    2,
    'mqtt.port must be a whole number from 0 to 65535, found "abc"',
    "Write a whole number from 0 to 65535.",
  ],
  ["a quoted number", 'mqtt:\n  port: "1883"\n', 2, 'found "1883"', "Write it without quotes: 1883."],
  ["a fraction", "mqtt:\n  port: 1.5\n", 2, "from 0 to 65535, found 1.5", "Write a whole number"],
  ["a port too high", "web: {host: 127.0.0.1,\n port: 65536}\n", 2, "found 65536", "from 0 to 65535"],
  ["not a number", "mqtt:\n  port: .nan\n", 2, "found NaN", "Write a whole number"],
  ["a number for a text", "data: 12\n", 1, "data must be text of at least 1 characters, found 12", 'quotes: "12"'],
  [
    "a list for a section",
    "web: [1, 2]\n",
    1,
    "web must be a section with keys of its own, found a list of 2",
    "below it",
  ],
  ["a list for the file", "- data\n", 1, "the file must be a section", "below it"],
  ["an empty value", "data:\n", 1, "data must be text of at least 1 characters, found nothing", "Give it a value"],
  [
    "a word that is not offered",
    "log:\n  level: inof\n",
    2,
    "one of silent, error, warn, info, debug",
    "Write info instead.",
  ],
  [
    "a missing key",
    "community:\n  metering_points:\n    - id: a\n      role: generation\n",
    3,
    "metering_points[0].series is missing",
    "Add series",
  ],
  [
    "an id that is a number",
    "community: {members: [{id: 7}]}",
    1,
    "community.members[0].id must be a name",
    'quotes: "7"',
  ],
  [
    "a kind that is not known",
    "community:\n  policy:\n    tiers:\n      - weight:\n          kind: fixd\n",
    5,
    "weight.kind must be one of",
    "Write fixed instead.",
  ],
  [
    "no kind",
    "community:\n  policy:\n    tiers:\n      - weight: {}\n",
    4,
    "weight.kind is missing",
    "one of consumption, equal, fixed",
  ],
  [
    "a slip inside a kind",
    "community:\n  policy:\n    tiers:\n      - weight:\n          kind: fixed\n          share: {}\n          shares: {}\n",
    6,
    "weight.share is not a known key",
    "Write shares instead.",
  ],
  [
    "a share as a float",
    "community:\n  policy: {tiers: [{weight: {kind: fixed, shares: {a: 0.5}}}]}\n",
    2,
    "shares.a must be text (exact share",
    'Write it in quotes: "0.5".',
  ],
  [
    "a list that is too short",
    "community: {policy: {tiers: []}}",
    1,
    "a list of 1 to 8 entries, found a list of 0",
    "1 to 8",
  ],
  ["a key twice", "data: a\nweb: {}\ndata: b\n", 3, "the key data stands here twice", "Keep one of the two."],
  ["a tab", "web:\n\tport: 80\n", 2, "a tab indents this line", "Indent with spaces."],
  ["an open bracket", "data: [a\nweb: {}\n", 2, "not YAML", "Check indentation"],
  ["an alias for nothing", "data: *folder\n", 1, "nothing is called &folder", "Put &folder before"],
  ["two documents", "data: a\n---\ndata: b\n", 2, "a second document begins here", "Remove the line ---"],
])("%s is refused with its line and a remedy", (_name, text, line, message, remedy) => {
  const refusal = readingOf(text);
  expect(refusal.code).toBe("CONFIG_INVALID");
  expect(refusal.message.split("\n")).toHaveLength(1);
  expect(refusal.message).toMatch(new RegExp(`^millrace\\.yaml:${line}: `));
  expect(refusal.message).toContain(message);
  expect(refusal.remedy).toContain(remedy);
});

test("every problem of a file is told at once, in the order of the file", () => {
  const refusal = readingOf("log: {level: loud}\nweb:\n  prot: 1\n  port: x\nlog: {level: loud}\nfoo: 1\n");
  const [headline, ...lines] = refusal.message.split("\n");
  expect(headline).toBe("millrace.yaml has 5 problems");
  expect(lines.map((line) => line.slice(0, "millrace.yaml:1".length))).toEqual(
    [3, 4, 5, 5, 6].map((line) => `millrace.yaml:${line}`),
  );
  expect(lines[0]).toBe("millrace.yaml:3: web.prot is not a known key. Write port instead.");
  expect(refusal.remedy).toBe("Correct the 5 lines named above.");
});

test("a problem of the schema hides no problem of the YAML, and neither is told twice", () => {
  expect(readingOf("data: 1\ndata: 2\n").message).toMatch(/has 2 problems/);
});

test("an anchor can be used again, and its faults are told where they stand", () => {
  expect(
    readYaml(
      "a: &x [1, 2]\nb: *x\n",
      "f",
      Type.Object({ a: Type.Array(Type.Integer()), b: Type.Array(Type.Integer()) }),
    ),
  ).toEqual({ a: [1, 2], b: [1, 2] });
});

test("the code of the error is the caller's", () => {
  expect(
    refusalOf(() =>
      readYaml("x: 1", "map.yaml", Type.Object({}, { additionalProperties: false }), "REPLAY_MAP_INVALID"),
    ).code,
  ).toBe("REPLAY_MAP_INVALID");
});

test("defaults belong to one document alone", () => {
  const schema = Type.Object({ list: Type.Array(Type.Integer(), { default: [] }) });
  const first = readYaml("", "a", schema);
  first.list.push(1);
  expect(readYaml("", "b", schema)).toEqual({ list: [] });
});

test("whatever a file holds, it is taken or refused with file and line", () => {
  const word = fc.constantFrom(
    "data",
    "mqtt",
    "port",
    ":",
    " ",
    "\n",
    "\n  ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    '"',
    "1",
    "&a",
    "*a",
    "!!x",
    "#",
    "\t",
    "null",
    "? ",
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 14 }), (words) => {
      try {
        parseConfig(words.join(""), "f.yaml");
      } catch (error) {
        expect(error).toBeInstanceOf(HubError);
        expect((error as HubError).message).toMatch(/^f\.yaml:\d+: |^f\.yaml has \d+ problems\nf\.yaml:\d+: /);
      }
    }),
    { numRuns: 500 },
  );
});
