import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { communityOfReplay } from "../../hub/cli/replay-community.ts";
import { loadReplayMap, parseReplayMap } from "../../hub/cli/replay-map.ts";
import { matchColumns } from "../../hub/decode/csv/match-columns.ts";
import { Ms } from "../../hub/units.ts";

const MAPS = join(import.meta.dirname, "..", "..", "docs", "replay-maps");

test("every map of the documentation is sound", () => {
  const names = readdirSync(MAPS);
  expect(names).toHaveLength(2);
  for (const name of names) expect(loadReplayMap(join(MAPS, name)).map.columns.length).toBeGreaterThan(0);
});

test("columns with a role make the community: members in lower case, ratings by $1, hours for an hourly file", () => {
  const { map } = loadReplayMap(join(MAPS, "citylearn2022.yaml"));
  const { series } = matchColumns(["B02_load_kwh", "B01_load_kwh", "B04_pv_kwh"], map.columns);
  const only = communityOfReplay(map, [...series.values()], Ms(3_600_000));
  expect(only).toEqual({
    name: "Sierra Crest",
    time_zone: "-08:00",
    interval_minutes: 60,
    members: [{ id: "home-b01" }, { id: "home-b02" }],
    metering_points: [
      { id: "home-B02", role: "consumption", series: "home-B02/active_energy_import", member: "home-b02" },
      { id: "home-B01", role: "consumption", series: "home-B01/active_energy_import", member: "home-b01" },
      { id: "roof-B04", role: "generation", series: "roof-B04/active_energy_export", rated_kw: 5 },
    ],
    policy: { name: "by consumption", tiers: [{ weight: { kind: "consumption" } }], surplus: "to_grid" },
  });
});

test.each([
  [1, 15],
  [10, 30],
  [15, 15],
  [30, 30],
  [60, 60],
  [120, 60],
])("a file of %i minutes is shared by %i", (minutes, expected) => {
  const { map } = loadReplayMap(join(MAPS, "citylearn2022.yaml"));
  const { series } = matchColumns(["B01_load_kwh"], map.columns);
  expect(communityOfReplay(map, [...series.values()], Ms(minutes * 60_000))?.interval_minutes).toBe(expected);
});

test("a file whose columns name no role has no community", () => {
  const map = parseReplayMap(
    "time: { column: t }\ncolumns: [{ name: a, device: a, quantity: active_energy_import, unit: Wh, kind: register }]",
    "map.yaml",
  );
  const { series } = matchColumns(["a"], map.columns);
  expect(communityOfReplay(map, [...series.values()], undefined)).toBeUndefined();
});

test.each([
  ["unit: kW, kind: register", /is a register and its unit kW is a power/],
  ["unit: kWh, kind: interval, start: '1,5'", /"1,5" is not a number/],
  ["unit: kWh, kind: sum", /kind must be one of register, interval/],
])("a column with %s is told with its line", (column, message) => {
  const text = `time: { column: t }\ncolumns:\n  - { name: a, device: a, quantity: active_energy_import, ${column} }\n`;
  expect(() => parseReplayMap(text, "map.yaml")).toThrow(message);
  expect(() => parseReplayMap(text, "map.yaml")).toThrow(/map.yaml:3:/);
});
