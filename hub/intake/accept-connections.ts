import { createServer, type Server, type Socket } from "node:net";
import type { Client } from "aedes";
import type { Connection } from "./connection.ts";
import type { ConnectionGate } from "./connection-gate.ts";
import { type BrokerLimits, MAX_PACKET_BYTES, TCP_KEEP_ALIVE_MS } from "./limits.ts";
import { paceSocket } from "./paced-socket.ts";
import type { SeldomLog } from "./seldom-log.ts";
import { enterGuest, type Guest, type WaitingRoom } from "./waiting-room.ts";

/** Open connections, found by either of the two things that stand for them elsewhere. */
export interface Connections {
  readonly byClient: Map<Client, Connection>;
  readonly byGuest: Map<Guest, Connection>;
}

/** A server, not listening yet, that lets connections in by the gate and hands them to the broker at a measured pace. */
export function acceptConnections(options: {
  readonly connections: Connections;
  readonly gate: ConnectionGate;
  readonly room: WaitingRoom;
  readonly limits: BrokerLimits;
  readonly complain: SeldomLog;
  handle(socket: Socket): Client;
  turnedAway(): void;
  /** A packet over the limit; the connection is closed after this. */
  tooLarge(connection: Connection | undefined, bytes: number): void;
}): Server {
  const { gate, room, limits, complain } = options;
  const { byClient, byGuest } = options.connections;
  const tcp = { noDelay: true, keepAlive: true, keepAliveInitialDelay: TCP_KEEP_ALIVE_MS };
  return createServer(tcp, (socket) => {
    const address = socket.remoteAddress ?? "";
    const pass = gate.enter(address);
    if (typeof pass === "string") {
      options.turnedAway();
      complain({ key: `gate ${address}`, fields: { address }, message: `connection turned away: ${pass}` });
      socket.on("error", () => {}).resetAndDestroy();
      return;
    }
    const guest = enterGuest(() => readOn());
    const readOn = paceSocket(socket, {
      packetBytes: MAX_PACKET_BYTES,
      readBytes: limits.readBytes,
      mayRead: () => room.mayRead(guest),
      refuse: (bytes) => options.tooLarge(byGuest.get(guest), bytes),
    });
    const client = options.handle(socket);
    const holdMs = limits.longestHoldMs;
    const filters = new Set<string>();
    const connection = { client, socket, address, pass, guest, filters, credential: undefined, holdMs };
    byClient.set(client, connection);
    byGuest.set(guest, connection);
    socket.once("close", () => {
      byClient.delete(client);
      byGuest.delete(guest);
      room.forget(guest);
      pass.left();
    });
  });
}
