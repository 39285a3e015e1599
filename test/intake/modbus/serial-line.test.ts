import { SerialPort } from "serialport";
import { afterEach, describe, expect, test } from "vitest";
import type { RegisterProfile } from "../../../hub/decode/profiles/device-profile.ts";
import type { BusRequest } from "../../../hub/intake/modbus/bus.ts";
import { appendCrc } from "../../../hub/intake/modbus/crc.ts";
import { openBus } from "../../../hub/intake/modbus/open-bus.ts";
import type { Device } from "../../../hub/members/device.ts";
import { systemClock } from "../../../hub/units.ts";
import { need } from "../../requirements.ts";
import { until } from "../until.ts";
import { hasPymodbus, openCable, openPymodbus, type SerialCable, type ServedImage } from "./modbus-peers.ts";
import { openTestHub } from "./test-hub.ts";

const hasSocat = need("socat");
const isPymodbusThere = hasPymodbus();
const line = { baud: 9_600, parity: "none", stopBits: 1 } as const;
const request: BusRequest = { unit: 1, table: "holding", start: 100, count: 2, timeoutMs: 300, pauseMs: 0 };

const closing: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});
function closed<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(opened);
  return opened;
}

const openLine = (cable: SerialCable) =>
  closed(openBus({ serial: cable.hubEnd, ...line }, { reconnect: { firstMs: 50, longestMs: 100 } }));

describe.skipIf(!hasSocat || !isPymodbusThere)("pymodbus on a serial line (needs socat and Debian's pymodbus)", () => {
  const image: ServedImage = {
    1: { holding: { 100: [1, 2, 3] }, input: { 0: [7] }, coil: { 8: [1, 0, 1] } },
    2: { input: { 0: [8] } },
  };

  test("reads each table of each unit; what is not there is an exception, who is not there is silent", async () => {
    const cable = closed(await openCable());
    closed(await openPymodbus(image, { serial: cable.deviceEnd }));
    const bus = openLine(cable);
    const read = async (more: Partial<BusRequest>) => {
      const answer = await bus.read({ ...request, ...more });
      return answer.kind === "words" ? [...answer.bytes] : answer;
    };
    expect(await read({})).toEqual([0, 1, 0, 2]);
    expect(await read({ table: "input", start: 0, count: 1 })).toEqual([0, 7]);
    expect(await read({ table: "coil", start: 8, count: 3 })).toEqual([0, 1, 0, 0, 0, 1]);
    expect(await read({ unit: 2, table: "input", start: 0, count: 1 })).toEqual([0, 8]);
    expect(await read({ count: 4 })).toEqual({ kind: "exception", code: 2 });
    expect(await read({ unit: 3 })).toEqual({ kind: "silence", reason: "no answer within 300 ms" });
    expect(await read({})).toEqual([0, 1, 0, 2]);
  });

  test("an adapter that is pulled out and plugged in again is back by itself", async () => {
    const cable = closed(await openCable());
    const before = await openPymodbus(image, { serial: cable.deviceEnd });
    const bus = openLine(cable);
    expect((await bus.read(request)).kind).toBe("words");
    await cable.pull();
    await before.close();
    const answer = await bus.read(request);
    expect(["broken", "unreachable"]).toContain(answer.kind);
    const next = await bus.read(request);
    expect(next).toMatchObject({ kind: "unreachable", reason: expect.stringMatching(/No such file|cannot open/) });
    await cable.plug();
    closed(await openPymodbus(image, { serial: cable.deviceEnd }));
    await until(async () => (await bus.read(request)).kind === "words", "the line is back");
  });

  test("with one dead of ten slaves the other nine keep their schedule", async () => {
    // Nine answers, their pauses and one timeout take 1.5 s of it on this line, and more on a busy machine.
    const periodMs = 4_000;
    const units = Array.from({ length: 10 }, (_, index) => index + 1);
    const dead = 4;
    const served = units.filter((unit) => unit !== dead);
    const slave = (unit: number) => ({ holding: { 0: [230 + unit, 50], 10: [0, unit] } });
    const cable = closed(await openCable());
    closed(
      await openPymodbus(Object.fromEntries(served.map((unit) => [unit, slave(unit)])), { serial: cable.deviceEnd }),
    );
    const hub = closed(
      openTestHub(
        units.map(
          (unit): Device => ({
            id: `slave-${unit}`,
            profile: "slave",
            modbus: { serial: cable.hubEnd, unit, timeout_ms: 500 },
            poll: { power_s: 4, registers_s: 4 },
          }),
        ),
        { findProfile: () => slaveProfile, clock: systemClock, timeSpeed: 1 },
      ),
    );
    await until(async () => (await hub.readings("slave-10/voltage")).length >= 4, "four cycles");
    for (const unit of served) {
      const readings = await hub.readings(`slave-${unit}/voltage`);
      expect(readings.every(({ value }) => value === 230 + unit)).toBe(true);
      const slots = readings.map(({ at }) => Math.floor(at / periodMs));
      // The first poll falls anywhere into its slot; from then on there is one reading in each.
      const steps = slots.slice(1).map((slot, index) => slot - Number(slots[index]));
      expect(
        steps.slice(1).every((step) => step === 1),
        `slave ${unit}: ${slots}`,
      ).toBe(true);
    }
    expect((await hub.readings(`slave-${dead}/voltage`)).every(({ outcome }) => outcome === "read_failed")).toBe(true);
  });
});

describe.skipIf(!hasSocat)("a slave of our own on a serial line (needs socat)", () => {
  test("a slave that answers late: its answer is not taken for that of the next question", async () => {
    const cable = closed(await openCable());
    let questions = 0;
    const slave = closed(
      await openSlave(cable.deviceEnd, (answer) => {
        questions += 1;
        if (questions === 1) setTimeout(answer, 1.4 * request.timeoutMs);
        else answer();
      }),
    );
    const bus = openLine(cable);
    expect(await bus.read(request)).toMatchObject({ kind: "silence" });
    const next = await bus.read({ ...request, start: 500 });
    expect(next).toEqual({ kind: "words", bytes: Buffer.from([1, 244, 1, 245]) });
    expect(slave.port.isOpen).toBe(true);
  });

  test("a bit that turns on the line spoils the answer, and the next one is good", async () => {
    const cable = closed(await openCable());
    let questions = 0;
    closed(
      await openSlave(cable.deviceEnd, (answer) => {
        questions += 1;
        answer((frame) => {
          if (questions === 1) frame[4] = (frame[4] ?? 0) ^ 0x10;
        });
      }),
    );
    const bus = openLine(cable);
    expect(await bus.read(request)).toEqual({ kind: "broken", reason: "answer with a wrong checksum" });
    expect(await bus.read(request)).toEqual({ kind: "words", bytes: Buffer.from([0, 100, 0, 101]) });
  });
});

const slaveProfile: RegisterProfile = {
  protocol: "registers",
  name: "slave",
  vendor: "Test",
  model: "Slave",
  kind: "meter",
  source: "made for this test",
  direction: "none",
  unit: 1,
  serial: line,
  table: "holding",
  words: "msw_first",
  points: {
    voltage: { at: 0, encoding: "uint16", unit: "V", kind: "gauge" },
    frequency: { at: 1, encoding: "uint16", unit: "Hz", kind: "gauge" },
    active_energy_import: { at: 10, encoding: "uint32", unit: "kWh", kind: "counter" },
  },
};

/** A slave whose registers hold their own addresses, and that answers when and how the test says. */
async function openSlave(
  path: string,
  hear: (answer: (spoil?: (frame: Buffer) => void) => void) => void,
): Promise<{ readonly port: SerialPort; close(): Promise<void> }> {
  const port = new SerialPort({ path, baudRate: line.baud, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  port.on("error", () => {});
  port.on("data", (asked: Buffer) => {
    const [start, count] = [asked.readUInt16BE(2), asked.readUInt16BE(4)];
    const answer = Buffer.alloc(3 + 2 * count);
    answer.set([asked.readUInt8(0), asked.readUInt8(1), 2 * count]);
    for (let register = 0; register < count; register += 1) answer.writeUInt16BE(start + register, 3 + 2 * register);
    hear((spoil) => {
      const frame = appendCrc(answer);
      spoil?.(frame);
      port.write(frame);
    });
  });
  return { port, close: () => new Promise((resolve) => port.close(() => resolve())) };
}
