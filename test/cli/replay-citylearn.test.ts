import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { sharedData } from "../shared-data.ts";
import { replayFolder } from "./replay-folder.ts";

const EXAMPLE_MAP = join(import.meta.dirname, "..", "..", "docs", "replay-maps", "citylearn2022.yaml");
/** The recording is rounded to 6 decimals, its published totals are not: these two cannot be reached from it. */
const ROUNDED_AWAY = new Map([
  ["B07 load", "7856.334"],
  ["B12 load", "11212.272"],
]);

const data = sharedData("citylearn2022_hourly");

/** Columns of the file by name, each with the exact sum of its cells in mWh, made without the hub's code. */
function sumColumns(text: string): ReadonlyMap<string, bigint> {
  const [header = "", ...rows] = text.trim().split("\n");
  const names = header.split(",");
  const sums = names.map(() => 0n);
  for (const row of rows) {
    row.split(",").forEach((cell, index) => {
      if (index === 0) return;
      const [whole = "0", decimals = ""] = cell.split(".");
      sums[index]! += BigInt(whole + decimals.padEnd(6, "0"));
    });
  }
  return new Map(names.map((name, index) => [name, sums[index]!]));
}

test.skipIf(data === undefined)(
  "17 homes and their roofs for a year, names shuffled: totals, shares and odd plants (needs shared data citylearn2022_hourly)",
  async () => {
    const text = gunzipSync(readFileSync(join(data ?? "", "load_pv_hourly.csv.gz"))).toString("utf8");
    const expected = readFileSync(join(data ?? "", "expected_annual_totals.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1);
    const homes = expected.map((line) => line.split(",") as [string, string, string, string]);
    // 17 is prime, so multiplying by 5 gives every home the name of another one, except one or two.
    const renamed = new Map(homes.map(([home], index) => [home, homes[(index * 5 + 3) % 17]![0]]));
    const shuffledText = text.replace(/^.*\n/, (header) => header.replace(/B\d\d/g, (home) => renamed.get(home)!));
    const ratings = homes.map(([home, kw]) => `${renamed.get(home)}: ${Number(kw)}`).join(", ");
    const map = readFileSync(EXAMPLE_MAP, "utf8").replace(/\{[^{}]*B01: 4[^{}]*\}/, `{ ${ratings} }`);
    const sums = sumColumns(text);

    const folder = replayFolder();
    const words = ["replay", folder.write("shuffled.csv", shuffledText), "--map", folder.write("map.yaml", map)];
    const { code, out, error } = await folder.run(...words);
    expect({ code, error }).toEqual({ code: 0, error: "" });

    for (const [home, , load, pv] of homes) {
      for (const [kind, point, published] of [
        ["load", `home-${renamed.get(home)}`, load],
        ["pv", `roof-${renamed.get(home)}`, pv],
      ] as const) {
        const [, total] = new RegExp(`^${point} +\\w+ +(\\S+) kWh +8760 known`, "m").exec(out) ?? [];
        const exact = Number(sums.get(`${home}_${kind}_kwh`)) / 1000;
        expect(total, point).toBe((Math.round(exact) / 1000).toFixed(3));
        expect(total, point).toBe(ROUNDED_AWAY.get(`${home} ${kind}`) ?? published);
      }
    }
    const flagged = [...out.matchAll(/^roof-(B\d\d) .* (dead|weak|high): /gm)].map(([, roof, flag]) => [roof, flag]);
    expect(new Map(flagged as [string, string][])).toEqual(
      new Map([
        [renamed.get("B14"), "weak"],
        [renamed.get("B15"), "dead"],
      ]),
    );
    const generated = homes.reduce((sum, [home]) => sum + (sums.get(`${home}_pv_kwh`) ?? 0n), 0n);
    const [, allotted = "", surplus = "", generation] = /: (\d+) \+ (\d+) = (\d+) mWh/.exec(out) ?? [];
    expect(generation).toBe(String(generated));
    expect(BigInt(allotted) + BigInt(surplus)).toBe(generated);
    expect(out).toContain("8760 intervals: 8760 shared out, 0 held");
  },
  120_000,
);
