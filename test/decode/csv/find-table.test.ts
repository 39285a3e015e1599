import { describe, expect, test } from "vitest";
import type { CsvColumn, CsvMap } from "../../../hub/decode/csv/csv-map.ts";
import { findHeader } from "../../../hub/decode/csv/find-header.ts";
import { inferInterval } from "../../../hub/decode/csv/infer-interval.ts";
import { matchColumns } from "../../../hub/decode/csv/match-columns.ts";
import { EpochMs } from "../../../hub/units.ts";
import { csvMap } from "./csv-map.ts";

describe("the header row", () => {
  const wide: Partial<CsvMap> = { time: { ...csvMap().time, column: "time" } };
  const twoTimes: Partial<CsvMap> = { time: { ...csvMap().time, column: ["Date", "Time"] } };
  test.each([
    ["comma", "time,a,b\n1,2,3", wide, { delimiter: ",", columns: ["time", "a", "b"], line: 1 }],
    ["semicolon", "time;a,b\n1;2", wide, { delimiter: ";", columns: ["time", "a,b"], line: 1 }],
    ["tab", "time\ta\n", wide, { delimiter: "\t", columns: ["time", "a"], line: 1 }],
    ["pipe", "time|a\n", wide, { delimiter: "|", columns: ["time", "a"], line: 1 }],
    ["quotes", '"time","a, b"\n', wide, { delimiter: ",", columns: ["time", "a, b"], line: 1 }],
    [
      "a page before it",
      "Customer;Mill\n\n# note\nDate;Time;kWh\r\n",
      twoTimes,
      { delimiter: ";", columns: ["Date", "Time", "kWh"], line: 4 },
    ],
    [
      "none, but named",
      "1;2\n",
      { ...wide, header: ["time", "a"] },
      { delimiter: ";", columns: ["time", "a"], line: 0 },
    ],
  ])("%s", (_name, head, map, expected) => {
    expect(findHeader(head, csvMap(map))).toEqual(expected);
  });

  test.each([
    ["a slip", "Time,a\n", wide, /no line has the column "time"/, /Write "Time"/],
    ["another file", "x,y,z\n", wide, /line 1 has x, y, z/, /delimiter or encoding/],
    ["nothing", "", wide, /nothing/, /./],
    ["the same name twice", "time,a,a\n", wide, /two columns are called "a"/, /Rename/],
    ["too few names", "1;2;3\n", { ...wide, header: ["time", "a"] }, /names 2 columns/, /every column/],
  ])("%s is told", (_name, head, map, message, remedy) => {
    const found = findHeader(head, csvMap(map));
    expect(found).toEqual({ message: expect.stringMatching(message), remedy: expect.stringMatching(remedy) });
  });
});

describe("columns", () => {
  const column = (part: Partial<CsvColumn>): CsvColumn => ({
    device: "home-$1",
    quantity: "active_energy_import",
    unit: "kWh",
    kind: "interval",
    negative: "refuse",
    ...part,
  });

  test("an expression fits whole names and fills groups into device, channel and member", () => {
    const { series, problems, unmatched } = matchColumns(
      ["B1_load", "B10_load", "B1_load_2", "temperature"],
      [column({ match: "B(\\d+)_(?<what>load)", channel: "$<what>", member: "m$1", rated_kw: { 1: 4, "home-10": 5 } })],
    );
    expect(problems).toEqual([]);
    expect(unmatched).toEqual(["B1_load_2", "temperature"]);
    expect(
      [...series.values()].map(({ label, series: key, member, ratedKw }) => [label, key, member, ratedKw]),
    ).toEqual([
      ["B1_load", "home-1/load/active_energy_import", "m1", 4],
      ["B10_load", "home-10/load/active_energy_import", "m10", 5],
    ]);
  });

  test("blanks and dots of a file's names become dashes", () => {
    const { series } = matchColumns(["House 1.a"], [column({ name: "House 1.a", device: "House 1.a" })]);
    expect(series.get("House 1.a")?.device).toBe("House-1-a");
  });

  test.each([
    ["nothing fits", [column({ match: "X(\\d)" })], /fits no column of a, b/],
    ["no such column", [column({ name: "aa", device: "x" })], /there is no column "aa"/],
    [
      "two entries, one column",
      [column({ name: "a", device: "x" }), column({ match: ".", device: "y-$1" })],
      /matched by/,
    ],
    ["two columns, one series", [column({ match: "[ab]", device: "x" })], /would both be the series x/],
    ["no name of a device", [column({ name: "a", device: "ä" })], /makes "-" of column "a"/],
    ["no expression", [column({ match: "(" })], /not a regular expression/],
    ["neither name nor match", [column({})], /either name or match/],
    ["a rating of nobody", [column({ name: "a", device: "x", rated_kw: { x: 1, y: 2 } })], /rated_kw names y/],
  ])("%s is told", (_name, entries, message) => {
    expect(matchColumns(["a", "b"], entries).problems.map((problem) => problem.message)).toEqual(
      expect.arrayContaining([expect.stringMatching(message)]),
    );
  });
});

test("the interval is the smallest step of any series", () => {
  const minutes = (...those: number[]) => those.map((minute) => EpochMs(minute * 60_000));
  expect(inferInterval([minutes(0, 60, 75, 90), minutes(0, 30)])).toBe(900_000);
  expect(inferInterval([minutes(0), []])).toBeUndefined();
});
