import { describe, expect, test } from "vitest";
import { momentOfText } from "../../../hub/decode/dialects/local-stamp.ts";
import { parseObject, valueAtPath } from "../../../hub/decode/dialects/payload-json.ts";
import { readNumber } from "../../../hub/decode/dialects/payload-number.ts";
import { gatherReadings } from "../../../hub/decode/dialects/reading-maker.ts";
import { topicTail, trimTopic } from "../../../hub/decode/dialects/topic-tail.ts";
import { EpochMs } from "../../../hub/units.ts";

const ARRIVED = EpochMs(1_790_000_000_000);
const bytes = (text: string) => Buffer.from(text);

describe("numbers as devices write them", () => {
  test.each([
    [12.5, 12.5],
    ["12.5", 12.5],
    [" -0.4 ", -0.4],
    [".5", 0.5],
    ["1e3", 1000],
    [null, null],
    ["", null],
    ["nan", null],
    ["unavailable", null],
    ["12 W", { reason: "is text, not a number" }],
    ["1,5", { reason: "is text, not a number" }],
    ["0x10", { reason: "is text, not a number" }],
    ["Infinity", { reason: "is text, not a number" }],
    [true, { reason: "is true or false, not a number" }],
    [[1], { reason: "is a list, not a number" }],
    [{}, { reason: "is an object, not a number" }],
    [Number.POSITIVE_INFINITY, { reason: "is out of range" }],
    ["1e999", { reason: "is out of range" }],
  ])("%j", (value, read) => {
    expect(readNumber(value)).toEqual(read);
  });
});

describe("stamps as text", () => {
  test.each([
    ["an offset", "2025-10-15T19:10:57+02:00", undefined, "2025-10-15T17:10:57.000Z"],
    ["Z and milliseconds", "2021-12-16T09:40:26.123Z", undefined, "2021-12-16T09:40:26.123Z"],
    ["local without a zone", "2023-02-05T20:31:48", undefined, undefined],
    ["local in a zone", "2023-02-05T20:31:48", "Europe/Berlin", "2023-02-05T19:31:48.000Z"],
    ["the hour autumn repeats", "2026-10-25T02:30:00", "Europe/Berlin", undefined],
    ["the hour spring leaves out", "2026-03-29T02:30:00", "Europe/Berlin", undefined],
    ["the autumn hour at a fixed offset", "2026-10-25T02:30:00", "+01:00", "2026-10-25T01:30:00.000Z"],
    ["a zone that does not exist", "2023-02-05T20:31:48", "Europe/Atlantis", undefined],
    ["no day that exists", "2023-02-30T20:31:48Z", undefined, undefined],
    ["words", "yesterday", "Europe/Berlin", undefined],
    ["a number", 1_790_000_000, "Europe/Berlin", undefined],
  ])("%s", (_name, text, zone, moment) => {
    const read = momentOfText(text, zone);
    expect(read === undefined ? undefined : new Date(read).toISOString()).toBe(moment);
  });
});

test("a payload must be a JSON object of bearable size", () => {
  expect(parseObject(bytes('\uFEFF{"a":1}\0\n'))).toEqual({ object: { a: 1 } });
  expect(parseObject(bytes(""))).toEqual({ reason: "empty payload" });
  expect(parseObject(bytes("{"))).toEqual({ reason: "not JSON" });
  expect(parseObject(bytes("[1]"))).toEqual({ reason: "not a JSON object" });
  expect(parseObject(new Uint8Array(262_145))).toEqual({ reason: "more than 262144 bytes" });
});

test("a path finds what the message itself has, names with dots and list places too", () => {
  const json = { ENERGY: { Power: [52, 5] }, "1.8.0": { kWh: 7 } };
  expect(valueAtPath(json, "ENERGY.Power.1")).toBe(5);
  expect(valueAtPath(json, "1.8.0.kWh")).toBe(7);
  expect(valueAtPath(json, "ENERGY.toString")).toBeUndefined();
  expect(valueAtPath(json, "ENERGY.Power.2")).toBeUndefined();
  expect(valueAtPath(null, "a")).toBeUndefined();
});

describe("gathering", () => {
  const fields = {
    "ENERGY.Total": { series: "active_energy_export", unit: "kWh" },
    "X.y": { series: "pv/voltage/l1", unit: "mV" },
    bad: { series: "colour", unit: "W" },
    foreign: { series: "active_power", unit: "BTU" },
  };
  const device = { device: "plug-1", topic: "plug1", fields };
  const gather = (stampMs?: number) =>
    gatherReadings(
      device,
      { topic: "t", payload: bytes(""), arrival: { at: ARRIVED, hubClock: "known_good" } },
      stampMs,
    );

  test("what the owner says of a name counts before what the dialect knows", () => {
    const gathering = gather(ARRIVED - 5000);
    gathering.take({ name: "ENERGY.Total", series: "active_energy_import", unit: "kWh", value: 1.001 });
    gathering.take({ name: "p", series: "active_power", unit: "kW", value: 0.25, isTurned: true });
    gathering.take({ name: "nothing", series: "active_power", unit: "W", value: undefined });
    gathering.take({ name: "gone", series: "voltage", unit: "V", value: null });
    gathering.takeFields({ ENERGY: { Total: 1.001 }, X: { y: 230_100 } });
    const at = { at: ARRIVED - 5000, stampedBy: "device" };
    expect(gathering.decoded(undefined)).toEqual({
      readings: [
        { series: "plug-1/active_energy_export", ...at, outcome: "value", value: 1001 },
        { series: "plug-1/active_power", ...at, outcome: "value", value: -250 },
        { series: "plug-1/voltage", ...at, outcome: "not_available", value: null },
        { series: "plug-1/pv/voltage/l1", ...at, outcome: "value", value: 230.1 },
      ],
      refusals: [],
      memory: undefined,
    });
  });

  test("what cannot be taken says why", () => {
    const gathering = gather();
    gathering.take({ name: "p", series: "active_power", unit: "W", value: "high" });
    gathering.take({ name: "e", series: "active_energy_import", unit: "MWh", value: 1e307 });
    gathering.takeFields({ bad: 1, foreign: 2 });
    expect(gathering.decoded(undefined).refusals.map(({ reason }) => reason)).toEqual([
      "p is text, not a number",
      "e: is out of range",
      'bad: "colour" is no series of a device',
      'foreign: unit "BTU" is foreign to active_power: use W or kW or MW or mW',
    ]);
  });
});

test("topics", () => {
  expect(trimTopic("/shellies/x/")).toBe("shellies/x");
  expect(topicTail("a/b/c", "a")).toBe("b/c");
  expect(topicTail("ab/c", "a")).toBeUndefined();
  expect(topicTail("a", "a")).toBe("");
});
