import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { carloGavazziEm24E1 } from "../../../../hub/decode/profiles/carlo-gavazzi-em24-e1.ts";
import { profiles } from "../../../../hub/decode/profiles/catalogue.ts";
import { eastronSdm120 } from "../../../../hub/decode/profiles/eastron-sdm120.ts";
import { eastronSdm630 } from "../../../../hub/decode/profiles/eastron-sdm630.ts";
import { startFaultyLink } from "../../../../hub/demo/devices/faulty-link.ts";
import { serveModbusRtu } from "../../../../hub/demo/devices/modbus-serial-line.ts";
import { type ModbusTcpOptions, serveModbusTcp } from "../../../../hub/demo/devices/modbus-server.ts";
import { registerImage } from "../../../../hub/demo/devices/register-image.ts";
import type { SimulatedUnit } from "../../../../hub/demo/devices/simulated-unit.ts";
import { sunSpecImage } from "../../../../hub/demo/devices/sunspec-image.ts";
import { createBuses } from "../../../../hub/intake/modbus/buses.ts";
import { openBus } from "../../../../hub/intake/modbus/open-bus.ts";
import { createDeviceFinder } from "../../../../hub/intake/modbus/scan/device-finder.ts";
import type { ScanFinding, ScanProgress, ScanRequest } from "../../../../hub/members/device-finder.ts";
import { need } from "../../../requirements.ts";

const NETWORK = "127.0.0.0/29";
const pace = { timeoutMs: 150, firstTimeoutMs: 150, pauseMs: 0, connectDelayMs: 0, retryMs: 50 };
const reconnect = { firstMs: 10, longestMs: 20 };
const finder = createDeviceFinder({ openBus: (address) => openBus(address, { reconnect }), profiles, pace });

const sdm630 = (volts: number): SimulatedUnit =>
  registerImage(eastronSdm630, {
    values: {
      ...{ "voltage/l1": volts, "voltage/l2": volts + 1, "voltage/l3": volts - 1, frequency: 49.98 },
      ...{ "current/l1": 1, "active_power/l1": 230, active_power: 230, active_energy_import: 12_345 },
    },
  });
const sdm120 = registerImage(eastronSdm120, {
  values: { voltage: 231, frequency: 50.01, current: 1, active_power: 100, active_energy_import: 10 },
  identity: { serial: "4711" },
});
const em24 = registerImage(carloGavazziEm24E1, {
  values: { "voltage/l1": 230, frequency: 50 },
  identity: { model: "1651", serial: "KX12345" },
});
const inverter = (manufacturer: string, serial: string, model = 103): SimulatedUnit =>
  sunSpecImage({
    models: [
      {
        id: 1,
        length: 66,
        points: [
          { at: 2, encoding: "text", registers: 16, text: manufacturer },
          { at: 18, encoding: "text", registers: 16, text: "Roof 8.2" },
          { at: 50, encoding: "text", registers: 16, text: serial },
        ],
      },
      { id: model, length: 50, points: [] },
    ],
  });
/** It answers every question, with a refusal. */
const grumbler: SimulatedUnit = { readWord: () => undefined };

const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(options: Pick<ModbusTcpOptions, "host"> & Partial<ModbusTcpOptions>): Promise<number> {
  const server = await serveModbusTcp({ port: 0, units: new Map(), ...options });
  closing.push(server.close);
  return server.port;
}

async function scan(request: ScanRequest, signal?: AbortSignal) {
  const progress: ScanProgress[] = [];
  const heard: ScanFinding[] = [];
  const findings = await finder.scan(
    request,
    { found: (finding) => heard.push(finding), progress: (step) => progress.push(step) },
    signal,
  );
  return { findings, heard, progress };
}

describe("on a network", () => {
  test("an inverter, a gateway with meters and something unknown, and nothing of units that are not there", async () => {
    const port = await serve({ host: "127.0.0.2", units: new Map([[1, inverter("Fronius", "S1")]]) });
    const meters = new Map([
      [1, sdm630(230)],
      [2, sdm120],
      [4, em24],
    ]);
    await serve({ host: "127.0.0.3", port, units: meters, strangers: "gateway" });
    await serve({ host: "127.0.0.5", port, units: new Map([[3, grumbler]]) });
    const { findings, heard, progress } = await scan({ subnet: NETWORK, ports: [port], units: [1, 2, 3, 4] });
    expect(findings).toEqual([
      {
        modbus: { host: "127.0.0.2", port, unit: 1 },
        identity: { manufacturer: "Fronius", model: "Roof 8.2", serial: "S1" },
        profiles: ["fronius", "sunspec"],
        models: [1, 103],
      },
      expect.objectContaining({ modbus: { host: "127.0.0.3", port, unit: 1 }, models: [] }),
      expect.objectContaining({ modbus: { host: "127.0.0.3", port, unit: 2 }, models: [] }),
      {
        modbus: { host: "127.0.0.3", port, unit: 4 },
        identity: { model: "1651", serial: "KX12345" },
        profiles: ["carlo-gavazzi-em24-e1"],
        models: [],
      },
      { modbus: { host: "127.0.0.5", port, unit: 3 }, identity: {}, profiles: [], models: [] },
    ]);
    expect(findings[1]?.profiles[0]).toBe("eastron-sdm630");
    expect(findings[2]?.profiles[0]).toBe("eastron-sdm120");
    expect(findings[2]?.identity).toEqual({ serial: "4711" });
    expect(new Set(heard)).toEqual(new Set(findings));
    expect(progress[0]).toMatchObject({ done: 0 });
    expect(progress.at(-1)?.done).toBe(progress.at(-1)?.total);
    expect(progress.map(({ done }) => done)).toEqual(progress.map(({ done }) => done).toSorted((a, b) => a - b));
    expect(progress.some(({ at }) => at === `127.0.0.3:${port} unit 4`)).toBe(true);
  });

  test("values that do not look like the mains fit no profile", async () => {
    const port = await serve({ host: "127.0.0.2", units: new Map([[1, sdm630(5_000)]]) });
    const { findings } = await scan({ subnet: "127.0.0.2", ports: [port], units: [1] });
    expect(findings).toEqual([
      { modbus: { host: "127.0.0.2", port, unit: 1 }, identity: {}, profiles: [], models: [] },
    ]);
  });

  test("a meter of a maker whose inverters are known too is taken for a meter", async () => {
    const port = await serve({ host: "127.0.0.2", units: new Map([[200, inverter("Fronius", "M1", 203)]]) });
    const { findings } = await scan({ subnet: "127.0.0.2", ports: [port], units: [200] });
    expect(findings[0]?.profiles).toEqual(["fronius-smart-meter", "sunspec"]);
  });

  test("a device that answers for every unit id is one finding", async () => {
    const anybody = new Map(Array.from({ length: 248 }, (_, unit) => [unit, sdm630(230)]));
    const port = await serve({ host: "127.0.0.2", units: anybody });
    const { findings } = await scan({ subnet: "127.0.0.2", ports: [port], units: [1, 2, 3] });
    expect(findings.map(({ modbus }) => modbus.unit)).toEqual([1]);
  });

  test("meters of one kind behind a gateway are as many findings", async () => {
    const meters = new Map([1, 2, 3].map((unit) => [unit, sdm630(230)]));
    const port = await serve({ host: "127.0.0.2", units: meters, strangers: "gateway" });
    const { findings } = await scan({ subnet: "127.0.0.2", ports: [port], units: [1, 2, 3] });
    expect(findings.map(({ modbus }) => modbus.unit)).toEqual([1, 2, 3]);
  });

  test("a converter that passes RTU frames on is found as that", async () => {
    const port = await serve({ host: "127.0.0.2", framing: "rtu", units: new Map([[2, sdm120]]) });
    const { findings } = await scan({ subnet: "127.0.0.2", ports: [port], units: [1, 2] });
    expect(findings).toEqual([
      expect.objectContaining({ modbus: { host: "127.0.0.2", port, framing: "rtu", unit: 2 } }),
    ]);
    expect(findings[0]?.profiles).toContain("eastron-sdm120");
  });

  test("a port where something else takes connections and says nothing is no finding", async () => {
    const port = await serve({ host: "127.0.0.2" });
    const { findings, progress } = await scan({ subnet: "127.0.0.2", ports: [port], units: [1] });
    expect(findings).toEqual([]);
    expect(progress.at(-1)).toMatchObject({ done: 3, total: 3 });
  });

  test("a device that thinks for long is waited for when it is the first", async () => {
    const port = await serve({ host: "127.0.0.2", units: new Map([[1, inverter("Fronius", "S1")]]) });
    const link = await startFaultyLink({
      target: { host: "127.0.0.2", port },
      plan: () => ({ kind: "delay", ms: 250 }),
    });
    closing.push(link.close);
    const patient = { ...pace, timeoutMs: 50, firstTimeoutMs: 2_000 };
    const finder = createDeviceFinder({
      openBus: (address) => openBus(address, { reconnect }),
      profiles,
      pace: patient,
    });
    const hear = { found: () => {}, progress: () => {} };
    const findings = await finder.scan({ subnet: link.host, ports: [link.port], units: [1, 2] }, hear);
    expect(findings.map(({ profiles: [best] }) => best)).toEqual(["fronius"]);
  });

  test("an inverter that takes one connection at a time is asked on one", async () => {
    const units = new Map([[1, inverter("KOSTAL", "K1")]]);
    const port = await serve({ host: "127.0.0.2", units, maxConnections: 1 });
    const { findings } = await scan({ subnet: "127.0.0.2", ports: [port], units: [1, 2] });
    expect(findings.map(({ profiles: [best] }) => best)).toEqual(["kostal"]);
  });
});

test("where a polled device has the endpoint, it is asked on that device's own connection and settings", async () => {
  const buses = createBuses({ reconnect });
  closing.push(buses.close);
  const beside = createDeviceFinder({ openBus: buses.share, profiles, pace });
  const units = new Map([[1, inverter("KOSTAL", "K1")]]);
  const port = await serve({ host: "127.0.0.2", units, strangers: "gateway", maxConnections: 2 });
  const polled = buses.share({ host: "127.0.0.2", port, framing: "tcp" });
  const request = { unit: 1, table: "holding", start: 40_000, count: 1, timeoutMs: 1_000, pauseMs: 0 } as const;
  expect((await polled.read(request)).kind).toBe("words");
  const progress: ScanProgress[] = [];
  const hear = { found: () => {}, progress: (step: ScanProgress) => progress.push(step) };
  const [found, ...more] = await beside.scan({ subnet: "127.0.0.2", ports: [port], units: [1, 2] }, hear);
  expect([found?.profiles[0], more]).toEqual(["kostal", []]);
  // Nobody answers at 3, and the other framing is not tried on somebody else's connection.
  expect(await beside.scan({ subnet: "127.0.0.2", ports: [port], units: [3] }, hear)).toEqual([]);
  expect(progress.at(-1)).toMatchObject({ done: 3, total: 3 });
  expect((await polled.read(request)).kind).toBe("words");
  expect(polled.connections()).toBe(1);
});

describe("stopping and refusing", () => {
  test("a scan that is stopped hands back what it found, at once", async () => {
    const port = await serve({ host: "127.0.0.2", units: new Map([[1, inverter("Fronius", "S1")]]) });
    const stop = new AbortController();
    const slow = createDeviceFinder({
      openBus,
      profiles,
      pace: { ...pace, timeoutMs: 30_000, firstTimeoutMs: 30_000 },
    });
    const began = performance.now();
    const findings = await slow.scan(
      { subnet: "127.0.0.2", ports: [port], units: [1, 2, 3] },
      {
        found: () => {},
        progress: ({ at }) => {
          if (at.endsWith("unit 2")) setImmediate(() => stop.abort());
        },
      },
      stop.signal,
    );
    expect(findings.map(({ modbus }) => modbus.unit)).toEqual([1]);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("a scan that is stopped before it begins asks nobody", async () => {
    const { findings, progress } = await scan({ subnet: NETWORK, ports: [1] }, AbortSignal.abort());
    expect(findings).toEqual([]);
    expect(progress.at(-1)).toMatchObject({ done: 0 });
  });

  test("there is one scan at a time", async () => {
    const port = await serve({ host: "127.0.0.2" });
    const request = { subnet: "127.0.0.2", ports: [port], units: [1] };
    const first = scan(request);
    await expect(scan(request)).rejects.toMatchObject({ code: "SCAN_RUNNING", retryable: true });
    await first;
    expect((await scan(request)).findings).toEqual([]);
  });

  test("a file is no serial port", async () => {
    const hear = { found: () => {}, progress: () => {} };
    const scan = finder.scan({ serial: [import.meta.filename] }, hear);
    await expect(scan).rejects.toMatchObject({ code: "SCAN_TARGET_INVALID" });
  });

  test("a serial port that is not there is refused before anything is asked", async () => {
    const heard: ScanProgress[] = [];
    const hear = { found: () => {}, progress: (step: ScanProgress) => heard.push(step) };
    await expect(finder.scan({ serial: ["/dev/no-such-port"] }, hear)).rejects.toMatchObject({
      code: "SCAN_TARGET_INVALID",
    });
    expect(heard).toEqual([]);
  });
});

describe.skipIf(!need("socat"))("on a serial line (needs socat)", () => {
  async function openLine(): Promise<{ readonly meters: string; readonly hub: string }> {
    const folder = mkdtempSync(join(tmpdir(), "millrace-scan-"));
    const [meters, hub] = [join(folder, "meters"), join(folder, "hub")];
    const socat = spawn("socat", [`pty,raw,echo=0,link=${meters}`, `pty,raw,echo=0,link=${hub}`], { stdio: "ignore" });
    closing.push(() => void socat.kill());
    while (!existsSync(meters) || !existsSync(hub)) await new Promise((resolve) => setImmediate(resolve));
    return { meters, hub };
  }

  test("meters are found at the first setting that answers, and no other is tried", async () => {
    const line = await openLine();
    const units = new Map([
      [2, sdm120],
      [3, sdm630(229)],
    ]);
    const server = await serveModbusRtu({ path: line.meters, units });
    closing.push(server.close);
    const { findings, progress } = await scan({ serial: [line.hub], units: [1, 2, 3] });
    expect(findings.map(({ modbus, profiles: [best] }) => [modbus, best])).toEqual([
      [{ serial: line.hub, baud: 9_600, parity: "none", stop_bits: 1, unit: 2 }, "eastron-sdm120"],
      [{ serial: line.hub, baud: 9_600, parity: "none", stop_bits: 1, unit: 3 }, "eastron-sdm630"],
    ]);
    expect(progress.every(({ at }) => at === "" || at.includes("9600 baud, parity none"))).toBe(true);
    expect(progress.at(-1)).toMatchObject({ done: 30, total: 30 });
  });
});

test("the serial ports of this machine have a path and a title", async () => {
  for (const { path, title } of await finder.serialPorts()) {
    expect(path).toMatch(/^\/dev\//);
    expect(title).not.toBe("");
  }
});
