import { describe, expect, test } from "vitest";
import { type CsvMap, isCsvProblem } from "../../../hub/decode/csv/csv-map.ts";
import { createRowDecoder } from "../../../hub/decode/csv/decode-rows.ts";
import { matchColumns } from "../../../hub/decode/csv/match-columns.ts";
import { rowReader } from "../../../hub/decode/csv/read-row.ts";
import { EpochMs, Ms } from "../../../hub/units.ts";
import { csvColumn, csvMap } from "./csv-map.ts";

const LATEST = EpochMs(Date.UTC(2026, 0, 1));

/** Decode a table written with blanks-around-bars; each row gives its readings as text, or what is wrong with it. */
const decode = (map: CsvMap, table: readonly string[], labels?: readonly string[]) => {
  const [columns = [], ...rows] = table.map((line) => line.split("|").map((cell) => cell.trim()));
  const reader = rowReader({ delimiter: "|", columns, line: 1 }, map);
  if (isCsvProblem(reader)) throw new Error(reader.message);
  const { series, problems } = matchColumns(labels ?? reader.labels, map.columns);
  expect(problems).toEqual([]);
  const interval = Ms((map.time.interval_minutes ?? 60) * 60_000);
  const decoder = createRowDecoder({ map, reader, series, interval, latest: LATEST });
  const decoded = rows.map((cells, index) => decoder.decode({ line: index + 2, cells }));
  return {
    rows: decoded.map((row) =>
      isCsvProblem(row)
        ? row.message
        : row.map(({ device, at, wattHours }) => `${device} ${new Date(at).toISOString().slice(11, 16)} ${wattHours}`),
    ),
    tally: decoder.tally(),
  };
};

test("a wide file: a column a series, each beginning at its first interval's start", () => {
  const { rows, tally } = decode(csvMap(), ["time|a|b|other", "2020-01-01 00:00|0.5|-|x", "2020-01-01 01:00|0.25|1|y"]);
  expect(rows).toEqual([
    ["home-a 00:00 0", "home-a 01:00 500"],
    ["home-a 02:00 750", "home-b 01:00 0", "home-b 02:00 1000"],
  ]);
  expect(tally.map(({ label, known, nothing, energy_mwh }) => [label, known, nothing, energy_mwh])).toEqual([
    ["a", 2, 0, 750_000],
    ["b", 1, 1, 1_000_000],
  ]);
});

test("stamps at the end of the interval, mean power, and a register that starts somewhere", () => {
  const map = csvMap({
    time: { ...csvMap().time, stamps: "end", interval_minutes: 15 },
    columns: [csvColumn({ name: "a", device: "home-a", unit: "kW", start: "10" })],
  });
  expect(decode(map, ["time|a", "2020-01-01 00:15|2", "2020-01-01 00:30|1"]).rows).toEqual([
    ["home-a 00:00 10000", "home-a 00:15 10500"],
    ["home-a 00:30 10750"],
  ]);
});

test("a register column is published as it stands, at its stamp", () => {
  const map = csvMap({ columns: [csvColumn({ name: "a", device: "home-a", kind: "register" })] });
  const table = ["time|a", "2020-01-01 00:00|1234.5678", "2020-01-01 00:20|", "2020-01-01 00:40|1235"];
  expect(decode(map, table).rows).toEqual([["home-a 00:00 1234567.8"], [], ["home-a 00:40 1235000"]]);
});

test("a long file: id and kind make the series, each with an order of its own", () => {
  const map = csvMap({
    time: { ...csvMap().time, zone: "Europe/Vienna", interval_minutes: 60 },
    long: { id: "meter", kind: "what", value: "kWh" },
    columns: [
      csvColumn({ match: "M(\\d)/in", device: "home-$1" }),
      csvColumn({ match: "M(\\d)/out", device: "home-$1", quantity: "active_energy_export" }),
    ],
  });
  const table = [
    "time|meter|what|kWh",
    "2020-10-25 02:00|M1|in|1",
    "2020-10-25 02:00|M2|in|7",
    "2020-10-25 02:00|M1|out|3",
    "2020-10-25 02:00|M1|in|2",
    "2020-10-25 03:00|M9|in|2",
    "2020-10-25 02:00|M2|in|8",
  ];
  expect(decode(map, table, ["M1/in", "M2/in", "M1/out", "M9/other"]).rows).toEqual([
    ["home-1 00:00 0", "home-1 01:00 1000"],
    ["home-2 00:00 0", "home-2 01:00 7000"],
    ["home-1 00:00 0", "home-1 01:00 3000"],
    ["home-1 02:00 3000"],
    [],
    ["home-2 02:00 15000"],
  ]);
});

describe("rows that cannot be taken change nothing", () => {
  test.each([
    ["2020-01-01 00:00|2|3", /2020-01-01T00:00Z stands twice/],
    ["2019-12-31 23:00|2|3", /comes after 2020-01-01T00:00Z/],
    ["2020-01-01 00:30|2|3", /before the one before it ends/],
    ["2020-01-01 01:00|2|oops", /column "b": "oops" is not a number/],
    ["2020-01-01 01:00|2|1,5", /column "b": "1,5" is not a number with a decimal point/],
    ["2020-01-01 01:00|2|-1", /below 0/],
    ["2020-01-01 01:00|2", /2 cells, the header has 3/],
    ["2020-01-01 01:00|2|3|4", /4 cells, the header has 3/],
    ["2020-01-01 25:00|2|3", /no time that exists/],
    ["2030-01-01 00:00|2|3", /lies in the future/],
    ["2020-01-01 01:00|2|999999999", /more than any meter/],
    ["Total|2|3", /"Total" is not a time/],
  ])("%s", (row, message) => {
    const { rows, tally } = decode(csvMap(), ["time|a|b", "2020-01-01 00:00|1|1", row, "2020-01-01 01:00|1|1"]);
    expect(rows[1]).toMatch(message);
    expect(rows[2]).toEqual(["home-a 02:00 2000", "home-b 02:00 2000"]);
    expect(tally.map(({ energy_mwh }) => energy_mwh)).toEqual([2_000_000, 2_000_000]);
  });

  test("a time before 2000 would be taken for a clock that was never set", () => {
    expect(decode(csvMap(), ["time|a|b", "1999-12-31 23:00|1|1"]).rows[0]).toMatch(/before the year 2000/);
  });

  test("an empty cell after the last column is harmless", () => {
    expect(decode(csvMap(), ["time|a|b", "2020-01-01 00:00|1|1|"]).rows[0]).toHaveLength(4);
  });
});

test.each([
  ["zero", ["home-a 02:00 1000"], 0],
  ["missing", [], 0],
] as const)("an interval below 0 is %s when the map says so", (negative, expected, nothing) => {
  const map = csvMap({ columns: [csvColumn({ name: "a", device: "home-a", negative })] });
  const { rows, tally } = decode(map, ["time|a", "2020-01-01 00:00|1", "2020-01-01 01:00|-0.001"]);
  expect(rows[1]).toEqual(expected);
  expect(tally).toMatchObject([{ negative: 1, nothing }]);
});
