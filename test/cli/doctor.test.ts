import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { checkClock, checkNode } from "../../hub/cli/check-machine.ts";
import { checkDevices, checkQuarantine, estimateRate } from "../../hub/cli/check-readings.ts";
import { checkWear } from "../../hub/cli/check-wear.ts";
import { describeBytes, describeFinding, describeMs, look } from "../../hub/cli/finding.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { EpochMs } from "../../hub/units.ts";
import { openHub } from "../api/open-hub.ts";

const LAUNCHER = join(import.meta.dirname, "../../hub/launch.mjs");

interface Told {
  readonly code: number;
  /** `ok node`, `look clock` ... in order. */
  readonly verdicts: readonly string[];
  readonly text: string;
}

async function runDoctor(data: string, config = "mqtt: { port: 0 }\nweb: { port: 0 }\n"): Promise<Told> {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-doctor-")), "millrace.yaml");
  writeFileSync(file, config);
  const args = [LAUNCHER, "doctor", "--config", file, "--data", data];
  const { code = 0, stdout } = (await promisify(execFile)(process.execPath, args).catch(
    (failure: { code: number; stdout: string }) => failure,
  )) as { code?: number; stdout: string };
  const verdicts = [...stdout.matchAll(/^(ok|look|wrong) +([a-z]+(?: port|\.db)?)/gm)].map(
    (found) => `${found[1]} ${found[2]}`,
  );
  return { code, verdicts, text: stdout };
}

/** A folder as a hub leaves it: readings of the last minutes, and one refusal. */
async function usedFolder(): Promise<string> {
  const data = mkdtempSync(join(tmpdir(), "millrace-doctor-"));
  const stores = await openStores(data, { windowMs: 0 });
  const now = Date.now();
  const readings = Array.from({ length: 60 }, (_, index) => ({
    series: SeriesKey("roof/active_power"),
    at: EpochMs(now - index * 10_000),
    stampedBy: "device" as const,
    outcome: "value" as const,
    value: index,
  }));
  await stores.series.append(readings);
  const payload = Buffer.from("hello");
  await stores.series.quarantine({
    at: EpochMs(now),
    source: "readings/roof",
    device: "roof",
    reason: "not JSON",
    payload,
  });
  await stores.close();
  return data;
}

const DATABASES = ["readings.db", "settlement.db", "books.db"];

test("a good folder is well, and what is worth a look ends with no failure", async () => {
  const data = await usedFolder();
  const { code, verdicts, text } = await runDoctor(data);
  expect(verdicts.filter((one) => !one.endsWith(" clock"))).toEqual([
    ...["ok node", "ok config", "ok folder", "ok disk", "ok hub", "ok mqtt port", "ok web port"],
    ...DATABASES.map((file) => `ok ${file}`),
    ...["ok readings", "ok devices", "look quarantine", "ok wear"],
  ]);
  expect(text).toMatch(/60 of 1 series/);
  expect(text).toMatch(/1 not_json \(roof\): not JSON\n {6}→ Correct/);
  expect(text).toMatch(/a card of 30 TB lasts/);
  expect(text).toMatch(/\n\d+ ok, \d+ to look at, 0 wrong\n$/);
  expect(code).toBe(0);
});

test("nothing is changed by looking", async () => {
  const data = await usedFolder();
  const before = DATABASES.map((file) => readFileSync(join(data, file)));
  await runDoctor(data);
  expect(DATABASES.map((file) => readFileSync(join(data, file)))).toEqual(before);
});

test("beside a running hub its own word counts", async () => {
  await using open = await openHub("roof");
  await open.publish("roof", '[{"n":"active_power","u":"W","v":1}]');
  const { code, verdicts, text } = await runDoctor(open.config.data);
  expect(verdicts).toContain("ok hub");
  expect(verdicts).not.toContain("ok mqtt port");
  expect(text).toContain(`running at ${open.url}`);
  expect(text).toMatch(/1 of 1 series/);
  expect(code).toBe(0);
});

test.each([
  ["overwritten", (path: string) => writeFileSync(path, readFileSync(path).fill(0x5a, 4096)), "readings.db"],
  ["no database at all", (path: string) => writeFileSync(path, "this is a shopping list ".repeat(500)), "books.db"],
  ["gone", (path: string) => rmSync(path), "settlement.db"],
])("a file that is %s is wrong, with its name and a remedy", async (_name, spoil, file) => {
  const data = await usedFolder();
  spoil(join(data, file));
  const { code, verdicts, text } = await runDoctor(data);
  expect(verdicts).toContain(`wrong ${file}`);
  for (const other of DATABASES) if (other !== file) expect(verdicts).toContain(`ok ${other}`);
  expect(text).toMatch(/→ Stop the hub, copy the folder away/);
  expect(code).toBe(1);
});

test("a config that is not valid is wrong, and says which line", async () => {
  const { code, verdicts, text } = await runDoctor(tmpdir(), "mqtt: { prot: 1 }\n");
  expect(verdicts).toEqual(["ok node", "wrong config"]);
  expect(text).toMatch(/millrace\.yaml:1: .*prot/);
  expect(code).toBe(1);
});

test("a port that another program holds is wrong", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const { code, verdicts } = await runDoctor(await usedFolder(), `mqtt: { port: ${port} }\nweb: { port: 0 }\n`);
  server.close();
  expect(verdicts).toContain("wrong mqtt port");
  expect(code).toBe(1);
});

test("a folder others can read is worth a look; none at all is a hub that never ran", async () => {
  const data = await usedFolder();
  chmodSync(data, 0o755);
  expect((await runDoctor(data)).verdicts).toContain("look folder");
  const { code, verdicts } = await runDoctor(join(data, "elsewhere"));
  expect(verdicts).toContain("look folder");
  expect(verdicts).toContain("look databases");
  expect(code).toBe(0);
});

const info = (series: string, first: number, last: number, readings: number) => ({
  series: SeriesKey(series),
  first_ms: EpochMs(first),
  last_ms: EpochMs(last),
  readings,
  conflicts: 0,
});
const MINUTE = 60_000;
const T0 = Date.UTC(2026, 5, 1);

test.each([
  ["heard of a minute ago", 1 * MINUTE, "ok"],
  ["missing for less than an hour", 55 * MINUTE, "ok"],
  ["missing for two hours", 120 * MINUTE, "look"],
])("a device of minute readings %s is %#", (_name, ago, verdict) => {
  const catalogue = [info("roof/active_power", T0, T0 + 1_000 * MINUTE, 1_001)];
  expect(checkDevices(catalogue, T0 + 1_000 * MINUTE + ago).verdict).toBe(verdict);
});

test("a device that reports daily is not silent after two hours", () => {
  const day = 1_440 * MINUTE;
  const catalogue = [
    info("heat/active_energy_import", T0, T0 + 10 * day, 11),
    info("heat/temperature", T0, T0 + 10 * day, 11),
  ];
  expect(checkDevices(catalogue, T0 + 10 * day + 120 * MINUTE)).toMatchObject({ verdict: "ok" });
  expect(checkDevices(catalogue, T0 + 30 * day).message).toMatch(/^1 of 1 are silent: heat for 20 days$/);
});

test("the pace is guessed from series that are alive; one device's readings come together", () => {
  const second = 1_000;
  const alive = ["a/active_power", "a/voltage", "b/active_power"].map((key) => info(key, T0, T0 + 100 * second, 101));
  const dead = info("old/active_power", T0 - 90 * 86_400_000, T0 - 60 * 86_400_000, 1_000_000);
  expect(estimateRate([...alive, dead])).toEqual({ readings_per_s: 3, messages_per_s: 2 });
});

test("many refusals are summed up by kind, most frequent first", () => {
  const row = (id: number, reason: string, device: string | null) => {
    const payload = new Uint8Array();
    return { id, at: EpochMs(1), source: "x", device, reason, payload, payload_bytes: 0 };
  };
  const rows = [row(1, "not JSON", "a"), row(2, "no unit for b/voltage", "b"), row(3, "no unit for c/voltage", "c")];
  const { message } = checkQuarantine([...rows, row(4, "packet of 9 bytes is over the limit of 8", null)]);
  expect(message.split("\n")).toEqual([
    "4 records could not be decoded",
    "2 unit_missing (b, c): no unit for b/voltage",
    "1 not_json (a): not JSON",
    "1 oversized (unknown device): packet of 9 bytes is over the limit of 8",
  ]);
});

const noSign = { ntp: "no", hasRtc: false, hostKeepsClock: false } as const;
const NOON = Date.UTC(2026, 5, 2, 12);

test.each([
  ["never set", Date.UTC(1970, 0, 1), undefined, noSign, "wrong", /before this hub was made/],
  ["behind the newest reading", NOON, NOON + 86_400_000, { ...noSign, ntp: "now" }, "wrong", /a reading of 2026-06-03/],
  ["vouched for by nobody", NOON, NOON, noSign, "look", /nothing vouches/],
  ["kept by NTP", NOON, NOON, { ...noSign, ntp: "now" }, "ok", /time server/],
  ["set by NTP once", NOON, NOON, { ...noSign, ntp: "since_boot" }, "ok", /since the machine started/],
  ["kept by a battery", NOON, NOON, { ...noSign, hasRtc: true }, "ok", /battery/],
  ["kept by a host", NOON, undefined, { ...noSign, hostKeepsClock: true }, "ok", /host/],
] as const)("a clock that is %s", async (_name, now, newest, evidence, verdict, message) => {
  const finding = await checkClock(EpochMs(now), newest, "auto", Promise.resolve(evidence));
  expect(finding).toMatchObject({ verdict, message: expect.stringMatching(message) });
});

test("the steward's word is enough, unless a reading proves it wrong", async () => {
  const sure = (newest: number) => checkClock(EpochMs(NOON), newest, "always", Promise.resolve(noSign));
  expect((await sure(NOON)).verdict).toBe("ok");
  expect((await sure(NOON + 86_400_000)).verdict).toBe("wrong");
});

test("an old Node is wrong", () => {
  expect(checkNode("20.19.4").verdict).toBe("wrong");
  expect(checkNode("24.21.0").verdict).toBe("ok");
});

test("wear: what was measured comes before what is estimated, and a short life is worth a look", () => {
  const storage = { commit_window_ms: 50, card_endurance_tb: 30 };
  const rate = { readings_per_s: 50, messages_per_s: 50 };
  const measured = { ...rate, seconds: 7_200, bytes_per_day: 60e9 };
  expect(checkWear(storage, undefined).verdict).toBe("ok");
  const short = checkWear(storage, measured);
  expect(short).toMatchObject({ verdict: "look", remedy: expect.stringMatching(/commit_window_ms/) });
  expect(short.message).toMatch(/^60 GB a day \(measured over 2 hours\): a card of 30 TB lasts 1\.4 years\n/);
  const [, ...windows] = checkWear(storage, rate).message.split("\n");
  expect(windows.map((line) => line.slice(0, 30))).toEqual([
    "window of 50 ms (chosen): abou",
    "window of 1 second: about 937 ",
    "window of 5 seconds: about 481",
  ]);
});

test("for people: bytes, times, and one finding", () => {
  expect([0, 999, 1_234_567, 83e9, 3e13].map(describeBytes)).toEqual(["0 B", "999 B", "1.2 MB", "83 GB", "30 TB"]);
  expect([50, 1_000, 5_400_000, 7_200_000, 20 * 86_400_000].map(describeMs)).toEqual([
    ...["50 ms", "1 second", "90 minutes", "2 hours", "20 days"],
  ]);
  expect(describeFinding(look("clock", "one\ntwo", "Set it."))).toBe(
    "look  clock         one\n                    two\n      → Set it.",
  );
});
