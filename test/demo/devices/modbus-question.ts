import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A bare connection that sends bytes and hands back what comes, so that tests see frames and not a library's view of them. */
export interface RawConnection {
  send(hex: string): void;
  /** Resolves with all bytes since the last call as hex, once there are at least so many. */
  receive(bytes: number): Promise<string>;
  /** Resolves when the other side has closed. */
  closed(): Promise<void>;
  close(): void;
}

export async function connectRaw({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): Promise<RawConnection> {
  const socket: Socket = connect({ host, port, noDelay: true });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  let arrived = Buffer.alloc(0);
  const heard = new EventTarget();
  socket.on("data", (bytes: Buffer) => {
    arrived = Buffer.concat([arrived, bytes]);
    heard.dispatchEvent(new Event("data"));
  });
  await once(socket, "connect");
  return {
    send: (hex) => void socket.write(Buffer.from(hex.replaceAll(" ", ""), "hex")),
    async receive(bytes) {
      while (arrived.length < bytes) {
        await new Promise((resolve) => heard.addEventListener("data", resolve, { once: true }));
      }
      const taken = arrived.toString("hex");
      arrived = Buffer.alloc(0);
      return taken;
    },
    closed: () => closed,
    close: () => socket.destroy(),
  };
}

/** Registers from hex words: `{ 0: "1234 5678" }` puts two words at 0 and 1, of every table unless told. */
export function wordsAt(blocks: Readonly<Record<number, string>>, onlyTable?: string) {
  const words = new Map<number, number>();
  for (const [start, hex] of Object.entries(blocks)) {
    for (const [index, word] of hex.split(" ").entries()) words.set(Number(start) + index, Number.parseInt(word, 16));
  }
  return {
    readWord: (table: string, address: number) =>
      onlyTable === undefined || table === onlyTable ? words.get(address) : undefined,
  };
}
