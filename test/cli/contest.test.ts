import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { postToHub } from "../../hub/cli/post-to-hub.ts";
import { addDays, localDayOf, rangeOfLocalDay } from "../../hub/time-zone.ts";
import { systemClock } from "../../hub/units.ts";
import { openHub } from "../api/open-hub.ts";
import { ann, openContests, opening } from "../governance/open-contests.ts";
import { community, registerReadings } from "../settlement/sunny-day.ts";
import { runMillrace } from "./run-millrace.ts";

async function run(data: string, ...words: readonly string[]) {
  const { code, out, error } = await runMillrace("contest", ...words, "--data", data);
  return { code, text: out + error };
}

test("without a hub: listed, shown, decided once", async () => {
  const { folder, contests, stores } = await openContests();
  await contests.open({ ...opening, reason: "too \u001b[2Jlittle" }, ann);
  await contests.open({ ...opening, id: "c-2" }, ann);
  await stores.close();
  const listed = await run(folder, "list");
  expect(listed.code).toBe(0);
  expect(listed.text).toMatch(/^case +state +entry +member +due +reason\nc-2 .*\nc-1 +\w+ +2026-06-13\.1 +ann /);
  expect(listed.text).not.toContain("\u001b");
  const shown = await run(folder, "show", "c-1");
  expect([shown.code, shown.text]).toEqual([0, expect.stringMatching(/opened by ann \(member\).*\nEvidence: sha256/)]);
  expect(shown.text).toContain("gave the same day");

  const rejected = await run(folder, "decide", "c-1", "--reject", "--reason", "the register says so");
  expect(rejected.code).toBe(0);
  expect(rejected.text).toMatch(/rejected by steward \(steward\): the register says so/);
  const again = await run(folder, "decide", "c-1", "--uphold", "--reason", "after all", "--wrong", '{"what":"day"}');
  expect([again.code, again.text]).toEqual([1, expect.stringContaining("[CASE_CONFLICT]")]);
  const upheld = await run(folder, "decide", "c-2", "--uphold", "--reason", "look again", "--wrong", '{"what":"day"}');
  expect([upheld.code, upheld.text]).toEqual([0, expect.stringMatching(/settled anew, and no amount changed/)]);
});

test("beside a running hub, which corrects what it reads through", async () => {
  await using open = await openHub();
  const { hub, config, url } = open;
  const zone = community.time_zone;
  const day = addDays(localDayOf(zone, systemClock()), -2);
  const range = rangeOfLocalDay(zone, day);
  // A day of 23, 24 or 25 hours.
  const hours = (wh: number) => Array.from({ length: (range.to - range.from) / 3_600_000 }, () => wh);
  await hub.communities.adopt(community, 1);
  await hub.series.append([
    ...registerReadings("roof/active_energy_export", hours(900), range.from),
    ...registerReadings("ann/active_energy_import", hours(400), range.from),
    ...registerReadings("ben/active_energy_import", hours(700), range.from),
  ]);
  await hub.settlement.settle(range);
  const asked = { id: "c-1", member: "ann", reason: "we were away" };
  const path = `/api/entries/${day}.1/contest`;
  expect((await postToHub({ url, data: config.data }, path, asked)).status).toBe(200);

  const noon = range.from + 12 * 3_600_000;
  const wrong = JSON.stringify({
    ...{ what: "readings", series: "ann/active_energy_import", from_ms: noon, to_ms: noon + 1 },
    change: { kind: "value_offset", by: -100 },
  });
  const decided = await run(
    config.data,
    "decide",
    "c-1",
    "--uphold",
    "--reason",
    "the photo shows less",
    "--wrong",
    wrong,
  );
  expect([decided.code, decided.text]).toEqual([0, expect.stringContaining(`corrected by entry ${day}.2`)]);
  expect((await hub.entries.ofDay(day)).map(({ entry }) => entry.kind)).toEqual(["settlement", "correction"]);
  expect((await hub.settlement.settle(range)).days.unchanged).toBe(1);
  const conflict = await run(config.data, "decide", "c-1", "--reject", "--reason", "changed my mind");
  expect([conflict.code, conflict.text]).toEqual([1, expect.stringContaining("[CASE_CONFLICT]")]);
});

test.each([
  [[], /say list, show ID or decide ID/],
  [["show"], /say list, show ID or decide ID/],
  [["decide", "c-1", "--reason", "why not"], /--uphold or --reject/],
  [["decide", "c-1", "--reject"], /say why/],
  [["decide", "c-1", "--uphold", "--reason", "why not", "--wrong", "the meter"], /--wrong is not what it should be/],
  [["decide", "c-1", "--uphold", "--reason", "why not", "--wrong", '{"what":"all"}'], /--wrong is not what/],
  [["show", "c-9"], /NOT_FOUND/],
])("%j is refused", async (words, message) => {
  const { code, text } = await run(mkdtempSync(join(tmpdir(), "millrace-contest-")), ...words);
  expect(code).toBe(1);
  expect(text).toMatch(message);
});
