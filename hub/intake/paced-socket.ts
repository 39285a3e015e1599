import type { Socket } from "node:net";
import { packetGuard } from "./packet-guard.ts";

/**
 * Stand between a socket and the broker that reads it: look at each chunk before the parser gathers it, hand over at
 * most `readBytes` in one turn (or one packet, if that is longer), and hand over nothing while there is no room, so that TCP holds the sender back.
 * @param refuse told of a packet over `packetBytes` at its header; the socket is destroyed after it
 * @returns a function that makes the broker read on after `mayRead` said no
 */
export function paceSocket(
  socket: Socket,
  options: {
    readonly packetBytes: number;
    readonly readBytes: number;
    mayRead(): boolean;
    refuse(length: number): void;
  },
): () => void {
  const guard = packetGuard(options.packetBytes);
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    // The stream itself asks for nothing to start its machinery: bytes handed out here would be lost.
    if (size === 0) return read(0);
    // Not asked for data, the stream says 'readable' no more: the function returned below does it.
    if (!options.mayRead()) return null;
    const chunks: Buffer[] = [];
    const before = guard.completed();
    do {
      const chunk: Buffer | null = read(socket.readableLength > options.readBytes ? options.readBytes : size);
      if (chunk === null) break;
      chunks.push(chunk);
      const length = guard.oversized(chunk);
      if (length !== undefined) {
        options.refuse(length);
        socket.destroy();
        return null;
      }
      // The broker reads on when it is done with a packet: with no packet complete it would wait for ever.
    } while (guard.completed() === before && socket.readableLength > 0);
    return chunks.length > 1 ? Buffer.concat(chunks) : (chunks[0] ?? null);
  };
  return () => socket.emit("readable");
}
