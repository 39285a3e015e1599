import { afterEach, describe, expect, test } from "vitest";
import { eastronSdm630 } from "../../../hub/decode/profiles/eastron-sdm630.ts";
import { startFaultyLink } from "../../../hub/demo/devices/faulty-link.ts";
import { registerImage } from "../../../hub/demo/devices/register-image.ts";
import { HubError } from "../../../hub/errors.ts";
import type { Device } from "../../../hub/members/device.ts";
import type { Reading } from "../../../hub/reading.ts";
import { memorySeriesStore } from "../../../hub/store/memory/series-store.ts";
import { EpochMs } from "../../../hub/units.ts";
import { until } from "../until.ts";
import { meter, openMeter, shown } from "./open-meter.ts";
import { openTestHub } from "./test-hub.ts";

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
function closed<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(opened);
  return opened;
}
async function serveMeter(...how: Parameters<typeof openMeter>) {
  const opened = await openMeter(...how);
  closed(opened.server);
  return opened;
}

const isValue = ({ outcome }: Reading) => outcome === "value";
const isFailed = ({ outcome }: Reading) => outcome === "read_failed";

describe("a device that answers", () => {
  test("is polled, and its readings are stored by arrival", async () => {
    const { device } = await serveMeter(() => meter({ active_power: -1_250, active_energy_import: 1_001.5 }));
    const hub = closed(openTestHub([device]));
    const power = await hub.see("hall/active_power", isValue);
    expect(power).toMatchObject({ value: -1_250, stampedBy: "arrival", outcome: "value" });
    expect(power.isClockUnsure).toBeUndefined();
    expect(await hub.see("hall/active_energy_import", isValue)).toMatchObject({ value: 1_001.5 });
    const [health] = hub.intake.health();
    expect(health).toMatchObject({
      device: "hall",
      via: "modbus",
      state: "answering",
      failures: 0,
      last_failure: null,
    });
    expect(health?.lacking).toEqual([]);
  });

  test("gauges come every five seconds and counters every minute, in the slots of the hub's clock", async () => {
    const { device } = await serveMeter(meter);
    const hub = closed(openTestHub([device]));
    await until(async () => (await hub.readings("hall/active_energy_import")).length >= 3, "three counter readings");
    const slots = async (series: string, periodMs: number) =>
      (await hub.readings(series)).map(({ at }) => Math.floor(at / periodMs));
    const counters = await slots("hall/active_energy_import", 60_000);
    expect(counters.slice(0, 3)).toEqual([0, 1, 2].map((slot) => Number(counters[0]) + slot));
    const gauges = await slots("hall/active_power", 5_000);
    expect(new Set(gauges).size).toBe(gauges.length);
    // A slow machine may skip a slot now and then, and never makes more.
    expect(gauges.length).toBeGreaterThan(12);
    expect(gauges.length).toBeLessThanOrEqual(Number(gauges.at(-1)) - Number(gauges[0]) + 1);
  });

  test("what is not available stays that, and is no 0", async () => {
    const { device } = await serveMeter(() => meter({ active_power: null }));
    const hub = closed(openTestHub([device]));
    expect(await hub.see("hall/active_power", () => true)).toMatchObject({ outcome: "not_available", value: null });
  });

  test("mounted the other way round, import and export change places", async () => {
    const { device } = await serveMeter(() =>
      meter({ active_power: 700, active_energy_import: 5, active_energy_export: 9 }),
    );
    const hub = closed(openTestHub([{ ...device, turned: true }]));
    expect(await hub.see("hall/active_power", isValue)).toMatchObject({ value: -700 });
    expect(await hub.see("hall/active_energy_export", isValue)).toMatchObject({ value: 5 });
    expect(await hub.see("hall/active_energy_import", isValue)).toMatchObject({ value: 9 });
  });

  test("while the hub's clock is in doubt readings are marked, and the doubt hears of them when they are stored", async () => {
    const { device } = await serveMeter(meter);
    const heard: Reading[] = [];
    const arrive = () => ({
      at: EpochMs(1_000),
      doubt: { stored: (readings: readonly Reading[]) => void heard.push(...readings) },
    });
    const hub = closed(openTestHub([device], { arrive }));
    const power = await hub.see("hall/active_power", isValue);
    expect(power.isClockUnsure).toBe(true);
    await until(() => heard.some(({ series }) => series === "hall/active_power"), "the doubt heard");
  });

  test("without some of its registers is asked for halves, and tells what it lacks", async () => {
    const lacks = ["voltage/l2", "active_energy_export"];
    const values = Object.fromEntries(Object.entries(shown).filter(([key]) => !lacks.includes(key)));
    const whole = registerImage(eastronSdm630, { values });
    // Holes are filled by the image; this device refuses them.
    const missing = lacks.flatMap((key) => {
      const at = (eastronSdm630.points as Readonly<Record<string, { at: number }>>)[key]?.at ?? 0;
      return [at, at + 1];
    });
    const { device } = await serveMeter(() => ({
      readWord: (table, address) => (missing.includes(address) ? undefined : whole.readWord(table, address)),
    }));
    const hub = closed(openTestHub([device]));
    await hub.see("hall/voltage/l1", isValue);
    await hub.see("hall/voltage/l3", isValue);
    await hub.see("hall/active_energy_import", isValue);
    const health = hub.intake.health()[0];
    expect(health?.lacking).toEqual(["active_energy_export", "voltage/l2"]);
    expect(health?.failures).toBe(0);
    expect(await hub.readings("hall/voltage/l2")).toEqual([]);
  });

  test("and takes one connection only shares it among all who name it, and with a trial", async () => {
    const { server, device } = await serveMeter(meter, { maxConnections: 1 });
    const hub = closed(openTestHub([device, { ...device, id: "again" }]));
    await hub.see("hall/active_power", isValue);
    await hub.see("again/active_power", isValue);
    const trial = await hub.intake.tryDevice({ ...device, id: "third" });
    expect(trial.readings).toHaveLength(Object.keys(eastronSdm630.points).length);
    expect(server.connections()).toBe(1);
    expect(hub.intake.health().map(({ failures }) => failures)).toEqual([0, 0]);
  });
});

describe("a device that does not answer", () => {
  test("gives readings that say so, one a minute for a series, and is back at once when it answers", async () => {
    const { server, device } = await serveMeter(() => meter({ active_power: 321 }));
    const link = closed(await startFaultyLink({ target: server }));
    link.next({ kind: "swallow" }, 1);
    const hub = closed(openTestHub([{ ...device, modbus: { ...device.modbus, port: link.port } }]));
    expect(await hub.see("hall/active_power", isFailed)).toMatchObject({ value: null });
    expect(await hub.see("hall/active_power", isValue)).toMatchObject({ value: 321 });
    const health = hub.intake.health()[0];
    expect(health).toMatchObject({ state: "answering", failures: 1 });
    expect(health?.last_failure?.reason).toBe("no answer within 150 ms");
    const failed = (await hub.readings("hall/active_power")).filter(isFailed);
    expect(failed).toHaveLength(1);
  });

  test("is asked less and less, and its log is one line", async () => {
    const { server, device } = await serveMeter(meter);
    const link = closed(await startFaultyLink({ target: server, plan: () => ({ kind: "swallow" }) }));
    const hub = closed(openTestHub([{ ...device, modbus: { ...device.modbus, port: link.port } }]));
    await until(() => hub.intake.health()[0]?.state === "penalised", "penalised");
    expect(link.requests()).toBe(2);
    expect(hub.lines.filter((line) => line.includes("no answer"))).toHaveLength(1);
    expect((await hub.readings("hall/active_power")).every(isFailed)).toBe(true);
  });

  test("because the cable is pulled is unreachable, with the system's reason, and comes back by itself", async () => {
    const { server, device } = await serveMeter(meter);
    const link = closed(await startFaultyLink({ target: server }));
    const hub = closed(openTestHub([{ ...device, modbus: { ...device.modbus, port: link.port } }]));
    await hub.see("hall/active_power", isValue);
    await link.pull();
    await until(() => hub.intake.health()[0]?.state === "unreachable", "unreachable");
    expect(hub.intake.health()[0]?.last_failure?.reason).toMatch(/ECONNREFUSED/);
    const before = (await hub.readings("hall/active_power")).filter(isValue).length;
    await link.plug();
    await until(async () => (await hub.readings("hall/active_power")).filter(isValue).length > before, "back again");
    expect(hub.intake.health()[0]?.state).toBe("answering");
  });

  test("one failed block leaves the others alone", async () => {
    const { server, device } = await serveMeter(meter);
    const link = closed(await startFaultyLink({ target: server }));
    link.next({ kind: "exception", code: 4 }, 1);
    const hub = closed(openTestHub([{ ...device, modbus: { ...device.modbus, port: link.port } }]));
    await hub.see("hall/active_power", isValue);
    const firsts = await Promise.all(
      Object.keys(shown).map(async (key) => (await hub.readings(`hall/${key}`))[0]?.outcome),
    );
    expect(new Set(firsts)).toEqual(new Set(["read_failed", "value"]));
    expect(hub.intake.health()[0]?.lacking).toEqual([]);
    expect(hub.intake.health()[0]?.last_failure?.reason).toBe("Modbus exception 4: device failure");
  });

  test.each([
    ["another transaction's answer", { kind: "wrong_transaction" }],
    ["another unit's answer", { kind: "wrong_unit" }],
    ["an answer cut short", { kind: "cut", afterBytes: 12 }],
    ["bytes that belong to nothing", { kind: "garbage", bytes: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 9]) }],
    ["an answer twice", { kind: "repeat" }],
  ] as const)("%s is never stored as a value", async (_name, fault) => {
    let power = 0;
    const { server, device } = await serveMeter(() => {
      power += 1;
      return meter({ active_power: power, apparent_power: power, frequency: 50 });
    });
    const link = closed(
      await startFaultyLink({ target: server, plan: ({ index }) => (index % 3 === 0 ? fault : undefined) }),
    );
    const hub = closed(openTestHub([{ ...device, modbus: { ...device.modbus, port: link.port } }]));
    await until(
      async () => (await hub.readings("hall/active_power")).filter(isValue).length >= 3,
      "three good readings",
    );
    const values = (await hub.readings("hall/active_power")).filter(isValue).map(({ value }) => Number(value));
    // Each answer shows a number of its own: none may come twice or late.
    expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
    for (const { value, at } of await hub.readings("hall/frequency")) expect([50, null], `at ${at}`).toContain(value);
  });
});

describe("a store that fails", () => {
  test("readings wait, keep their time, and are stored when it works again", async () => {
    const { device } = await serveMeter(meter);
    const store = memorySeriesStore();
    let isFull = true;
    const failing = {
      append: (readings: readonly Reading[]) =>
        isFull
          ? Promise.reject(new HubError("STORE_FAILED", "disk full", { remedy: "Make room.", retryable: true }))
          : store.append(readings),
    };
    const hub = closed(openTestHub([device], { store: failing }));
    const count = Object.keys(shown).length;
    await until(() => hub.intake.backlog().waiting > 2 * count, "readings of several polls wait");
    expect(hub.intake.backlog().dropped).toBe(0);
    expect(hub.lines.filter((line) => line.includes("cannot be stored"))).toHaveLength(1);
    isFull = false;
    await until(() => hub.intake.backlog().waiting === 0, "all stored");
    const { readings } = await store.counts();
    expect(readings).toBeGreaterThan(2 * count);
    expect(hub.lines.some((line) => line.startsWith("Modbus readings are stored again"))).toBe(true);
  });
});

describe("the list of devices", () => {
  test("changes while others go on, and a device that cannot work says why", async () => {
    const { server, device } = await serveMeter(meter);
    const hub = closed(openTestHub([device]));
    await hub.see("hall/active_power", isValue);
    const requests = () => hub.intake.health().find((one) => one.device === "hall")?.requests ?? 0;
    const before = requests();
    const rtu: Device = { ...device, id: "rtu", modbus: { ...device.modbus, framing: "rtu" } };
    await hub.intake.setDevices([device, { ...device, id: "other", profile: "no-such" }, rtu, { id: "mqtt-only" }]);
    expect(requests()).toBeGreaterThanOrEqual(before);
    expect(hub.intake.health().map((one) => [one.device, one.state])).toEqual([
      ["hall", "answering"],
      ["other", "unreachable"],
      ["rtu", "unreachable"],
    ]);
    const reasons = hub.intake.health().map(({ last_failure }) => last_failure?.reason);
    expect(reasons[1]).toMatch(/no known profile \(no-such\)/);
    expect(reasons[2]).toMatch(/is in use with tcp framing, and rtu framing was asked for/);
    await hub.intake.setDevices([rtu]);
    expect(hub.intake.health().map((one) => one.device)).toEqual(["rtu"]);
    await until(() => server.connections() === 1, "the bus was opened anew");
  });
});

test("closing waits for nobody: a request in flight is broken off, and says nothing of its device", async () => {
  const { server, device } = await serveMeter();
  const link = closed(await startFaultyLink({ target: server, plan: () => ({ kind: "swallow" }) }));
  const hub = openTestHub([{ ...device, modbus: { ...device.modbus, port: link.port, timeout_ms: 30_000 } }]);
  await until(() => link.requests() > 0, "asked");
  const from = performance.now();
  await hub.intake.close();
  expect(performance.now() - from).toBeLessThan(5_000);
  expect(await hub.store.catalogue()).toEqual([]);
  await hub.store.close();
});
