import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Policy } from "../../hub/allocation/policy.ts";
import { postToHub } from "../../hub/cli/post-to-hub.ts";
import { coefficientSeries } from "../../hub/members/coefficient-series.ts";
import { addDays, localDayOf, rangeOfLocalDay } from "../../hub/time-zone.ts";
import { EpochMs, systemClock } from "../../hub/units.ts";
import { openHub } from "../api/open-hub.ts";
import { community, DAY_START, openSettlement, registerReadings } from "../settlement/sunny-day.ts";
import { runMillrace } from "./run-millrace.ts";

const policy: Policy = {
  name: "the operator's",
  tiers: [{ weight: { kind: "external", coefficients: "enedis" } }],
  surplus: "to_producer",
};

function tableOf(lines: readonly string[]): string {
  const path = join(mkdtempSync(join(tmpdir(), "millrace-coefficients-")), "june.csv");
  writeFileSync(path, `${lines.join("\n")}\n`);
  return path;
}

async function run(data: string, ...words: readonly string[]) {
  const { code, out, error } = await runMillrace("coefficients", ...words, "--data", data);
  return { code, text: out + error };
}

const shareOf = (member: string) => coefficientSeries("enedis", "joint", member);

async function openFolderOf() {
  const open = await openSettlement();
  await open.stores.communities.adopt({ ...community, policy }, 2);
  await open.stores.close();
  return open.folder;
}

test("without a hub: a table with local times and decimal commas is taken in, once", async () => {
  const folder = await openFolderOf();
  const table = tableOf(["time;ben;ann", "2026-06-13 00:00;0,75;0,25", "2026-06-13 01:00;0;1"]);
  const first = await run(folder, table, "--key", "enedis");
  expect(first).toEqual({ code: 0, text: "4 shares named, 0 stood already, 0 corrected.\n" });
  expect((await run(folder, table, "--key", "enedis")).text).toBe("0 shares named, 4 stood already, 0 corrected.\n");
  const changed = tableOf(["time,ann,ben", "2026-06-12T22:00:00Z,0.3,0.7"]);
  expect((await run(folder, changed, "--key", "enedis", "--reason", "a new file")).text).toContain("2 corrected");
  await using open = await openSettlement(undefined, folder);
  const readings = await open.stores.series.range(shareOf("ben"), {
    from: EpochMs(DAY_START),
    to: EpochMs(DAY_START + 86_400_000),
  });
  expect(readings.map(({ value }) => value)).toEqual([0.75, 0]);
  expect(
    (await open.stores.corrections.list()).map(({ change, reason, author }) => ({ change, reason, author })),
  ).toEqual([
    { change: { kind: "substitute", value: 0.3 }, reason: "a new file", author: "steward" },
    { change: { kind: "substitute", value: 0.7 }, reason: "a new file", author: "steward" },
  ]);
});

test.each([
  ["no column of times", ["when;ann;ben", "2026-06-13 00:00;1;0"], "Call the first column time"],
  ["a cell that is no number", ["time;ann;ben", "2026-06-13 00:00;half;0.5"], 'june.csv:2: "half" is not a number'],
  ["an empty cell", ["time;ann;ben", "2026-06-13 00:00;;0.5"], "june.csv:2: ann has no share"],
  ["a row cut short", ["time;ann;ben", "2026-06-13 00:00;1"], "june.csv:2: the row has 2 cells"],
  ["an unknown member", ["time;ann;bert", "2026-06-13 00:00;0;1"], "bert at 2026-06-12T22:00:00.000Z"],
  ["a column twice", ["time;ann;ann", "2026-06-13 00:00;0;1"], 'two columns are called "ann"'],
])("%s is refused with its place", async (_name, lines, expected) => {
  const folder = await openFolderOf();
  const refused = await run(folder, tableOf(lines), "--key", "enedis");
  expect(refused.code).toBe(1);
  expect(refused.text).toContain(expected);
});

test("beside a running hub, which settles the days they change", async () => {
  await using open = await openHub();
  const { hub, config, url } = open;
  const zone = community.time_zone;
  const day = addDays(localDayOf(zone, systemClock()), -2);
  const range = rangeOfLocalDay(zone, day);
  const count = (range.to - range.from) / 3_600_000;
  const hours = (wh: number) => Array.from({ length: count }, () => wh);
  await hub.communities.adopt({ ...community, policy }, 1);
  await hub.series.append([
    ...registerReadings("roof/active_energy_export", hours(900), range.from),
    ...registerReadings("ann/active_energy_import", hours(900), range.from),
    ...registerReadings("ben/active_energy_import", hours(700), range.from),
  ]);
  const rows = hours(0).map((_, hour) => `${new Date(range.from + hour * 3_600_000).toISOString()},0.5,0.25`);
  const named = await run(config.data, tableOf(["time,ann,ben", ...rows]), "--key", "enedis");
  expect(named).toEqual({ code: 0, text: `${2 * count} shares named, 0 stood already, 0 corrected.\n` });
  await hub.settlement.settle(range);
  const { cells } = await hub.settlement.day(day);
  expect(cells.members[0]?.allotted_mwh).toEqual(hours(450_000));

  const asked = {
    key: "enedis",
    reason: "by hand",
    sets: [{ from_ms: range.from + 1, shares: { ann: "1", ben: "0" } }],
  };
  const refused = await postToHub({ url, data: config.data }, "/api/coefficients", asked);
  expect([refused.status, await refused.json()]).toEqual([
    422,
    expect.objectContaining({ code: "COEFFICIENTS_INVALID" }),
  ]);
  const unknown = await postToHub({ url, data: config.data }, "/api/coefficients", { ...asked, sets: [] });
  expect(unknown.status).toBe(400);
});
