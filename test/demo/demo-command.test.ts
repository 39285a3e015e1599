import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { demoCommunity } from "../../hub/demo/community.ts";
import { trackRegister } from "../../hub/energy/register-track.ts";
import { SeriesKey } from "../../hub/reading.ts";
import { openStores } from "../../hub/store/sqlite/open-stores.ts";
import { DAY, EpochMs } from "../../hub/units.ts";
import { type DemoProcess, LAUNCHER, startDemoProcess } from "./demo-process.ts";

const ANY_PORTS = ["--port", "0", "--mqtt-port", "0"];
const START_LIMIT_MS = 60_000;
/** What the devices send by themselves: a register and a power each, and the mill's spindle. */
const SENT_SERIES = 33;
/** Every five minutes from midnight of the first day to half past seven of the eighth, both included. */
const HISTORY_READINGS = 7 * 288 + 7.5 * 12 + 1;
/** With what is polled besides: 16 more of the inverter, 25 of the grid meter. */
const ALL_SERIES = 74;

let folder: string;
const started: DemoProcess[] = [];
const start = (...flags: readonly string[]) => {
  const demo = startDemoProcess(...flags);
  started.push(demo);
  return demo;
};

interface Health {
  readonly now_ms: number;
  readonly readings: number;
  readonly series: number;
  readonly conflicts: number;
  readonly quarantined: number;
  readonly simulated: boolean;
  readonly time_speed: number;
}
interface DeviceLine {
  readonly device: string;
  readonly via: string | null;
}
const ask = async <T>(address: string, path: string): Promise<T> =>
  (await (await fetch(new URL(path, address))).json()) as T;

/** History that was sent and two runs that were polled: registers that never fell, and books that agree with them. */
async function expectWholeRegisters(data: string): Promise<void> {
  const stores = await openStores(data, { windowMs: null });
  try {
    for (const key of ["roof-south/active_energy_export", "grid/active_energy_import", "grid/active_energy_export"]) {
      const readings = await stores.series.range(SeriesKey(key), { from: EpochMs(0), to: EpochMs(8e15) });
      const live = readings.filter(({ stampedBy }) => stampedBy === "arrival");
      const sent = readings.length - live.length;
      expect([key, sent]).toEqual([key, key.startsWith("roof-south") ? HISTORY_READINGS : 0]);
      expect(live.length).toBeGreaterThan(2);
      readings.slice(1).forEach(({ value }, index) => {
        expect(value).toBeGreaterThanOrEqual(readings[index]!.value!);
      });
      const { segments, outliers, unconfirmed } = trackRegister(readings, 100_000);
      expect([key, segments.length, outliers, unconfirmed]).toEqual([key, 1, [], null]);
    }
  } finally {
    await stores.close();
  }
  const verified = spawnSync(process.execPath, [LAUNCHER, "verify", "--data", data], { encoding: "utf8" });
  expect([verified.status, verified.stdout]).toEqual([0, expect.stringContaining("Everything agrees.")]);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-demo-"));
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("millrace demo", () => {
  test(
    "starts from nothing, is asked, stops at Ctrl-C and goes on where it was",
    async () => {
      const data = join(folder, "whole");
      const first = start("--data", data, "--speed", "600", ...ANY_PORTS);
      const address = await first.ready();
      expect(first.stdout()).toMatch(/History: [\d,]+ readings stored, 7 days settled/);
      expect(first.stdout()).toMatch(/ready in \d+\.\d s$/m);

      const health = await ask<Health>(address, "/api/health");
      expect(health).toMatchObject({ conflicts: 0, quarantined: 0, simulated: true, time_speed: 600 });
      expect(health.readings).toBeGreaterThan(SENT_SERIES * 7 * 288);
      expect(new Date(health.now_ms).toISOString()).toMatch(/-06-21T0[5-9]:/);
      await expect.poll(async () => (await ask<Health>(address, "/api/health")).series).toBe(ALL_SERIES);
      const polled = (await ask<readonly DeviceLine[]>(address, "/api/devices")).filter(({ via }) => via === "modbus");
      expect(polled).toMatchObject([
        { device: "grid", state: "answering", failures: 0, profile: "eastron-sdm630", declared_in: "file" },
        { device: "roof-south", state: "answering", failures: 0, profile: "sunspec", rated_w: 12_000 },
      ]);
      const plants = await ask<readonly { generation_mwh: number; flag: string | null }[]>(address, "/api/plants");
      expect(plants).toHaveLength(3);
      for (const { generation_mwh, flag } of plants) {
        expect(generation_mwh).toBeGreaterThan(100_000_000);
        expect(flag).toBeNull();
      }
      const page = await fetch(address);
      expect([page.status, page.headers.get("content-type")]).toEqual([200, expect.stringContaining("text/html")]);
      await expect
        .poll(async () => (await ask<Health>(address, "/api/health")).readings)
        .toBeGreaterThan(health.readings);

      // Its folder is taken while it runs.
      const beside = start("--data", data, ...ANY_PORTS);
      expect(await beside.ended()).toBe(1);
      expect(beside.stderr()).toContain("[FOLDER_IN_USE]");

      // A terminal and npm may both pass one Ctrl-C on.
      first.child.kill("SIGINT");
      first.child.kill("SIGINT");
      expect(await first.ended()).toBe(0);
      expect(first.stdout()).toContain("Stopped");
      expect(first.stderr()).toBe("");

      const second = start("--data", data, "--speed", "600", ...ANY_PORTS);
      const again = await ask<Health>(await second.ready(), "/api/health");
      expect(again).toMatchObject({ series: ALL_SERIES, conflicts: 0, quarantined: 0 });
      expect(again.readings).toBeGreaterThan(health.readings);
      expect(again.now_ms).toBeGreaterThanOrEqual(health.now_ms);
      expect(again.now_ms - health.now_ms).toBeLessThan(DAY);
      second.child.kill("SIGTERM");
      expect(await second.ended()).toBe(0);
      expect(second.stderr()).toBe("");
      await expectWholeRegisters(data);
    },
    2 * START_LIMIT_MS,
  );

  test.each([
    ["--port", "8080"],
    ["--mqtt-port", "1883"],
  ])(
    "a %s that is taken is named with the flag that chooses another, exit 1",
    async (flag) => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const port = String((taken.address() as AddressInfo).port);
      try {
        const other = flag === "--port" ? "--mqtt-port" : "--port";
        const demo = start("--data", join(folder, `taken${flag}`), flag, port, other, "0");
        expect(await demo.ended()).toBe(1);
        expect(demo.stderr()).toContain("[PORT_IN_USE]");
        expect(demo.stderr()).toContain(port);
        expect(demo.stderr()).toContain(flag);
      } finally {
        taken.close();
      }
    },
    START_LIMIT_MS,
  );

  test(
    "a folder that cannot be written is a clear line, exit 1",
    async () => {
      const file = join(folder, "a-file");
      writeFileSync(file, "not a folder");
      const demo = start("--data", join(file, "data"), ...ANY_PORTS);
      expect(await demo.ended()).toBe(1);
      expect(demo.stderr()).toContain("[FOLDER_NOT_WRITABLE]");
    },
    START_LIMIT_MS,
  );

  test(
    "Ctrl-C while it is being made ready ends it in order, and the next start completes the history",
    async () => {
      const data = join(folder, "interrupted");
      const first = start("--data", data, ...ANY_PORTS);
      // The hub announces itself before the first device connects.
      await expect.poll(() => existsSync(join(data, "hub.json")), { interval: 5, timeout: START_LIMIT_MS }).toBe(true);
      first.child.kill("SIGINT");
      expect(await first.ended()).toBe(0);
      expect(first.stderr()).toBe("");

      const second = start("--data", data, ...ANY_PORTS);
      const url = await second.ready();
      expect(await ask<unknown[]>(url, "/api/quarantine?limit=3")).toEqual([]);
      const health = await ask<Health>(url, "/api/health");
      expect(health).toMatchObject({ series: ALL_SERIES, conflicts: 0, quarantined: 0 });
      expect(health.readings).toBeGreaterThan(SENT_SERIES * 7 * 288);
      expect(second.stdout()).toContain("7 days settled");
    },
    2 * START_LIMIT_MS,
  );

  test(
    "a folder of a real community is refused and left as it is, exit 1",
    async () => {
      const data = join(folder, "real");
      const stores = await openStores(data, { windowMs: 0 });
      await stores.communities.adopt({ ...demoCommunity(), name: "Our valley" }, 0);
      await stores.close();
      const demo = start("--data", data, ...ANY_PORTS);
      expect(await demo.ended()).toBe(1);
      expect(demo.stderr()).toContain('the community "Our valley"');
      expect(demo.stderr()).toContain("--data FOLDER");
      expect(demo.stdout()).toBe("");
    },
    START_LIMIT_MS,
  );

  test.each([
    [["--speed", "0"], "--speed takes a whole number from 1 to"],
    [["--speed", "fast"], 'found "fast"'],
    [["--port", "65536"], "--port takes a whole number from 0 to 65535"],
    [["now"], 'takes no words, found "now"'],
  ])("%j is refused in words, exit 1", async (flags, message) => {
    const demo = start(...flags);
    expect(await demo.ended()).toBe(1);
    expect(demo.stderr()).toContain(message);
    expect(demo.stderr()).toContain("[COMMAND_ARGUMENT]");
  });
});
