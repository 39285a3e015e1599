import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { discoverSunSpec } from "../../../hub/decode/sunspec/discover.ts";
import type { FoundSunSpec, ReadAnswer } from "../../../hub/decode/sunspec/discovery.ts";
import { common, drive, type Image, type ImageModel, imageOf, readImage, textWords } from "./sunspec-image.ts";

const maker = common({ Mn: "Ours", Md: "Wheel 3", Opt: "A", Vr: "1.2", SN: "007" });
const inverter: ImageModel = { id: 103, length: 50 };
const meter: ImageModel = { id: 203, length: 105 };

function discover(image: Image, device: Parameters<typeof discoverSunSpec>[0] = {}) {
  return drive(discoverSunSpec(device), (read) => readImage(image, read));
}

function found(image: Image, device: Parameters<typeof discoverSunSpec>[0] = {}): FoundSunSpec {
  const { result } = discover(image, device);
  if (result.outcome !== "sunspec") throw new Error(`expected SunSpec, got ${result.outcome}`);
  return result;
}

const places = ({ models }: FoundSunSpec) =>
  models.map(({ id, at, length, index }) => `${id} at ${at}, ${length} long, #${index}`);

describe("where a map begins", () => {
  test.each([40_000, 0, 50_000])("it is found at %i", (base) => {
    const { base: where, models, identity, ended, isComplete } = found(imageOf(base, [maker, inverter]));
    expect({ where, ids: models.map(({ id }) => id), ended, isComplete }).toEqual({
      where: base,
      ids: [1, 103],
      ended: "end_marker",
      isComplete: true,
    });
    expect(identity).toEqual({ manufacturer: "Ours", model: "Wheel 3", options: "A", firmware: "1.2", serial: "007" });
  });

  test("a given base goes first, and the usual ones after it", () => {
    const { result, reads } = discover(imageOf(40_100, [maker]), { base: 40_100 });
    expect(result).toMatchObject({ outcome: "sunspec", base: 40_100 });
    expect(reads[0]).toEqual({ start: 40_100, count: 3 });
    const elsewhere = discover(new Map(), { base: 40_100 });
    expect(elsewhere.reads.map(({ start }) => start)).toEqual([40_100, 40_000, 0, 50_000]);
  });

  test("silence at one base does not end the search", () => {
    const image = imageOf(50_000, [maker, inverter]);
    const { result } = drive(discoverSunSpec(), (read) =>
      read.start < 50_000 ? { kind: "silence" } : readImage(image, read),
    );
    expect(result).toMatchObject({ outcome: "sunspec", base: 50_000 });
  });

  test("a device that answers without the marker is another device; one that never answers is silent", () => {
    expect(discover(new Map([0, 1, 2].map((at) => [at, 7]))).result).toEqual({ outcome: "other_device" });
    expect(discover(new Map()).result).toEqual({ outcome: "other_device" });
    expect(drive(discoverSunSpec(), () => ({ kind: "silence" })).result).toEqual({ outcome: "silent" });
  });

  test("a map that does not begin with the common model is none", () => {
    expect(discover(imageOf(40_000, [inverter])).result).toEqual({ outcome: "other_device" });
  });

  test("silence before the common model is known is worth another try", () => {
    const image = imageOf(40_000, [maker, inverter]);
    const { result } = drive(discoverSunSpec(), (read) =>
      read.start === 40_003 ? { kind: "silence" } : readImage(image, read),
    );
    expect(result).toEqual({ outcome: "silent" });
  });

  test("an answer shorter than asked for says nothing", () => {
    const { result } = drive(discoverSunSpec(), () => ({ kind: "words", bytes: Buffer.from("5375", "hex") }));
    expect(result).toEqual({ outcome: "other_device" });
  });
});

describe("the list of models", () => {
  test("lengths are read by themselves, and none behind the end marker", () => {
    const { reads } = discover(imageOf(40_000, [maker, inverter]));
    expect(reads).toEqual([
      { start: 40_000, count: 3 },
      { start: 40_003, count: 1 },
      { start: 40_069, count: 1 },
      { start: 40_070, count: 1 },
      { start: 40_121, count: 1 },
      { start: 40_004, count: 64 },
    ]);
  });

  test("models that come again are counted; each common model says who made what follows", () => {
    const second = common({ Mn: "WattNode", Opt: "Export+Import" }, 66);
    const result = found(imageOf(40_000, [maker, inverter, second, meter, second, meter]));
    expect(places(result)).toEqual([
      "1 at 40002, 65 long, #0",
      "103 at 40069, 50 long, #0",
      "1 at 40121, 66 long, #1",
      "203 at 40189, 105 long, #0",
      "1 at 40296, 66 long, #2",
      "203 at 40364, 105 long, #1",
    ]);
    expect(result.models[2]?.identity).toEqual({ manufacturer: "WattNode", options: "Export+Import" });
    expect(result.identity.manufacturer).toBe("Ours");
  });

  test.each([
    [
      "the first address that is not there ends it",
      imageOf(40_000, [maker, inverter], "nothing"),
      "no_end_marker",
      true,
    ],
    [
      "so does memory that holds nothing",
      imageOf(40_000, [maker, inverter, { id: 0, length: 0 }]),
      "no_end_marker",
      true,
    ],
    ["a length of all ones leads nowhere", lengthened(0xffff), "broken_length", false],
    ["neither does one past the last address", lengthened(30_000), "broken_length", false],
  ] as const)("%s", (_name, image, ended, isComplete) => {
    const result = found(image);
    expect(result).toMatchObject({ ended, isComplete });
    expect(result.models[0]).toMatchObject({ id: 1, at: 40_002 });
  });

  /** A map whose second model lies about its length. */
  function lengthened(length: number): Image {
    return imageOf(40_000, [maker, inverter]).set(40_070, length);
  }

  test("a model whose length cannot be read is none", () => {
    const image = imageOf(40_000, [maker], "nothing").set(40_069, 103);
    expect(places(found(image))).toEqual(["1 at 40002, 65 long, #0"]);
  });

  test("silence on the way keeps what was found and says that more may come", () => {
    const image = imageOf(40_000, [maker, inverter, meter]);
    const { result } = drive(discoverSunSpec(), (read) =>
      read.start >= 40_121 ? { kind: "silence" } : readImage(image, read),
    );
    expect(result).toMatchObject({ outcome: "sunspec", ended: "silence", isComplete: false });
    expect(places(result as FoundSunSpec)).toEqual(["1 at 40002, 65 long, #0", "103 at 40069, 50 long, #0"]);
  });

  test("a map of nothing but empty models ends somewhere", () => {
    const image: Image = new Map();
    for (let at = 40_002; at < 42_000; at += 2) image.set(at, 1).set(at + 1, 0);
    image.set(40_000, 0x5375).set(40_001, 0x6e53);
    const result = found(image);
    expect(result).toMatchObject({ ended: "too_many_models", isComplete: false });
    expect(result.models).toHaveLength(128);
  });

  test("a map that fills the last address ends there", () => {
    const image = imageOf(50_000, [maker, { id: 64_000, length: 65_536 - 50_071 }], "nothing");
    expect(found(image)).toMatchObject({ ended: "no_end_marker", isComplete: true });
  });
});

describe("what a device says of itself", () => {
  test("texts end at NUL and lose what pads them", () => {
    const padded = common({ Mn: "SolarEdge ", Md: "SE5000H-RWS00BNO4", Vr: "0004.0020.0036", SN: "\xff" });
    expect(found(imageOf(40_000, [padded])).identity).toMatchObject({
      manufacturer: "SolarEdge",
      model: "SE5000H-RWS00BNO4",
      firmware: "0004.0020.0036",
    });
  });

  test("texts are read one by one where the device bears no long request", () => {
    const image = imageOf(40_000, [maker]);
    const answer = (most: number) => (read: Parameters<typeof readImage>[1]) =>
      read.count > most ? ({ kind: "illegal_address" } as const) : readImage(image, read);
    const refused = drive(discoverSunSpec(), answer(35));
    expect(refused.result).toMatchObject({ identity: { manufacturer: "Ours", serial: "007" } });
    const told = drive(discoverSunSpec({ request: { maxRegisters: 20 } }), answer(35));
    expect(told.reads.every(({ count }) => count <= 20)).toBe(true);
    expect(told.result).toMatchObject({ identity: { manufacturer: "Ours", serial: "007" } });
  });

  test("strings and ports say what is connected to them", () => {
    const label = (text: string) => textWords(text, 8);
    const strings: ImageModel = {
      id: 160,
      length: 8 + 4 * 20,
      words: { 11: label("MPPT 1"), 31: label("MPPT 2"), 51: label("StCha 3"), 71: label("StDisCha 4") },
    };
    const ports: ImageModel = {
      id: 714,
      length: 18 + 3 * 25,
      words: { 20: [0, 1, ...label("roof")], 45: [1, 2, ...label("cellar")], 70: [2, 3, ...label("car")] },
    };
    const { models } = found(imageOf(40_000, [maker, strings, ports]));
    expect(models.map(({ groups }) => groups)).toEqual([
      undefined,
      ["pv", "pv", "battery_charge", "battery_discharge"],
      ["pv", "battery", "other"],
    ]);
  });

  test("a broken length does not make endless groups", () => {
    const { result, reads } = discover(imageOf(0, [maker, { id: 160, length: 60_000 }]));
    expect(result).toMatchObject({ outcome: "sunspec" });
    expect(reads.length).toBeLessThan(20);
  });
});

describe("laws", () => {
  const modelIds = fc.integer({ min: 2, max: 0xfffe });
  const models = fc.array(fc.record({ id: modelIds, length: fc.integer({ min: 1, max: 300 }) }), { maxLength: 40 });

  test("whatever the chain is, exactly that chain is found", () => {
    fc.assert(
      fc.property(
        models,
        fc.constantFrom(40_000, 0, 50_000),
        fc.constantFrom("marker", "nothing"),
        (chain, base, end) => {
          const result = found(imageOf(base, [maker, ...chain], end as "marker" | "nothing"));
          expect(result.base).toBe(base);
          expect(result.models.map(({ id, length }) => ({ id, length }))).toEqual([{ id: 1, length: 65 }, ...chain]);
          expect(result.isComplete).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("garbage never makes it loop or throw", () => {
    const word = fc.oneof(fc.constantFrom(0x5375, 0x6e53, 1, 0, 0xffff, 103, 160, 203, 714), fc.nat(0xffff));
    const answer = fc.oneof(
      { weight: 8, arbitrary: fc.array(word, { maxLength: 70 }).map(wordsAnswer) },
      { weight: 1, arbitrary: fc.constant<ReadAnswer>({ kind: "silence" }) },
      { weight: 1, arbitrary: fc.constant<ReadAnswer>({ kind: "illegal_address" }) },
    );
    fc.assert(
      fc.property(fc.array(answer, { minLength: 1, maxLength: 60 }), (answers) => {
        let turn = 0;
        const { reads } = drive(discoverSunSpec({ hasNegativeAccumulators: true }), ({ start }) => {
          // Most of the time the map begins well, so that the walk is reached.
          if (turn++ === 0) return wordsAnswer([0x5375, 0x6e53, start === 40_000 ? 1 : 7]);
          return answers[turn % answers.length] ?? { kind: "silence" };
        });
        expect(reads.length).toBeLessThan(2_000);
        expect(reads.every(({ start, count }) => start >= 0 && count > 0 && count <= 125)).toBe(true);
        expect(reads.every(({ start, count }) => start + count <= 0x1_0000)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  function wordsAnswer(words: readonly number[]): ReadAnswer {
    const bytes = Buffer.alloc(2 * words.length);
    for (const [index, each] of words.entries()) bytes.writeUInt16BE(each, 2 * index);
    return { kind: "words", bytes };
  }
});
