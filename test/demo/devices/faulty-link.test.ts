import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault } from "../../../hub/demo/devices/fault-plan.ts";
import { type FaultyLink, type FaultyLinkOptions, startFaultyLink } from "../../../hub/demo/devices/faulty-link.ts";
import { crc16, type Framing } from "../../../hub/demo/devices/modbus-frames.ts";
import { type ModbusTcpServer, serveModbusTcp } from "../../../hub/demo/devices/modbus-server.ts";
import { until } from "../../intake/until.ts";
import { connectRaw, type RawConnection, wordsAt } from "./modbus-question.ts";

const units = new Map([[1, wordsAt({ 0: "1111 2222 3333" })]]);
const QUESTION = "0001 0000 0006 01 03 0000 0003";
const ANSWER = "0001000000090103061111" + "22223333";
const RTU_QUESTION = "01 03 0000 0003 05cb";

let server: ModbusTcpServer;
let link: FaultyLink;
let hub: RawConnection;

async function begin(options: Partial<FaultyLinkOptions> = {}, framing: Framing = "tcp"): Promise<void> {
  server = await serveModbusTcp({ host: "127.0.0.1", port: 0, units, framing });
  link = await startFaultyLink({ target: server, framing, ...options });
  hub = await connectRaw(link);
}
afterEach(async () => {
  hub.close();
  await link.close();
  await server.close();
});

describe("a faulty link on command", () => {
  beforeEach(() => begin());

  test("passes everything unharmed until it is told otherwise", async () => {
    hub.send(QUESTION);
    expect(await hub.receive(15)).toBe(ANSWER);
    expect([link.requests(), link.faults()]).toEqual([1, 0]);
  });

  test.each<[string, Fault, string]>([
    ["busy", { kind: "exception", code: 6 }, "000100000003018306"],
    ["failure", { kind: "exception", code: 4 }, "000100000003018304"],
    ["a wrong transaction id", { kind: "wrong_transaction" }, "000200000009010306111122223333"],
    ["a wrong unit id", { kind: "wrong_unit" }, "000100000009020306111122223333"],
    ["the lowest bit of the first register", { kind: "flip_bit", bit: 8 * 10 + 7 }, "000100000009010306111022223333"],
    ["a bit beyond the end", { kind: "flip_bit", bit: 8 * 15 }, "800100000009010306111122223333"],
    ["swapped words; the last has no partner", { kind: "swap_words" }, "000100000009010306222211113333"],
    ["garbage before it", { kind: "garbage", bytes: Buffer.from("dead", "hex") }, `dead${ANSWER}`],
    ["the answer twice", { kind: "repeat" }, ANSWER + ANSWER],
  ])("%s, once, and the next answer is whole again", async (_name, fault, spoiled) => {
    link.next(fault);
    hub.send(QUESTION);
    expect(await hub.receive(spoiled.length / 2)).toBe(spoiled);
    hub.send(QUESTION);
    expect(await hub.receive(15)).toBe(ANSWER);
    expect([link.requests(), link.faults()]).toEqual([2, 1]);
  });

  test("an exception and a swallowed request never reach the device", async () => {
    link.next({ kind: "exception", code: 6 });
    link.next({ kind: "swallow" });
    hub.send(QUESTION);
    await hub.receive(9);
    hub.send(QUESTION);
    hub.send("0002 0000 0006 01 03 0000 0003");
    expect(await hub.receive(15)).toBe(`0002${ANSWER.slice(4)}`);
    expect(server.requests()).toBe(1);
  });

  test("an answer that is held comes when it is let go, after that to a later question", async () => {
    link.next({ kind: "hold" });
    hub.send(QUESTION);
    hub.send("0002 0000 0006 01 03 0002 0001");
    expect(await hub.receive(11)).toBe("0002000000050103023333");
    link.release();
    expect(await hub.receive(15)).toBe(ANSWER);
  });

  test("an answer that is late comes after the one that is not", async () => {
    link.next({ kind: "delay", ms: 20 });
    hub.send(QUESTION);
    hub.send("0002 0000 0006 01 03 0002 0001");
    expect(await hub.receive(26)).toBe(`0002000000050103023333${ANSWER}`);
  });

  test.each([
    ["at once", undefined, ""],
    ["in the middle of an answer", 5, ANSWER.slice(0, 10)],
  ])("a connection that breaks %s; the next one works", async (_name, afterBytes, arrived) => {
    link.next({ kind: "cut", ...(afterBytes !== undefined && { afterBytes }) });
    hub.send(QUESTION);
    await hub.closed();
    expect(await hub.receive(0)).toBe(arrived);
    await until(() => link.connections().open === 0 && server.connections() === 0, "both sides are closed");
    hub = await connectRaw(link);
    hub.send(QUESTION);
    expect(await hub.receive(15)).toBe(ANSWER);
    expect(link.connections()).toEqual({ open: 1, ever: 2 });
  });

  test("a cable that is pulled cuts and refuses; plugged in again, the port is the same", async () => {
    const { port } = link;
    await link.pull();
    await hub.closed();
    await expect(connectRaw(link)).rejects.toThrow("ECONNREFUSED");
    await link.plug();
    hub = await connectRaw({ host: "127.0.0.1", port });
    hub.send(QUESTION);
    expect(await hub.receive(15)).toBe(ANSWER);
  });

  test("faults are met in the order they were told, each as often as told", async () => {
    link.next({ kind: "exception", code: 6 }, 2);
    link.next({ kind: "exception", code: 4 });
    const codes: string[] = [];
    for (let index = 0; index < 3; index++) {
      hub.send(QUESTION);
      codes.push((await hub.receive(9)).slice(-2));
    }
    expect(codes).toEqual(["06", "06", "04"]);
  });
});

describe("a faulty link by plan", () => {
  test("one unit alone meets the fault", async () => {
    await begin({ plan: ({ unit }) => (unit === 1 ? { kind: "exception", code: 6 } : undefined) });
    hub.send("0001 0000 0006 02 03 0000 0001");
    hub.send(QUESTION);
    expect(await hub.receive(9)).toBe("000100000003018306");
    expect([link.requests(), link.faults()]).toEqual([2, 1]);
  });
});

describe("a faulty link between RTU frames", () => {
  beforeEach(() => begin({}, "rtu"));

  test.each<[string, Fault, string]>([
    ["nothing", { kind: "delay", ms: 0 }, "01030611112222333320a0"],
    ["a refusal with its own checksum", { kind: "exception", code: 6 }, "018306c132"],
    ["a flipped bit under the old checksum", { kind: "flip_bit", bit: 31 }, "01030610112222333320a0"],
  ])("%s", async (_name, fault, spoiled) => {
    link.next(fault);
    hub.send(RTU_QUESTION);
    expect(await hub.receive(spoiled.length / 2)).toBe(spoiled);
  });

  test("another unit's answer has a checksum that fits", async () => {
    link.next({ kind: "wrong_unit" });
    hub.send(RTU_QUESTION);
    const answer = Buffer.from(await hub.receive(11), "hex");
    expect(answer.readUInt8(0)).toBe(2);
    expect(answer.readUInt16LE(9)).toBe(crc16(answer.subarray(0, 9)));
  });
});
