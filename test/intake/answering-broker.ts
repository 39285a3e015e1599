import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { generate, type Packet, parser } from "mqtt-packet";

export interface AnsweringBroker extends AsyncDisposable {
  readonly port: number;
  /** Everything clients have sent, in order. */
  readonly received: readonly Packet[];
  /** How many separate chunks of bytes carried PUBACKs. */
  readonly pubackChunks: readonly number[];
}

/** A broker that does as it is told: `answer` says what each packet is answered with, and whether the line is cut then. */
export async function openAnsweringBroker(
  answer: (packet: Packet, connection: number) => readonly Packet[] | "cut",
): Promise<AnsweringBroker> {
  const received: Packet[] = [];
  const pubackChunks: number[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    sockets.add(socket);
    const packets = parser({ protocolVersion: 5 });
    let pubacks = 0;
    packets.on("packet", (packet) => {
      received.push(packet);
      if (packet.cmd === "puback") pubacks += 1;
      const answers = answer(packet, connection);
      if (answers === "cut") socket.destroy();
      else socket.write(Buffer.concat(answers.map((each) => generate(each, { protocolVersion: 5 }))));
    });
    socket.on("data", (chunk) => {
      pubacks = 0;
      packets.parse(chunk);
      if (pubacks > 0) pubackChunks.push(pubacks);
    });
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    received,
    pubackChunks,
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
