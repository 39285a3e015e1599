import { once } from "node:events";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { loadConfig } from "../../hub/config/load.ts";
import { openFolder, startHub } from "../../hub/main.ts";
import { replayFolder } from "./replay-folder.ts";

const HOURS = 72;
/** Hourly rows from local midnight of 1 June 2020, one cell a column. */
const hourly = (header: string, cells: (hour: number) => string, hours = HOURS) =>
  [
    header,
    ...Array.from({ length: hours }, (_, hour) => {
      return `2020-06-${String(1 + Math.floor(hour / 24)).padStart(2, "0")} ${String(hour % 24).padStart(2, "0")}:00,${cells(hour)}`;
    }),
  ].join("\n");

const MAP = `
time: { column: time, zone: Europe/Vienna }
columns:
  - { match: "(h\\\\d)_kwh", device: home-$1, quantity: active_energy_import, unit: kWh, kind: interval, role: consumption }
  - { match: "(r\\\\d)_kwh", device: roof-$1, quantity: active_energy_export, unit: kWh, kind: interval, role: generation }
`;
const FILE = hourly(
  "time,h1_kwh,h2_kwh,r1_kwh",
  (hour) => `0.1,${(hour % 7) / 10},${hour % 24 > 11 ? "0.333333" : "0"}`,
);

test("a wide file is published, settled and reported; the same again sends nothing and changes nothing", async () => {
  const folder = replayFolder();
  const words = ["replay", folder.write("loads.csv", FILE), "--map", folder.write("map.yaml", MAP)];
  const first = await folder.run(...words);
  expect(first).toMatchObject({ code: 0, error: "" });
  expect(first.out).toContain("219 readings acknowledged by a hub of its own");
  expect(first.out).toContain("3 days settled");
  expect(first.out).toMatch(/home-h1 +consumption +7\.200 kWh +72 known\n/);
  expect(first.out).toMatch(/roof-r1 +generation +12\.000 kWh +72 known\n/);
  const [, allotted, surplus, generation] = /generation: (\d+) \+ (\d+) = (\d+) mWh/.exec(first.out) ?? [];
  expect(Number(allotted) + Number(surplus)).toBe(36 * 333_333);
  expect(Number(generation)).toBe(36 * 333_333);
  expect(first.out).toContain("72 intervals: 72 shared out, 0 held");

  const again = await folder.run(...words);
  expect(again.code).toBe(0);
  expect(again.out).toContain("already replayed");
  expect(again.out).toContain("0 days settled, 0 corrected, 3 unchanged");
  expect(again.out.slice(again.out.indexOf("home-h1"))).toBe(first.out.slice(first.out.indexOf("home-h1")));

  const verified = await folder.run("verify");
  expect(verified).toMatchObject({ code: 0 });
  const { credentials, close } = await openFolder(loadConfig(folder.config));
  expect(await credentials.list()).toEqual([]);
  await close();
});

test("what files look like elsewhere: gzip, byte order mark, ; and decimal commas, DD.MM.YYYY, a preamble, gaps", async () => {
  const folder = replayFolder();
  const rows = Array.from({ length: 48 }, (_, quarter) => {
    const time = `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`;
    return `01.06.2020;${time};${quarter === 20 ? "" : "0,25"};${quarter === 21 ? "NaN" : "1,0"}`;
  });
  const text = `\ufeffAnlage;Mühle\r\n\r\nDatum;Zeit;"Bezug; kWh";PV kW\r\n${rows.join("\r\n")}\r\n`;
  const map = `
time: { column: [Datum, Zeit], zone: Europe/Vienna }
decimal: ","
columns:
  - { name: "Bezug; kWh", device: home, quantity: active_energy_import, unit: kWh, kind: interval, role: consumption }
  - { name: PV kW, device: roof, quantity: active_energy_export, unit: kW, kind: interval, role: generation, rated_kw: 2 }
`;
  const file = folder.write("export.csv.gz", gzipSync(text));
  const { code, out } = await folder.run("replay", file, "--map", folder.write("map.yaml", map));
  expect(code).toBe(0);
  expect(out).toContain("48 rows, 2 series, intervals of 15 minutes");
  expect(out).toContain("Bezug; kWh: 1 cells without a reading, 1 gaps");
  expect(out).toMatch(/home +consumption +11\.750 kWh +47 known +1 missing\n/);
  expect(out).toMatch(/roof +generation +11\.750 kWh +47 known +1 missing\n/);
  expect(out).toContain("48 intervals: 46 shared out, 2 held");
});

test("a long file of registers becomes a community with the policy and the members of the map", async () => {
  const folder = replayFolder();
  const lines = Array.from({ length: 25 }, (_, hour) => {
    const at = Date.UTC(2020, 5, 1, hour) / 1000;
    return [`${at},M1,in,${1000 + hour}`, `${at},M2,in,${5 * hour}`, `${at},M2,out,${2 * hour}`].join("\n");
  });
  const map = `
time: { column: ts }
long: { id: meter, kind: register, value: kwh }
policy: { name: halves, tiers: [{ weight: { kind: fixed, shares: { ann: "1/2", bob: "1/2" } } }] }
columns:
  - { name: M1/in, device: m1, quantity: active_energy_import, unit: kWh, kind: register, role: consumption, member: ann }
  - { name: M2/in, device: m2, quantity: active_energy_import, unit: kWh, kind: register, role: consumption, member: bob }
  - { match: (M2)/out, device: m2, quantity: active_energy_export, unit: kWh, kind: register, role: generation }
`;
  const file = folder.write("long.csv", `ts,meter,register,kwh\n${lines.join("\n")}\n`);
  const { code, out, error } = await folder.run("replay", file, "--map", folder.write("map.yaml", map));
  expect({ code, error }).toEqual({ code: 0, error: "" });
  expect(out).toMatch(/m1 +consumption +24\.000 kWh/);
  expect(out).toMatch(/m2-generation +generation +48\.000 kWh/);
  expect(out).toMatch(/allotted +48\.000 kWh/);
});

test("a hub that runs already takes the readings, and the replay leaves it running", async () => {
  const folder = replayFolder();
  const hub = await startHub(loadConfig(folder.config), { web: false, settles: false });
  try {
    const words = ["replay", folder.write("loads.csv", FILE), "--map", folder.write("map.yaml", MAP)];
    const { code, out, error } = await folder.run(...words);
    expect({ code, error }).toEqual({ code: 0, error: "" });
    expect(out).toContain("acknowledged by the running hub");
    expect(out).toContain("72 shared out");
    expect((await hub.series.catalogue()).map(({ series, readings }) => `${series} ${readings}`)).toEqual([
      "home-h1/active_energy_import 73",
      "home-h2/active_energy_import 73",
      "roof-r1/active_energy_export 73",
    ]);
    expect(await hub.credentials.list()).toEqual([]);
  } finally {
    await hub.close();
  }
});

describe("a replay that does not reach its end goes on where it was", () => {
  // At this speed an hour of the file takes a twentieth of a second.
  const SPEED = "72000";
  test.each([
    ["Ctrl-C", "SIGINT", 130],
    ["kill -9", "SIGKILL", null],
  ] as const)("after %s", async (_name, signal, code) => {
    const folder = replayFolder();
    const words = ["replay", folder.write("loads.csv", FILE), "--map", folder.write("map.yaml", MAP)];
    const child = folder.start(...words, "--speed", SPEED);
    await vi.waitFor(() => expect(folder.acknowledgedRows()).toBeGreaterThan(5), { timeout: 20_000, interval: 20 });
    child.kill(signal);
    const [exitCode] = await once(child, "exit");
    expect(exitCode).toBe(code);
    const rows = folder.acknowledgedRows();
    expect(rows).toBeLessThan(HOURS);

    const { out, code: secondCode } = await folder.run(...words);
    expect(secondCode).toBe(0);
    expect(out).toContain(`${rows} of ${HOURS} rows are acknowledged already`);
    expect(out).toMatch(/home-h1 +consumption +7\.200 kWh +72 known\n/);
    expect(out).toMatch(/roof-r1 +generation +12\.000 kWh +72 known\n/);
    expect((await folder.run("verify")).code).toBe(0);
  });
});

test("a file that says something else about the same moments is told, and changes nothing", async () => {
  const folder = replayFolder();
  const map = folder.write("map.yaml", MAP);
  await folder.run("replay", folder.write("loads.csv", FILE), "--map", map);
  const other = FILE.replace("0.1,0,0\n", "0.2,0,0\n");
  const { code, out } = await folder.run("replay", folder.write("other.csv", other), "--map", map);
  expect(code).toBe(1);
  expect(out).toContain("72 readings contradict");
  expect(out).toMatch(/home-h1 +consumption +7\.200 kWh +72 known +the file has 7\.300 kWh/);
});

describe("clear errors, before anything is sent", () => {
  const good = "time,h1_kwh\n2020-06-01 00:00,1\n2020-06-01 01:00,1\n2020-06-01 02:00,1\n";
  const map = MAP.split("\n").slice(0, 4).join("\n");
  test.each([
    [
      "a comma in a number",
      good.replace(/1\n$/, '"1,5"\n'),
      map,
      /loads.csv:4: .*"1,5" is not a number/,
      /decimal: ","/,
    ],
    ["a time twice", good.replace("01:00", "00:00"), map, /loads.csv:3: .*stands twice/, /Sort the file/],
    ["the future", good.replaceAll("2020", "2999"), map, /loads.csv:2: .*lies in the future/, /time.zone/],
    ["an open quote", `${good}"2020,\n`, map, /loads.csv:\d: .*[Qq]uote/, /quotes/],
    [
      "an hour that spring left out",
      good.replaceAll("06-01", "03-29"),
      map,
      /2020-03-29 02:00:00 does not exist/,
      /fixed offset/,
    ],
    ["no such column", good.replace("h1_kwh", "power"), map, /fits no column of power/, /Correct/],
    ["no header", "1;2;3\n", map, /no line has the column "time"/, /names of columns/],
    ["not UTF-8", Buffer.from("time,h1_kwh\n2020-06-01 00:00,\xff\n", "latin1"), map, /not utf-8/, /windows-1252/],
    ["a .gz cut short", gzipSync(good.repeat(50)).subarray(0, 40), map, /cannot be read/, /cut short/],
    ["an unknown key", good, map.replace("device:", "devcie:"), /map.yaml:4: .*devcie/, /device/],
    ["no such zone", good, map.replace("Europe/Vienna", "Europe/Wien"), /no time zone "Europe\/Wien"/, /IANA/],
  ])("%s", async (_name, file, mapText, message, remedy) => {
    const folder = replayFolder();
    const words = ["replay", folder.write("loads.csv", file), "--map", folder.write("map.yaml", mapText)];
    const { code, error } = await folder.run(...words);
    expect(code).toBe(1);
    expect(error).toMatch(message);
    expect(error).toMatch(remedy);
    expect(error).not.toContain("bug");
    expect(folder.acknowledgedRows()).toBe(0);
  });

  test.each([
    ["no file", [], /takes the path of one file/],
    ["no map", ["loads.csv"], /needs a map/],
    ["a strange speed", ["loads.csv", "--map", "m", "--speed", "fast"], /--speed takes max or a number/],
    ["a map that is not there", ["loads.csv", "--map", "/nowhere.yaml"], /cannot read the map/],
  ])("%s", async (_name, words, message) => {
    const { code, error } = await replayFolder().run("replay", ...words);
    expect(code).toBe(1);
    expect(error).toMatch(message);
  });

  test("rows that the map says to skip are told one by one", async () => {
    const folder = replayFolder();
    const file = folder.write("loads.csv", `${good}Total,2\n2020-06-01 03:00,1\n`);
    const words = ["replay", file, "--map", folder.write("map.yaml", `bad_rows: skip${map}`)];
    const { code, out } = await folder.run(...words, "--no-settle");
    expect(code).toBe(0);
    expect(out).toMatch(/Skipped .*loads.csv:5: "Total" is not a time/);
    expect(out).toMatch(/home-h1\/active_energy_import +4\.000 kWh +4 known/);
  });
});
