import { connect, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { connectFrame, type DeviceFrames, deviceFrames, disconnectFrame } from "./device-frames.ts";

/** Who connects, and for which devices it publishes in turn. */
export interface LoadLogin {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
  readonly devices: readonly string[];
}

/** A client on a bare socket: it costs so little that it never bounds what is measured. */
export interface LoadClient {
  readonly inFlight: number;
  /** False once the broker has closed the connection: nothing that is in flight will be answered. */
  readonly isOpen: boolean;
  /** Publish this many messages at QoS 1 in one write; fewer when the packet ids run out. Returns how many. */
  send(count: number): number;
  close(): void;
}

/** MQTT control packet types (MQTT 3.1.1 section 2.2.1). */
const CONNACK = 2;
const PUBACK = 4;
const PACKET_IDS = 65_536;
/** Most messages of one client without an acknowledgement; packet ids would repeat soon after. */
const MOST_IN_FLIGHT = 60_000;
/** A broker that spreads a rush of connections over time is asked again, this often and this much later. */
const CONNECT_ATTEMPTS = 40;
const CONNECT_AGAIN_MS = 250;

export interface LoadClientEvents {
  /** Latencies in ms of the acknowledgements of one socket read, newest last; the array is used again. */
  acknowledged(client: LoadClient, latenciesMs: readonly number[]): void;
  lost(): void;
}

/** @throws Error when the broker refuses for good */
export async function connectClient(port: number, login: LoadLogin, events: LoadClientEvents): Promise<LoadClient> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connectOnce(port, login, events);
    } catch (cause) {
      if (attempt === CONNECT_ATTEMPTS) throw cause;
      await wait(CONNECT_AGAIN_MS);
    }
  }
}

function connectOnce(port: number, login: LoadLogin, events: LoadClientEvents): Promise<LoadClient> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let client: (LoadClient & { answered(packetId: number): number }) | undefined;
    let rest: Buffer = Buffer.alloc(0);
    const latencies: number[] = [];
    socket.on("connect", () => socket.write(connectFrame(login)));
    socket.on("data", (chunk: Buffer) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      let at = 0;
      latencies.length = 0;
      // All a broker sends here has a length of one byte.
      while (bytes.length - at >= 2 && bytes.length - at >= 2 + (bytes[at + 1] ?? 0)) {
        const type = (bytes[at] ?? 0) >> 4;
        if (type === PUBACK && client !== undefined) latencies.push(client.answered(bytes.readUInt16BE(at + 2)));
        if (type === CONNACK && bytes[at + 3] !== 0) socket.destroy(new Error(`refused with code ${bytes[at + 3]}`));
        else if (type === CONNACK) {
          client = publishOn(socket, login.devices.map(deviceFrames));
          resolve(client);
        }
        at += 2 + (bytes[at + 1] ?? 0);
      }
      rest = bytes.subarray(at);
      if (client !== undefined && latencies.length > 0) events.acknowledged(client, latencies);
    });
    socket.on("error", reject);
    socket.on("close", () => {
      reject(new Error(`${login.clientId}: connection closed`));
      if (client !== undefined) events.lost();
    });
  });
}

function publishOn(
  socket: Socket,
  frames: readonly DeviceFrames[],
): LoadClient & { answered(packetId: number): number } {
  const sentAt = new Float64Array(PACKET_IDS);
  let packetId = 0;
  let device = 0;
  let inFlight = 0;
  return {
    get inFlight() {
      return inFlight;
    },
    get isOpen() {
      return !socket.destroyed;
    },
    answered(id) {
      inFlight -= 1;
      return performance.now() - (sentAt[id] ?? Number.NaN);
    },
    send(wanted) {
      const count = Math.min(wanted, MOST_IN_FLIGHT - inFlight);
      const now = performance.now();
      const slab = Buffer.allocUnsafe(count * Math.max(...frames.map(({ bytes }) => bytes)));
      let length = 0;
      for (let sent = 0; sent < count; sent += 1) {
        const frame = frames[device % frames.length];
        if (frame === undefined) throw new Error("a load client needs a device");
        packetId = (packetId % (PACKET_IDS - 1)) + 1;
        sentAt[packetId] = now;
        frame.write(slab, length, packetId);
        length += frame.bytes;
        device += 1;
      }
      inFlight += count;
      if (count > 0 && !socket.destroyed) socket.write(slab.subarray(0, length));
      return count;
    },
    close() {
      socket.removeAllListeners("close");
      socket.on("error", () => {});
      socket.end(disconnectFrame());
    },
  };
}
