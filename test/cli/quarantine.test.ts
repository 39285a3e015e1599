import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { SeriesStore } from "../../hub/series/series-store.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs } from "../../hub/units.ts";
import { openHub } from "../api/open-hub.ts";
import { runMillrace } from "./run-millrace.ts";

const AT = EpochMs(Date.UTC(2026, 6, 1));

async function run(data: string, ...words: readonly string[]) {
  const { code, out, error } = await runMillrace("quarantine", ...words, "--data", data);
  return { code, text: out + error };
}

const refuse = ({ series }: { readonly series: SeriesStore }, payload: string, reason: string) =>
  series.quarantine({ at: AT, source: "readings/roof", device: "roof", reason, payload: Buffer.from(payload) });
const GOOD = '[{"n":"active_power","u":"W","v":7}]';

test("without a hub: listed, replayed, and what stays ends with 1", async () => {
  const data = mkdtempSync(join(tmpdir(), "millrace-quarantine-"));
  const stores = await openStores(data, { windowMs: 0 });
  await refuse(stores, GOOD, "an older decoder's reason");
  await refuse(stores, "\u001b[2Jhello", "not JSON");
  await stores.close();
  const listed = await run(data, "list");
  expect(listed.code).toBe(0);
  expect(listed.text).toContain("2026-07-01T00:00:00.000Z  readings/roof  not JSON");
  expect(listed.text).not.toContain("\u001b");
  expect(await run(data, "replay")).toEqual({
    code: 1,
    text: "1 readings stored, 0 known already, 0 contradicted a stored one\n2 stays: not JSON\n",
  });
  expect((await run(data, "list")).text).not.toContain("active_power");
});

test("beside a running hub, which does it", async () => {
  await using open = await openHub();
  await refuse(open.hub, GOOD, "an older decoder's reason");
  const { code, text } = await run(open.config.data, "replay", "1");
  expect([code, text]).toEqual([0, "1 readings stored, 0 known already, 0 contradicted a stored one\n"]);
  expect((await open.hub.series.latest())[0]).toMatchObject({ at: AT, value: 7, stampedBy: "arrival" });
  expect((await run(open.config.data, "list")).text).toBe("The quarantine is empty.\n");
});

test.each([
  [["replay", "first"], /"first" is no id/],
  [["replay", "0"], /"0" is no id/],
  [["delete"], /say list, or replay/],
])("%j is refused", async (words, message) => {
  const { code, text } = await run(tmpdir(), ...words);
  expect(code).toBe(1);
  expect(text).toMatch(message);
});
