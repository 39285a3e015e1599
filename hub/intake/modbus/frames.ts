import { appendCrc, hasCrc } from "./crc.ts";

/**
 * Frames of Modbus reads, strictly: what is not the answer to the question in flight is broken, never kept for later.
 * Inside, a frame is as on a serial line: unit, function, bytes, checksum (Modbus over serial line V1.02 section 2.5.1).
 */

/** What a right answer must match. */
export interface Question {
  readonly unit: number;
  readonly functionCode: number;
  /** Bytes of data that were asked for. */
  readonly dataBytes: number;
  /** Goes with the frame over TCP and must come back; serial frames have none. */
  readonly transaction: number;
}

/** What the bytes received so far are. */
export type Received =
  | { readonly kind: "incomplete" }
  | { readonly kind: "frame"; readonly frame: Buffer; readonly bytes: number }
  | { readonly kind: "broken"; readonly reason: string };

/** MODBUS Messaging on TCP/IP V1.0b section 3.1.3: transaction, protocol and length, before the unit. */
const HEADER_BYTES = 6;
/** Unit, function and exception code are the shortest answer; a PDU has at most 253 bytes, and the unit stands before it. */
const SHORTEST = 3;
const LONGEST = 254;
const EXCEPTION_BIT = 0x80;
/** Unit, function, exception code, checksum. */
const EXCEPTION_FRAME = 5;
const CHECKSUM_BYTES = 2;

/** A serial frame as it goes over TCP: a header in front, and no checksum. */
export function frameForTcp(serialFrame: Uint8Array, transaction: number): Buffer {
  const length = serialFrame.length - CHECKSUM_BYTES;
  const frame = Buffer.alloc(HEADER_BYTES + length);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(length, 4);
  frame.set(serialFrame.subarray(0, length), HEADER_BYTES);
  return frame;
}

/** The first frame of a TCP stream. @returns its serial form, and how many bytes of the stream it took */
export function takeTcpFrame(received: Buffer, question: Question): Received {
  if (received.length < HEADER_BYTES + 2) return incomplete;
  const transaction = received.readUInt16BE(0);
  if (transaction !== question.transaction) {
    return broken(`answer with transaction id ${transaction} to question ${question.transaction}`);
  }
  if (received.readUInt16BE(2) !== 0) return broken("answer of another protocol than Modbus");
  const length = received.readUInt16BE(4);
  if (length < SHORTEST || length > LONGEST) return broken(`answer that claims a length of ${length}`);
  const fault = faultOf(received.subarray(HEADER_BYTES), question);
  if (fault !== undefined) return broken(fault);
  const bytes = HEADER_BYTES + length;
  if (received.length < bytes) return incomplete;
  const frame = appendCrc(received.subarray(HEADER_BYTES, bytes));
  const expected = lengthOf(frame, question);
  if (frame.length !== expected || !hasByteCount(frame, question)) {
    return broken(`answer of ${length} bytes where ${expected - CHECKSUM_BYTES} were expected`);
  }
  return { kind: "frame", frame, bytes };
}

/**
 * The answer among the bytes of a serial line. Noise in front of it is passed over, because drivers switching direction
 * make some; the checksum says what is noise. A frame that begins as the answer and does not check is broken at once.
 */
export function takeSerialFrame(received: Buffer, question: Question): Received {
  for (let start = 0; start + EXCEPTION_FRAME <= received.length; start += 1) {
    const rest = received.subarray(start);
    if (faultOf(rest, question) !== undefined) continue;
    const length = lengthOf(rest, question);
    if (rest.length < length) continue;
    const frame = rest.subarray(0, length);
    if (hasCrc(frame) && hasByteCount(frame, question)) return { kind: "frame", frame, bytes: start + length };
    if (start === 0) return broken(hasCrc(frame) ? "answer of another length" : "answer with a wrong checksum");
  }
  return incomplete;
}

const incomplete: Received = { kind: "incomplete" };
const broken = (reason: string): Received => ({ kind: "broken", reason });

/** What of unit and function does not match. */
function faultOf(frame: Buffer, { unit, functionCode }: Question): string | undefined {
  if (frame[0] !== unit) return `answer of unit ${frame[0]} where unit ${unit} was asked`;
  if (((frame[1] ?? 0) & ~EXCEPTION_BIT) !== functionCode) {
    return `answer with function ${frame[1]} where function ${functionCode} was asked`;
  }
  return undefined;
}

const isException = (frame: Buffer): boolean => ((frame[1] ?? 0) & EXCEPTION_BIT) !== 0;

function lengthOf(frame: Buffer, { dataBytes }: Question): number {
  return isException(frame) ? EXCEPTION_FRAME : 3 + dataBytes + CHECKSUM_BYTES;
}

function hasByteCount(frame: Buffer, { dataBytes }: Question): boolean {
  return isException(frame) || frame[2] === dataBytes;
}
