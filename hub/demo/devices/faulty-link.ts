import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { exceptionAnswer } from "./answer-request.ts";
import type { Fault, FaultPlan } from "./fault-plan.ts";
import {
  type Framing,
  type ModbusFrame,
  splitRtuAnswers,
  splitRtuRequests,
  splitTcpFrames,
  wrapFrame,
} from "./modbus-frames.ts";
import { spoilAnswer } from "./spoil-answer.ts";

export interface FaultyLinkOptions {
  /** Where the devices are; the link listens on the same host. */
  readonly target: { readonly host: string; readonly port: number };
  readonly framing?: Framing;
  /** What happens to requests that nothing was commanded for; without it they pass unharmed. */
  readonly plan?: FaultPlan;
}

/** A cable between a hub and its devices on which things go wrong, by a plan or on command. */
export interface FaultyLink {
  readonly host: string;
  readonly port: number;
  /** The next requests meet this, before the plan is asked. */
  next(fault: Fault, times?: number): void;
  /** Let go of the answers that are held, in the order they came. Those whose connection is gone are lost. */
  release(): void;
  /** Break every connection and refuse new ones, as when the cable is pulled. */
  pull(): Promise<void>;
  /** Take connections again, on the same port. */
  plug(): Promise<void>;
  /** Requests seen since the start. */
  requests(): number;
  /** Faults that were made since the start. */
  faults(): number;
  /** Connections open now, and those ever taken. */
  connections(): { readonly open: number; readonly ever: number };
  close(): Promise<void>;
}

/**
 * Put a faulty link before a Modbus server.
 * @throws RangeError at a request whose fault the framing cannot have
 */
export async function startFaultyLink({
  target,
  framing = "tcp",
  plan = () => undefined,
}: FaultyLinkOptions): Promise<FaultyLink> {
  const commanded: Fault[] = [];
  const held: (() => void)[] = [];
  const open = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  const counts = { requests: 0, faults: 0, connections: 0 };
  const splitRequests = framing === "tcp" ? splitTcpFrames : splitRtuRequests;
  const splitAnswers = framing === "tcp" ? splitTcpFrames : splitRtuAnswers;

  const chooseFault = ({
    unit,
    message,
  }: ModbusFrame): { readonly index: number; readonly fault: Fault | undefined } => {
    const index = counts.requests++;
    const fault = commanded.shift() ?? plan({ index, unit, functionCode: message.readUInt8(0) });
    if (fault !== undefined) counts.faults++;
    return { index, fault };
  };

  const later = (ms: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  };

  const carry = (hub: Socket): void => {
    const device = connect({ ...target, noDelay: true });
    counts.connections++;
    for (const [socket, other] of [
      [hub, device],
      [device, hub],
    ] as const) {
      open.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
    /** What is to happen to an answer, by the transaction it belongs to; RTU has one request under way. */
    const spoiled = new Map<number, { readonly index: number; readonly fault: Fault }>();
    const send = (bytes: Buffer): void => {
      if (!hub.destroyed) hub.write(bytes);
    };

    onFrames(hub, splitRequests, (request) => {
      const { index, fault } = chooseFault(request);
      spoiled.delete(request.transaction ?? 0);
      if (fault?.kind === "swallow") return;
      if (fault?.kind === "exception") {
        const message = exceptionAnswer(request.message.readUInt8(0), fault.code);
        send(wrapFrame(framing, { ...request, message }));
        return;
      }
      if (fault !== undefined) spoiled.set(request.transaction ?? 0, { index, fault });
      device.write(wrapFrame(framing, request));
    });

    onFrames(device, splitAnswers, (answer) => {
      const met = spoiled.get(answer.transaction ?? 0);
      spoiled.delete(answer.transaction ?? 0);
      if (met === undefined) return send(wrapFrame(framing, answer));
      const { fault, index } = met;
      const bytes = spoilAnswer(framing, answer, fault, index);
      if (fault.kind === "hold") held.push(() => send(bytes));
      else if (fault.kind === "delay") later(fault.ms, () => send(bytes));
      else if (fault.kind !== "cut") send(bytes);
      else if (bytes.length === 0) hub.destroy();
      else hub.end(bytes);
    });
  };

  const server = createServer({ noDelay: true }, carry);
  const listen = async (port: number): Promise<void> => {
    server.listen({ host: target.host, port });
    await once(server, "listening");
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const pull = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
  return {
    host: target.host,
    port,
    next(fault, times = 1) {
      commanded.push(...Array.from({ length: times }, () => fault));
    },
    release() {
      for (const act of held.splice(0)) act();
    },
    pull,
    plug: () => listen(port),
    requests: () => counts.requests,
    faults: () => counts.faults,
    connections: () => ({ open: open.size / 2, ever: counts.connections }),
    async close() {
      for (const timer of timers) clearTimeout(timer);
      await pull();
    },
  };
}

function onFrames(socket: Socket, split: typeof splitTcpFrames, take: (frame: ModbusFrame) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on("data", (bytes: Buffer) => {
    const { frames, rest } = split(Buffer.concat([pending, bytes]));
    pending = rest;
    for (const frame of frames) take(frame);
  });
}
