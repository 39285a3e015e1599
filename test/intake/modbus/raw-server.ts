import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { appendCrc } from "../../../hub/intake/modbus/crc.ts";

/** A request as a raw server sees it. */
export interface RawRequest {
  readonly socket: Socket;
  /** How many connections there were when it came, from 1. */
  readonly connection: number;
  /** From 1 on, over all connections. */
  readonly number: number;
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly start: number;
  readonly count: number;
}

export interface RawServer {
  readonly port: number;
  readonly requests: readonly RawRequest[];
  connections(): number;
  close(): Promise<void>;
}

/** A server that answers Modbus reads with whatever bytes a test wants, on loopback and a free port. */
export async function openRawServer(
  framing: "tcp" | "rtu",
  answer: (request: RawRequest) => void,
  port = 0,
): Promise<RawServer> {
  const requests: RawRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (bytes) => {
      const at = framing === "tcp" ? 6 : 0;
      const request = {
        socket,
        connection,
        number: requests.length + 1,
        transaction: framing === "tcp" ? bytes.readUInt16BE(0) : 0,
        unit: bytes.readUInt8(at),
        functionCode: bytes.readUInt8(at + 1),
        start: bytes.readUInt16BE(at + 2),
        count: bytes.readUInt16BE(at + 4),
      };
      requests.push(request);
      answer(request);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: portOf(server),
    requests,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** Registers whose value is their own address, as unit, function, byte count and data. */
export function addressesOf({ unit, functionCode, start, count }: RawRequest): Buffer {
  const pdu = Buffer.alloc(3 + 2 * count);
  pdu.set([unit, functionCode, 2 * count]);
  for (let register = 0; register < count; register += 1) pdu.writeUInt16BE(start + register, 3 + 2 * register);
  return pdu;
}

export function exceptionOf({ unit, functionCode }: RawRequest, code: number): Buffer {
  return Buffer.from([unit, functionCode | 0x80, code]);
}

export function tcpFrame(transaction: number, unitAndPdu: Uint8Array): Buffer {
  const header = Buffer.alloc(6);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(unitAndPdu.length, 4);
  return Buffer.concat([header, unitAndPdu]);
}

export const rtuFrame = appendCrc;

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server listens on no port");
  return address.port;
}
