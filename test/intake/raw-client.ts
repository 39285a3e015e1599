import { connect, type Socket } from "node:net";
import mqttPacket, { type Packet } from "mqtt-packet";
import { until } from "./until.ts";

/** An MQTT client that does only what a test tells it to: no reconnecting, no pings of its own, reading when asked to. */
export interface RawClient {
  readonly socket: Socket;
  /** What the broker sent, oldest first. */
  readonly heard: readonly Packet[];
  readonly acknowledged: ReadonlySet<number>;
  send(...packets: Packet[]): void;
  isClosed(): boolean;
}

export interface Login {
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly clientId?: string;
  readonly keepalive?: number;
}

/** Open a connection without saying anything. */
export async function openRaw(port: number): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const heard: Packet[] = [];
  const acknowledged = new Set<number>();
  const parser = mqttPacket.parser();
  parser.on("packet", (packet) => {
    heard.push(packet);
    if (packet.cmd === "puback" && packet.messageId !== undefined) acknowledged.add(packet.messageId);
  });
  let isClosed = false;
  socket.on("data", (chunk) => parser.parse(chunk));
  socket.on("error", () => {});
  socket.on("close", () => {
    isClosed = true;
  });
  await until(() => !socket.connecting, "the connection is made or refused");
  return {
    socket,
    heard,
    acknowledged,
    isClosed: () => isClosed,
    send: (...packets) => void socket.write(Buffer.concat(packets.map((packet) => mqttPacket.generate(packet)))),
  };
}

/** Connect, with packets behind the CONNECT if there are any, and resolve with the CONNACK's return code; the client is there whatever it is. Null when it was hung up on. */
export async function connectRaw(
  login: Login,
  ...sentAtOnce: readonly Packet[]
): Promise<RawClient & { readonly returnCode: number | null }> {
  const client = await openRaw(login.port);
  const { username, password, clientId = username, keepalive = 60 } = login;
  client.send(
    {
      cmd: "connect",
      protocolId: "MQTT",
      protocolVersion: 4,
      clean: true,
      clientId,
      keepalive,
      username,
      password: Buffer.from(password),
    },
    ...sentAtOnce,
  );
  await until(() => client.heard.length > 0 || client.isClosed(), `${clientId} hears of its CONNECT`);
  const [connack] = client.heard;
  return { ...client, returnCode: connack?.cmd === "connack" ? (connack.returnCode ?? null) : null };
}

/** One reading of `active_power`, stamped by the device. */
export function reading(
  device: string,
  index: number,
  options: { readonly qos?: 0 | 1 | 2; readonly padding?: number } = {},
): Packet {
  const { qos = 1, padding = 0 } = options;
  const pack = [{ n: "active_power", u: "W", v: index, t: 1_780_000_000 + index }];
  return {
    cmd: "publish",
    topic: `readings/${device}`,
    payload: JSON.stringify(pack).padEnd(padding),
    qos,
    dup: false,
    retain: false,
    ...(qos > 0 && { messageId: (index % 65_535) + 1 }),
  };
}
