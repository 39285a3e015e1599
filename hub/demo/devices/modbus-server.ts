import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { answerRequest, exceptionAnswer, exceptionCodes } from "./answer-request.ts";
import { type Framing, splitRtuRequests, splitTcpFrames, wrapFrame } from "./modbus-frames.ts";
import type { SimulatedUnits } from "./simulated-unit.ts";

export interface ModbusTcpOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly units: SimulatedUnits;
  /** `rtu` as behind a converter that passes the serial line's frames on; `tcp` without it. */
  readonly framing?: Framing;
  /** What a unit id nobody has meets; `gateway` answers that the target is silent, `device` says nothing, as without it. */
  readonly strangers?: "silence" | "gateway";
  /** Connections taken at once, the others are cut as they come: many inverters take just one. Any number without it. */
  readonly maxConnections?: number;
  /** Requests are taken and not answered until this resolves, as by a device that is still starting. */
  readonly ready?: Promise<void>;
}

export interface ModbusTcpServer {
  readonly host: string;
  /** Where it really listens. */
  readonly port: number;
  /** Requests taken since the start, those that nobody answered included. */
  requests(): number;
  connections(): number;
  /** Cut every connection and let go of the port. */
  close(): Promise<void>;
}

/**
 * Serve simulated devices over Modbus TCP, or RTU frames over TCP.
 * Not modbus-serial's server: that one takes no free port, ignores a wrong checksum, and it would share its faults
 * with the client the hub uses.
 * @throws Error EADDRINUSE when the port is taken
 */
export async function serveModbusTcp(options: ModbusTcpOptions): Promise<ModbusTcpServer> {
  const { host, port, units, framing = "tcp", strangers = "silence", maxConnections, ready } = options;
  const open = new Set<Socket>();
  let requests = 0;
  const server: Server = createServer({ noDelay: true }, (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    // A client that vanishes is its own matter; the socket closes by itself.
    socket.on("error", () => {});
    const answer = (): void => answerStream(socket, { units, framing, strangers, onRequest: () => requests++ });
    if (ready === undefined) answer();
    else void ready.then(answer);
  });
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  server.listen({ host, port });
  await once(server, "listening");
  return {
    host,
    port: (server.address() as AddressInfo).port,
    requests: () => requests,
    connections: () => open.size,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Answer every request that arrives on a stream, in order and at once. */
export function answerStream(
  stream: Duplex,
  {
    units,
    framing,
    strangers,
    onRequest,
  }: {
    readonly units: SimulatedUnits;
    readonly framing: Framing;
    readonly strangers: "silence" | "gateway";
    readonly onRequest: () => void;
  },
): void {
  const split = framing === "tcp" ? splitTcpFrames : splitRtuRequests;
  let pending: Buffer = Buffer.alloc(0);
  stream.on("data", (bytes: Buffer) => {
    const { frames, rest } = split(Buffer.concat([pending, bytes]));
    pending = rest;
    for (const { message, ...address } of frames) {
      onRequest();
      const unit = units.get(address.unit);
      if (unit !== undefined) {
        stream.write(wrapFrame(framing, { ...address, message: answerRequest(unit, message) }));
      } else if (strangers === "gateway") {
        const refusal = exceptionAnswer(message.readUInt8(0), exceptionCodes.gateway_target_silent);
        stream.write(wrapFrame(framing, { ...address, message: refusal }));
      }
    }
  });
}
