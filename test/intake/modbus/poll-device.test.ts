import { expect, test } from "vitest";
import type { RegisterProfile } from "../../../hub/decode/profiles/device-profile.ts";
import { answerRequest } from "../../../hub/demo/devices/answer-request.ts";
import type { RegisterWords } from "../../../hub/demo/devices/simulated-unit.ts";
import { type InverterPlate, sunSpecInverter } from "../../../hub/demo/devices/sunspec-inverter.ts";
import type { BusAnswer, BusRequest } from "../../../hub/intake/modbus/bus.ts";
import { createDevicePoller } from "../../../hub/intake/modbus/poll-device.ts";
import { resolveDevice } from "../../../hub/intake/modbus/resolve-device.ts";
import type { Device } from "../../../hub/members/device.ts";
import { DAY, EpochMs, MINUTE } from "../../../hub/units.ts";
import { findHastyProfile, NOON } from "./test-hub.ts";

const tables = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** A device on a bus of its own, its clock in the test's hand. */
function openWorld(device: Device, registers: RegisterWords, findProfile = findHastyProfile) {
  const world = {
    registers,
    connections: 1,
    now: 0,
    requests: [] as BusRequest[],
    complaints: [] as string[],
    /** What the bus answers instead of the device. */
    instead: (_request: BusRequest): BusAnswer | undefined => undefined,
  };
  const bus = {
    connections: () => world.connections,
    close: async () => {},
    async read(request: BusRequest): Promise<BusAnswer> {
      world.requests.push(request);
      const instead = world.instead(request);
      if (instead !== undefined) return instead;
      const asked = Buffer.alloc(5);
      asked.writeUInt8(tables[request.table], 0);
      asked.writeUInt16BE(request.start, 1);
      asked.writeUInt16BE(request.count, 3);
      const answer = answerRequest(world.registers, asked);
      const code = answer.readUInt8(0) & 0x80 ? answer.readUInt8(1) : undefined;
      return code === undefined ? { kind: "words", bytes: answer.subarray(2) } : { kind: "exception", code };
    },
  };
  const clock = () => EpochMs(NOON + world.now);
  const poller = createDevicePoller(resolveDevice(device, findProfile), {
    bus,
    clock,
    arrive: () => ({ at: clock() }),
    complain: (reason) => world.complaints.push(reason),
    monotonic: () => world.now,
  });
  const poll = async () => {
    world.requests = [];
    const { arrived, outcome } = await poller.poll(["gauge", "counter"]);
    const readings = arrived.flatMap((each) => each.readings);
    const shown = Object.fromEntries(readings.map(({ series, outcome: what, value }) => [series, value ?? what]));
    return { outcome, shown, requests: world.requests.length };
  };
  return { world, poller, poll };
}

const plate: InverterPlate = { manufacturer: "Fronius", model: "Symo 10", firmware: "1.2", serial: "A1" };
const state = { power_w: 4_000, energy_wh: 123_456, voltage_v: 231.5, frequency_hz: 50.02, cabinet_degc: 41 };
const inverter: Device = { id: "roof", profile: "sunspec", modbus: { host: "127.0.0.1" } };
const silence: BusAnswer = { kind: "silence", reason: "no answer within 1000 ms" };

test("a SunSpec device lists its models once, says who it is, and what it generates is exported", async () => {
  const { world, poller, poll } = openWorld(inverter, sunSpecInverter(plate, state));
  const first = await poll();
  expect(first.outcome).toBe("answered");
  expect(first.shown).toMatchObject({
    "roof/active_power": -4_000,
    "roof/active_energy_export": 123_456,
    "roof/frequency": 50.02,
  });
  expect(poller.health()).toMatchObject({
    state: "answering",
    identity: { manufacturer: "Fronius", model: "Symo 10", firmware: "1.2", serial: "A1" },
  });
  world.now += 5_000;
  const second = await poll();
  expect(second.requests).toBeLessThan(first.requests);
  expect(second.requests).toBeLessThanOrEqual(3);
});

test("another device at the same place is discovered anew: after a reconnect, and within a day in any case", async () => {
  const { world, poller, poll } = openWorld(inverter, sunSpecInverter(plate, state));
  await poll();
  const exchange = (serial: string) => {
    world.registers = sunSpecInverter({ ...plate, serial }, state);
  };
  exchange("B2");
  world.connections += 1;
  world.now += 9 * MINUTE;
  await poll();
  expect(poller.health().identity.serial).toBe("A1");
  world.now += 2 * MINUTE;
  await poll();
  expect(poller.health().identity.serial).toBe("B2");
  exchange("C3");
  world.now += DAY - 1;
  await poll();
  expect(poller.health().identity.serial).toBe("B2");
  world.now += 1;
  await poll();
  expect(poller.health().identity.serial).toBe("C3");
});

test("the same device after a reconnect is asked who it is and keeps its models", async () => {
  const { world, poll } = openWorld(inverter, sunSpecInverter(plate, state));
  const discovered = (await poll()).requests;
  world.connections += 1;
  world.now += 11 * MINUTE;
  const again = await poll();
  expect(again.requests).toBeLessThan(discovered);
  world.now += 5_000;
  expect((await poll()).requests).toBeLessThan(again.requests);
});

test("a SunSpec map is found where the device is silent at all other places, and past its last model", async () => {
  const map = sunSpecInverter(plate, state);
  const moved = {
    readWord: (table: Parameters<typeof map.readWord>[0], at: number) => map.readWord(table, at + 40_000),
  };
  const { world, poller, poll } = openWorld(inverter, moved);
  let end = Number.POSITIVE_INFINITY;
  world.instead = ({ start }) => {
    if (start >= 40_000 || start >= end) return silence;
    // The end marker is not there: whoever asks for it hears nothing.
    if (moved.readWord("holding", start) === 0xffff) end = Math.min(end, start);
    return start >= end ? silence : undefined;
  };
  for (let attempt = 0; attempt < 3 && poller.introduction() === undefined; attempt += 1) {
    await poll();
    world.now += 30_000;
  }
  expect(poller.health().identity.manufacturer).toBe("Fronius");
  expect((await poll()).shown).toMatchObject({ "roof/active_power": -4_000, "roof/active_energy_export": 123_456 });
});

test("a dead SunSpec device costs one timeout an attempt", async () => {
  const { world, poll } = openWorld(inverter, sunSpecInverter(plate, state));
  world.instead = () => silence;
  for (let attempt = 0; attempt < 4; attempt += 1) {
    expect((await poll()).requests).toBeLessThanOrEqual(1);
    world.now += 10 * MINUTE;
  }
});

test("a device that answers and is no SunSpec device is asked less and less, and says why", async () => {
  const nothing = { readWord: () => 0 };
  const { world, poller, poll } = openWorld(inverter, nothing);
  for (let cycle = 0; cycle < 2; cycle += 1) {
    await poll();
    world.now += 5_000;
  }
  expect(await poll()).toMatchObject({ outcome: "unasked", requests: 0 });
  expect(poller.health().state).toBe("penalised");
  expect(world.complaints).toContain("it answers, but has no SunSpec map at 40000, 0 or 50000");
});

const profile: RegisterProfile = {
  protocol: "registers",
  name: "test-meter",
  vendor: "Test",
  model: "Meter",
  kind: "meter",
  source: "made for this test",
  direction: "none",
  unit: 7,
  table: "holding",
  words: "msw_first",
  identity: [
    { field: "model", at: 0, encoding: "text", registers: 2, expect: "^MTR" },
    { field: "serial", at: 2, encoding: "uint32", registers: 2 },
  ],
  ratedPower: { at: 4, encoding: "uint16", unit: "kW", step: 0.1, kind: "gauge" },
  points: {
    active_power: { at: 10, encoding: "int16", unit: "W", kind: "gauge" },
    voltage: { at: 20, encoding: "uint16", unit: "V", step: 0.1, kind: "gauge" },
    active_energy_import: { at: 30, encoding: "uint32", unit: "kWh", kind: "counter" },
  },
};
const words: Readonly<Record<number, number>> = {
  0: 0x4d54,
  1: 0x5231,
  2: 1,
  3: 2,
  4: 125,
  10: 0xff38,
  20: 2_301,
  30: 0,
  31: 42,
};
const meter: Device = { id: "hall", profile: "test-meter", modbus: { host: "127.0.0.1", unit: 3, timeout_ms: 250 } };
const openMeter = (registers = words, device = meter) =>
  openWorld(device, { readWord: (_table, address) => registers[address] }, () => profile);

test("identity and rated power are read once, values every time, as the document says", async () => {
  const { world, poller, poll } = openMeter();
  expect(await poll()).toMatchObject({
    requests: 6,
    shown: { "hall/active_power": -200, "hall/voltage": 230.1, "hall/active_energy_import": 42_000 },
  });
  expect(world.requests[0]).toMatchObject({ unit: 3, timeoutMs: 250 });
  expect(poller.health()).toMatchObject({ identity: { model: "MTR1", serial: "65538" }, rated_w: 12_500 });
  world.now += 5_000;
  expect((await poll()).requests).toBe(3);
  // The register at an interval's end comes first.
  expect(world.requests.map(({ start }) => start)).toEqual([30, 10, 20]);
});

test("moved by a base address, everything is read there", async () => {
  const moved = Object.fromEntries(Object.entries(words).map(([at, word]) => [Number(at) + 1_000, word]));
  const { poller, poll } = openMeter(moved, { ...meter, modbus: { ...meter.modbus, base_address: 1_000 } });
  expect((await poll()).shown).toMatchObject({ "hall/active_power": -200 });
  expect(poller.health().rated_w).toBe(12_500);
});

test("a model that the profile does not expect is remarked on", async () => {
  const { world, poll } = openMeter({ ...words, 0: 0x5858 });
  await poll();
  expect(world.complaints).toEqual([
    `Its model is "XXR1", which is not what test-meter says: is it the right profile?`,
  ]);
});

test("the first silence ends the poll, and all that was not read says so", async () => {
  const { world, poll } = openMeter();
  await poll();
  world.now += MINUTE;
  world.instead = () => silence;
  expect(await poll()).toEqual({
    outcome: "silent",
    requests: 1,
    shown: {
      "hall/active_energy_import": "read_failed",
      "hall/active_power": "read_failed",
      "hall/voltage": "read_failed",
    },
  });
  world.now += 5_000;
  expect(await poll()).toEqual({ outcome: "silent", requests: 1, shown: {} });
  world.now += 5_000;
  expect(await poll()).toEqual({ outcome: "unasked", requests: 0, shown: {} });
  world.now += 10_000;
  world.instead = () => undefined;
  expect(await poll()).toMatchObject({ outcome: "answered", requests: 3 });
  world.now += 5_000;
  expect((await poll()).outcome).toBe("answered");
});

test.each([
  [4, "answered", 3],
  [6, "answered", 3],
  [10, "silent", 1],
  [11, "silent", 1],
])("exception %i: the device is %s, and %i blocks are asked", async (code, outcome, requests) => {
  const { world, poller, poll } = openMeter();
  await poll();
  world.now += MINUTE;
  world.instead = () => ({ kind: "exception", code });
  expect(await poll()).toMatchObject({ outcome, requests, shown: { "hall/voltage": "read_failed" } });
  expect(poller.health()).toMatchObject({ lacking: [], failures: requests });
});

test("one broken answer spoils one block, two end the poll", async () => {
  const { world, poll } = openMeter();
  await poll();
  world.now += MINUTE;
  world.instead = ({ start }) => (start === 10 ? { kind: "broken", reason: "bad checksum" } : undefined);
  expect((await poll()).shown).toEqual({
    "hall/active_energy_import": 42_000,
    "hall/active_power": "read_failed",
    "hall/voltage": 230.1,
  });
  world.instead = () => ({ kind: "broken", reason: "the device closed the connection" });
  world.now += MINUTE;
  expect(await poll()).toMatchObject({ outcome: "silent", requests: 2 });
});

test("a device with none of its profile's registers is asked less and less, and says so", async () => {
  const { world, poller, poll } = openMeter({});
  const asked: number[] = [];
  for (let cycle = 0; cycle < 24; cycle += 1) {
    asked.push((await poll()).requests);
    world.now += 5_000;
  }
  expect(asked.filter((requests) => requests > 0).length).toBeLessThanOrEqual(6);
  expect(world.complaints).toContain("it has none of the registers of its profile");
  expect(poller.health().state).toBe("penalised");
});

test("an unreachable bus is no penalty: the bus itself tries more and more seldom", async () => {
  const { world, poller, poll } = openMeter();
  world.instead = () => ({ kind: "unreachable", reason: "connect ECONNREFUSED" });
  for (let cycle = 0; cycle < 5; cycle += 1) {
    expect((await poll()).outcome).toBe("unreachable");
    world.now += 5_000;
  }
  expect(poller.health()).toMatchObject({ state: "unreachable", last_seen_ms: null });
  world.instead = () => undefined;
  expect((await poll()).outcome).toBe("answered");
});
