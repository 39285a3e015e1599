import type { Socket } from "node:net";
import { packetGuard } from "./packet-guard.ts";

/**
 * Stand between a socket and the broker that reads it: look at each chunk before the parser gathers it, hand over at
 * most `readBytes` in one turn, and hand over nothing while there is no room, so that TCP holds the sender back.
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
    // Not asked for data, the stream says 'readable' no more: the function returned below does it.
    if (!options.mayRead()) return null;
    const chunk = read(socket.readableLength > options.readBytes ? options.readBytes : size);
    const length = chunk === null ? undefined : guard.oversized(chunk);
    if (length === undefined) return chunk;
    options.refuse(length);
    socket.destroy();
    return null;
  };
  return () => socket.emit("readable");
}
