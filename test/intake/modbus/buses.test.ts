import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BusRequest } from "../../../hub/intake/modbus/bus.ts";
import { createBuses } from "../../../hub/intake/modbus/buses.ts";
import { addressesOf, openRawServer, tcpFrame } from "./raw-server.ts";

const request: BusRequest = { unit: 1, table: "input", start: 0, count: 1, timeoutMs: 500, pauseMs: 0 };

test("devices that name one endpoint share one connection, and the last one to leave closes it", async () => {
  const server = await openRawServer("tcp", (asked) =>
    asked.socket.write(tcpFrame(asked.transaction, addressesOf(asked))),
  );
  const buses = createBuses();
  const address = { host: "127.0.0.1", port: server.port, framing: "tcp" } as const;
  const one = buses.share(address);
  const other = buses.share({ ...address });
  await Promise.all([one.read(request), other.read({ ...request, unit: 2 })]);
  expect(server.connections()).toBe(1);
  await one.close();
  await one.close();
  expect((await one.read(request)).kind).toBe("unreachable");
  expect((await other.read(request)).kind).toBe("words");
  expect(server.connections()).toBe(1);
  await other.close();
  const back = buses.share(address);
  expect((await back.read(request)).kind).toBe("words");
  expect(server.connections()).toBe(2);
  await buses.close();
  expect((await back.read(request)).kind).toBe("unreachable");
  await server.close();
});

test("one serial line cannot have two speeds, whatever names the port goes by", async () => {
  const folder = mkdtempSync(join(tmpdir(), "millrace-buses-"));
  const port = join(folder, "ttyUSB0");
  const link = join(folder, "by-id");
  writeFileSync(port, "");
  symlinkSync(port, link);
  const buses = createBuses();
  buses.share({ serial: port, baud: 9_600, parity: "none", stopBits: 1 });
  buses.share({ serial: link, baud: 9_600, parity: "none", stopBits: 1 });
  expect(() => buses.share({ serial: link, baud: 2_400, parity: "even", stopBits: 1 })).toThrow(
    expect.objectContaining({
      code: "DEVICE_INVALID",
      message: `${port} is in use with 9600 baud, parity none, 1 stop bit, and 2400 baud, parity even, 1 stop bit was asked for`,
    }),
  );
  await buses.close();
  rmSync(folder, { recursive: true });
});
