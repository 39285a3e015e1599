import { once } from "node:events";
import { createServer } from "node:net";
import { ServerTCP } from "modbus-serial";
import { expect, test } from "vitest";
import type { BusRequest } from "../../../hub/intake/modbus/bus.ts";
import { openBus } from "../../../hub/intake/modbus/open-bus.ts";
import { hasPymodbus, openPymodbus } from "./modbus-peers.ts";

const request: BusRequest = { unit: 1, table: "holding", start: 100, count: 2, timeoutMs: 500, pauseMs: 0 };

test.skipIf(!hasPymodbus())("a pymodbus server on TCP (needs Debian's pymodbus)", async () => {
  const peer = await openPymodbus({ 1: { holding: { 100: [0x1234, 0xffff] }, discrete: { 3: [1, 1, 0, 1] } } }, "tcp");
  const bus = openBus({ host: "127.0.0.1", port: peer.port, framing: "tcp" });
  expect(await bus.read(request)).toEqual({ kind: "words", bytes: Buffer.from([0x12, 0x34, 0xff, 0xff]) });
  expect(await bus.read({ ...request, table: "discrete", start: 3, count: 4 })).toEqual({
    kind: "words",
    bytes: Uint8Array.from([0, 1, 0, 1, 0, 0, 0, 1]),
  });
  expect(await bus.read({ ...request, start: 101 })).toEqual({ kind: "exception", code: 2 });
  expect(await bus.read(request)).toMatchObject({ kind: "words" });
  expect(bus.connections()).toBe(1);
  await bus.close();
  await peer.close();
});

test("modbus-serial's own server", async () => {
  const port = await freePort();
  const vector = {
    getHoldingRegister: (address: number, unit: number) => 10 * address + unit,
    getInputRegister: (address: number) => address,
    getCoil: (address: number) => address % 2 === 0,
  };
  const server = new ServerTCP(vector, { host: "127.0.0.1", port, unitID: 0 });
  await once(server, "initialized");
  const bus = openBus({ host: "127.0.0.1", port, framing: "tcp" });
  expect(await bus.read({ ...request, unit: 5 })).toEqual({ kind: "words", bytes: Buffer.from([3, 237, 3, 247]) });
  expect(await bus.read({ ...request, table: "input", count: 1 })).toEqual({
    kind: "words",
    bytes: Buffer.from([0, 100]),
  });
  expect(await bus.read({ ...request, table: "coil", start: 4, count: 3 })).toEqual({
    kind: "words",
    bytes: Uint8Array.from([0, 1, 0, 0, 0, 1]),
  });
  await bus.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** That server does not tell which port it took. */
async function freePort(): Promise<number> {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  holder.close();
  await once(holder, "close");
  return typeof address === "object" ? Number(address?.port) : 0;
}
