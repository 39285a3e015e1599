import { EventEmitter } from "node:events";
import modbusSerial from "modbus-serial";
import type { Table } from "../../decode/profiles/device-profile.ts";
import type { BusAnswer, BusRequest } from "./bus.ts";
import { type BusAddress, hasRtuFrames } from "./bus-address.ts";
import { frameForTcp, type Question, type Received, takeSerialFrame, takeTcpFrame } from "./frames.ts";
import { openWire, type Wire } from "./wire.ts";

/** One opened connection, used until the first answer that is none. */
export interface Connection {
  /** One at a time. Every answer but words and exceptions closes the connection. */
  ask(request: Pick<BusRequest, "unit" | "table" | "start" | "count" | "timeoutMs">): Promise<BusAnswer>;
  isOpen(): boolean;
  /** Answers what is in flight as broken; resolves when the endpoint may be opened again. */
  close(reason: string): Promise<void>;
}

/** Transaction ids have 16 bits. */
const TRANSACTIONS = 0x1_0000;
const functionCodes = { coil: 1, discrete: 2, holding: 3, input: 4 } as const satisfies Readonly<Record<Table, number>>;
const ModbusClient = modbusSerial.default;

/**
 * modbus-serial builds requests and reads answers; the port it speaks through is ours. Its own ports take an exception of
 * another unit for the answer, look for an answer in bytes left from an earlier question, pass a wrong transaction id
 * over in silence, and let the errors of a port being closed end the process.
 * @throws Error with the system's reason when the endpoint cannot be opened
 */
export async function openConnection(address: BusAddress, timeoutMs: number): Promise<Connection> {
  const isSerialFrame = hasRtuFrames(address);
  const take = isSerialFrame ? takeSerialFrame : takeTcpFrame;
  let wire: Wire | undefined;
  let closing: Promise<void> | undefined;
  let question: Question | undefined;
  let answer: (answer: BusAnswer) => void = () => {};
  let received: Buffer = Buffer.alloc(0);
  let transaction = 0;

  const port = Object.assign(new EventEmitter(), {
    isOpen: true,
    open: (done: () => void) => done(),
    close: (done?: () => void) => done?.(),
    destroy: () => {},
    write(serialFrame: Buffer) {
      wire?.send(isSerialFrame ? serialFrame : frameForTcp(serialFrame, transaction));
    },
  });
  const client = new ModbusClient(port);
  client.on("error", () => {});
  client.open(() => {});

  const close = (reason: string): Promise<void> => {
    if (closing !== undefined) return closing;
    port.isOpen = false;
    // Forgets the timer of what is in flight.
    client.destroy(() => {});
    closing = wire?.close() ?? Promise.resolve();
    answer({ kind: "broken", reason });
    return closing;
  };
  const takeIn = (bytes: Buffer): void => {
    if (closing !== undefined) return;
    if (question === undefined) {
      // On a serial line it is noise, or a late answer that is waited for; on TCP both ends have lost count.
      if (!isSerialFrame) void close("bytes that nobody asked for");
      return;
    }
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    const taken: Received = take(received, question);
    if (taken.kind === "broken") return void close(taken.reason);
    if (taken.kind === "incomplete") return;
    const hasMore = received.length > taken.bytes;
    question = undefined;
    port.emit("data", taken.frame);
    // The answer stands, but what follows it belongs to nothing.
    if (hasMore && !isSerialFrame) void close("more bytes than the answer has");
  };
  wire = await openWire(address, { bytes: takeIn, gone: (reason) => void close(reason) }, timeoutMs);

  return {
    isOpen: () => closing === undefined,
    close,
    async ask({ unit, table, start, count, timeoutMs }) {
      if (closing !== undefined) return { kind: "broken", reason: "the connection is closed" };
      const isBits = table === "coil" || table === "discrete";
      const functionCode = functionCodes[table];
      transaction = (transaction + 1) % TRANSACTIONS;
      received = Buffer.alloc(0);
      question = { unit, functionCode, dataBytes: isBits ? Math.ceil(count / 8) : 2 * count, transaction };
      const outcome = await new Promise<BusAnswer>((resolve) => {
        answer = resolve;
        client.setTimeout(timeoutMs);
        const read = isBits ? client.writeFC2 : client.writeFC4;
        // The code is the last argument of the methods that read bits and registers.
        (read as unknown as ReadMethod).call(
          client,
          unit,
          start,
          count,
          (error, result) => {
            if (error === null || error === undefined) resolve(wordsOf(result, isBits ? count : undefined));
            else if (error.modbusCode !== undefined) resolve({ kind: "exception", code: error.modbusCode });
            else if (error.errno !== "ETIMEDOUT") resolve({ kind: "broken", reason: error.message });
            else resolve({ kind: "silence", reason: silenceOf(timeoutMs, received.length) });
          },
          functionCode,
        );
      });
      question = undefined;
      answer = () => {};
      if (outcome.kind === "silence" || outcome.kind === "broken") await close(outcome.reason);
      return outcome;
    },
  };
}

type ReadMethod = (
  unit: number,
  start: number,
  count: number,
  next: (error: ReadError | null | undefined, result: ReadResult) => void,
  functionCode: number,
) => void;

interface ReadError extends Error {
  readonly modbusCode?: number;
  readonly errno?: string;
}

interface ReadResult {
  readonly data: readonly (number | boolean)[];
  readonly buffer: Uint8Array;
}

function silenceOf(timeoutMs: number, bytes: number): string {
  return `no answer within ${timeoutMs} ms${bytes === 0 ? "" : `, only ${bytes} bytes that are none`}`;
}

/** Bits as one register each, so that all tables decode alike. */
function wordsOf({ data, buffer }: ReadResult, bits: number | undefined): BusAnswer {
  if (bits === undefined) return { kind: "words", bytes: buffer };
  const bytes = new Uint8Array(2 * bits);
  for (let bit = 0; bit < bits; bit += 1) bytes[2 * bit + 1] = data[bit] === true ? 1 : 0;
  return { kind: "words", bytes };
}
