import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import modbusSerial from "modbus-serial";
import { afterEach, describe, expect, test } from "vitest";
import { crc16 } from "../../../hub/demo/devices/modbus-frames.ts";
import { serveModbusRtu } from "../../../hub/demo/devices/modbus-serial-line.ts";
import { type ModbusTcpOptions, serveModbusTcp } from "../../../hub/demo/devices/modbus-server.ts";
import { unitOfMoment } from "../../../hub/demo/devices/simulated-unit.ts";
import { until } from "../../intake/until.ts";
import { need } from "../../requirements.ts";
import { connectRaw, wordsAt } from "./modbus-question.ts";

const HOST = "127.0.0.1";
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function serve(options: Omit<ModbusTcpOptions, "host" | "port">) {
  const server = await serveModbusTcp({ host: HOST, port: 0, ...options });
  endings.push(server.close);
  return server;
}
async function ask(server: { readonly host: string; readonly port: number }) {
  const connection = await connectRaw(server);
  endings.push(connection.close);
  return connection;
}

const meter = wordsAt({ 0: "4366 0000", 52: "c4bb 8000", 72: "4145 851f 0000 0000" }, "input");

describe("a simulated device over Modbus TCP", () => {
  test.each([
    ["two input registers", "0007 0000 0006 01 04 0034 0002", "0007 0000 0007 01 04 04 c4bb8000"],
    ["a hole in the range", "0001 0000 0006 01 04 0000 0003", "0001 0000 0003 01 84 02"],
    ["another table", "0001 0000 0006 01 03 0000 0001", "0001 0000 0003 01 83 02"],
    ["no register at all", "0001 0000 0006 01 04 0000 0000", "0001 0000 0003 01 84 03"],
    ["126 registers", "0001 0000 0006 01 04 0000 007e", "0001 0000 0003 01 84 03"],
    ["beyond the last address", "0001 0000 0006 01 04 ffff 0002", "0001 0000 0003 01 84 02"],
    ["a write", "0001 0000 0006 01 06 0000 0001", "0001 0000 0003 01 86 01"],
    ["a request that is too short", "0001 0000 0004 01 04 0000", "0001 0000 0003 01 84 03"],
  ])("answers %s", async (_name, request, answer) => {
    const connection = await ask(await serve({ units: new Map([[1, meter]]) }));
    connection.send(request);
    const expected = answer.replaceAll(" ", "");
    expect(await connection.receive(expected.length / 2)).toBe(expected);
  });

  test("bits come packed, the first one lowest", async () => {
    const bits = {
      readWord: (table: string, address: number) =>
        table === "coil" ? [1, 0, 1, 1, 0, 0, 0, 0, 0, 1][address] : undefined,
    };
    const connection = await ask(await serve({ units: new Map([[9, bits]]) }));
    connection.send("0001 0000 0006 09 01 0000 000a");
    expect(await connection.receive(11)).toBe("0001000000050901020d02");
  });

  test("many units, each its own; one that nobody is says nothing, and behind a gateway that it is silent", async () => {
    const units = new Map([
      [1, wordsAt({ 0: "0001" })],
      [2, wordsAt({ 0: "0002" })],
    ]);
    const connection = await ask(await serve({ units }));
    connection.send("0001 0000 0006 03 03 0000 0001  0002 0000 0006 02 03 0000 0001  0003 0000 0006 01 03 0000 0001");
    expect(await connection.receive(22)).toBe("0002000000050203020002" + "0003000000050103020001");
    const gateway = await ask(await serve({ units, strangers: "gateway" }));
    gateway.send("0001 0000 0006 03 03 0000 0001");
    expect(await gateway.receive(9)).toBe("00010000000303830b");
  });

  test("requests that come in pieces or together are answered one by one", async () => {
    const server = await serve({ units: new Map([[1, meter]]) });
    const connection = await ask(server);
    connection.send("0001 0000 00");
    connection.send("06 01 04 0034 0001 0002 0000 0006 01 04 0035 00");
    expect(await connection.receive(11)).toBe("000100000005010402c4bb");
    connection.send("01");
    expect(await connection.receive(11)).toBe("0002000000050104028000");
    expect(server.requests()).toBe(2);
  });

  test("garbage is no request and harms none after it", async () => {
    const connection = await ask(await serve({ units: new Map([[1, meter]]) }));
    connection.send("474554202f20485454502f312e310d0a");
    connection.send("");
    const other = await ask(await serve({ units: new Map([[1, meter]]) }));
    other.send("0001 0000 0006 01 04 0034 0001");
    expect(await other.receive(11)).toBe("000100000005010402c4bb");
  });

  test("a device that bears few registers in one request says so", async () => {
    const unit = { ...wordsAt({ 0: Array.from({ length: 40 }, () => "0007").join(" ") }), maxRegisters: 35 };
    const connection = await ask(await serve({ units: new Map([[1, unit]]) }));
    connection.send("0001 0000 0006 01 03 0000 0024");
    expect(await connection.receive(9)).toBe("000100000003018303");
    connection.send("0002 0000 0006 01 03 0000 0023");
    expect(await connection.receive(79)).toMatch(/^000200000049010346(0007){35}$/);
  });

  test("words of one answer are of one moment", async () => {
    let moment = 0;
    const unit = unitOfMoment(() => {
      moment += 1;
      const word = moment;
      return { readWord: () => word };
    });
    const connection = await ask(await serve({ units: new Map([[1, unit]]) }));
    connection.send("0001 0000 0006 01 03 0000 0003");
    expect(await connection.receive(15)).toBe("0001000000090103060001" + "00010001");
    connection.send("0002 0000 0006 01 03 0000 0002");
    expect(await connection.receive(13)).toBe("00020000000701030400020002");
  });

  test("a device of one connection cuts the second", async () => {
    const server = await serve({ units: new Map([[1, meter]]), maxConnections: 1 });
    await ask(server);
    const second = await ask(server);
    await second.closed();
    expect(server.connections()).toBe(1);
  });

  test("closing cuts every connection and frees the port", async () => {
    const server = await serveModbusTcp({ host: HOST, port: 0, units: new Map([[1, meter]]) });
    const connection = await ask(server);
    await server.close();
    await connection.closed();
    const again = await serveModbusTcp({ host: HOST, port: server.port, units: new Map() });
    expect(again.port).toBe(server.port);
    await again.close();
  });

  test("the hub's own library reads it, over TCP and over RTU frames in TCP", async () => {
    const units = new Map([[5, meter]]);
    const client = new modbusSerial.default();
    await client.connectTCP(HOST, { port: (await serve({ units })).port });
    client.setID(5);
    expect((await client.readInputRegisters(0x48, 4)).data).toEqual([0x4145, 0x851f, 0, 0]);
    await expect(client.readInputRegisters(0x47, 2)).rejects.toMatchObject({ modbusCode: 2 });
    await new Promise<void>((resolve) => client.close(() => resolve()));

    const framed = new modbusSerial.default();
    await framed.connectTelnet(HOST, { port: (await serve({ units, framing: "rtu" })).port });
    framed.setID(5);
    expect((await framed.readInputRegisters(0x34, 2)).data).toEqual([0xc4bb, 0x8000]);
    await new Promise<void>((resolve) => framed.close(() => resolve()));
  });
});

describe("a simulated device that speaks RTU", () => {
  test("the checksum is the one of the specification", () => {
    // "Modbus over Serial Line" V1.02, section 6.2.2: the frame 02 07 ends with 41 12.
    expect(crc16(Buffer.of(0x02, 0x07))).toBe(0x1241);
  });

  test("a wrong checksum gets no answer, and the next request does", async () => {
    const server = await serve({ units: new Map([[1, meter]]), framing: "rtu" });
    const connection = await ask(server);
    connection.send("01 04 0034 0001 0000  01 04 0034 0001 7004");
    expect(await connection.receive(7)).toBe("010402c4bbab83");
    expect(server.requests()).toBe(1);
  });

  test.skipIf(!need("socat"))("on a serial line with many units (needs socat)", async () => {
    const folder = mkdtempSync(join(tmpdir(), "millrace-line-"));
    endings.push(() => rmSync(folder, { recursive: true, force: true }));
    const [hubEnd, deviceEnd] = [join(folder, "hub"), join(folder, "device")];
    const socat = spawn("socat", ["-d", "-d", ...[hubEnd, deviceEnd].map((path) => `pty,rawer,link=${path}`)]);
    endings.push(async () => {
      const ended = once(socat, "close");
      socat.kill();
      await ended;
    });
    let said = "";
    socat.stderr.on("data", (text: Buffer) => {
      said += text;
    });
    await until(() => said.includes("starting data transfer loop"), "socat is ready");
    const units = new Map([
      [1, meter],
      [7, wordsAt({ 0: "0102 0304" })],
    ]);
    const server = await serveModbusRtu({ path: deviceEnd, units });
    endings.push(server.close);

    const client = new modbusSerial.default();
    await client.connectRTUBuffered(hubEnd, { baudRate: 9_600 });
    client.setTimeout(2_000);
    client.setID(7);
    expect((await client.readHoldingRegisters(0, 2)).data).toEqual([0x0102, 0x0304]);
    client.setID(1);
    expect((await client.readInputRegisters(0x34, 2)).data).toEqual([0xc4bb, 0x8000]);
    await expect(client.readInputRegisters(0x36, 1)).rejects.toMatchObject({ modbusCode: 2 });
    client.setID(8);
    client.setTimeout(100);
    await expect(client.readInputRegisters(0, 1)).rejects.toThrow(/[Tt]imed out/);
    expect(server.requests()).toBe(4);
    await new Promise<void>((resolve) => client.close(() => resolve()));
  });
});
