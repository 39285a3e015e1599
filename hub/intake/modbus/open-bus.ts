import { setTimeout as wait } from "node:timers/promises";
import { type BackOffLimits, jitteredWait } from "../back-off.ts";
import type { Bus, BusAnswer, BusRequest } from "./bus.ts";
import { type BusAddress, hasRtuFrames } from "./bus-address.ts";
import { type Connection, openConnection } from "./connection.ts";

/** A bus that tells when it had to connect anew. */
export interface ConnectedBus extends Bus {
  /** Connections made so far; what was learnt of a device may be old when this has risen. */
  connections(): number;
}

export interface BusOptions {
  /** CONNECTS_WITHIN_MS without it. */
  readonly connectTimeoutMs?: number;
  /** RECONNECT without it. */
  readonly reconnect?: BackOffLimits;
  /** What must be over before the first connection: another bus on the same endpoint that is being closed. */
  readonly after?: Promise<void> | undefined;
}

/** A device on the same network connects in milliseconds; a sleeping radio module takes a second or two. */
export const CONNECTS_WITHIN_MS = 3_000;
/** Between attempts to connect: soon at first, and an adapter plugged in again or an inverter at dawn is back within half a minute. */
export const RECONNECT: BackOffLimits = { firstMs: 500, longestMs: 30_000 };
/** Silence on a serial line before another unit is asked. The specification wants 3.5 characters; meters in the field want this. */
export const UNIT_CHANGE_PAUSE_MS = 100;
/** Silence between any two frames, in characters of 11 bits (Modbus over serial line V1.02 section 2.5.1.1), and at least. */
const FRAME_PAUSE_CHARACTERS = 3.5;
const LEAST_FRAME_PAUSE_MS = 2;
/** Behind a converter the line's speed is not known; this is enough from 9600 baud on. */
const CONVERTER_FRAME_PAUSE_MS = 5;

/**
 * A bus on a physical endpoint. It connects when the first request comes, answers one request after the other, and never
 * rejects: what goes wrong is the answer. Its queue is as long as its users make it, and each of them waits for an answer.
 */
export function openBus(address: BusAddress, options: BusOptions = {}): ConnectedBus {
  const { connectTimeoutMs = CONNECTS_WITHIN_MS, reconnect = RECONNECT } = options;
  const isSerialLine = hasRtuFrames(address);
  const framePauseMs = framePauseOf(address);
  /** Units that were silent, and until when their late answer may still come. Frames without a transaction id need this. */
  const lateUntil = new Map<number, number>();
  let connection: Connection | undefined;
  let turn: Promise<unknown> = options.after ?? Promise.resolve();
  let lastUnit: number | undefined;
  let quietSince = Number.NEGATIVE_INFINITY;
  let connectedAt = 0;
  let connections = 0;
  let failure: { readonly attempts: number; readonly reason: string; readonly retryAt: number } | undefined;
  let isClosed = false;

  const connected = async (): Promise<Connection | string> => {
    if (isClosed) return "the bus is closed";
    if (connection?.isOpen()) return connection;
    if (failure !== undefined && performance.now() < failure.retryAt) return failure.reason;
    // A serial port opens again only when it is really closed.
    await connection?.close("not open any more");
    try {
      connection = await openConnection(address, connectTimeoutMs);
    } catch (cause) {
      const attempts = failure?.attempts ?? 0;
      const reason = cause instanceof Error ? cause.message : String(cause);
      failure = {
        attempts: attempts + 1,
        reason,
        // Always the ceiling: one hub does not come back in a crowd.
        retryAt: performance.now() + jitteredWait(attempts, 1, reconnect),
      };
      return reason;
    }
    failure = undefined;
    connections += 1;
    connectedAt = performance.now();
    if (isClosed) await connection.close("the bus is closed");
    return connection;
  };

  const pauseBefore = ({ unit, pauseMs, connectDelayMs = 0 }: BusRequest): number => {
    const linePause = !isSerialLine
      ? 0
      : lastUnit !== undefined && lastUnit !== unit
        ? UNIT_CHANGE_PAUSE_MS
        : framePauseMs;
    const from = Math.max(
      quietSince + Math.max(pauseMs, linePause),
      connectedAt + connectDelayMs,
      lateUntil.get(unit) ?? 0,
    );
    return Math.ceil(from - performance.now());
  };

  const exchange = async (request: BusRequest): Promise<BusAnswer> => {
    let open = await connected();
    if (typeof open === "string") return { kind: "unreachable", reason: open };
    const pause = pauseBefore(request);
    if (pause > 0) {
      await wait(pause);
      // A device may close the connection while it is left in peace.
      open = await connected();
      if (typeof open === "string") return { kind: "unreachable", reason: open };
    }
    const answer = await open.ask(request);
    lastUnit = request.unit;
    quietSince = performance.now();
    lateUntil.delete(request.unit);
    // Closing the connection keeps a late answer out only where the connection ends at the device itself.
    if (answer.kind === "silence" && isSerialLine) lateUntil.set(request.unit, quietSince + request.timeoutMs);
    return answer;
  };

  return {
    connections: () => connections,
    read(request) {
      const answer = turn.then(() => exchange(request));
      turn = answer;
      return answer;
    },
    async close() {
      isClosed = true;
      // What is in flight is answered at once, and what waits in the queue after it.
      await connection?.close("the bus is closed");
      await turn;
      await connection?.close("the bus is closed");
    },
  };
}

function framePauseOf(address: BusAddress): number {
  if (!("serial" in address)) return CONVERTER_FRAME_PAUSE_MS;
  return Math.max(LEAST_FRAME_PAUSE_MS, Math.ceil((FRAME_PAUSE_CHARACTERS * 11 * 1_000) / address.baud));
}
