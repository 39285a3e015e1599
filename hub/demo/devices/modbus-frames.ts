/**
 * The two ways a Modbus message is wrapped. TCP: a header with transaction id, length and unit ("Modbus Messaging on
 * TCP/IP Implementation Guide" V1.0b, section 3.1.3). RTU: unit first and a CRC-16 last ("Modbus over Serial Line" V1.02,
 * section 2.5.1). Written for the simulators alone and beside the library the hub speaks with, so that a fault of that
 * library is not on both sides of a test.
 */
export interface ModbusFrame {
  /** Which request an answer belongs to; RTU has none. */
  readonly transaction?: number;
  readonly unit: number;
  /** Function code and what follows it. */
  readonly message: Buffer;
}

export type Framing = "tcp" | "rtu";

const HEADER_BYTES = 7;
/** Section 4.1 of V1.1b3: a message has at most 253 bytes. */
const LONGEST_MESSAGE = 253;
/** Unit, function code, start, count and CRC of a read request: the only requests that the simulators take over RTU. */
const RTU_REQUEST_BYTES = 8;
/** Unit, function code, exception code or byte count, and CRC. */
const RTU_EXCEPTION_BYTES = 5;

export interface FrameSplit {
  readonly frames: readonly ModbusFrame[];
  /** Bytes of a frame that is not whole yet. */
  readonly rest: Buffer;
}

export function wrapFrame(framing: Framing, { transaction = 0, unit, message }: ModbusFrame): Buffer {
  if (framing === "rtu") {
    const body = Buffer.concat([Buffer.of(unit), message]);
    const checksum = Buffer.alloc(2);
    checksum.writeUInt16LE(crc16(body));
    return Buffer.concat([body, checksum]);
  }
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(transaction, 0);
  header.writeUInt16BE(message.length + 1, 4);
  header.writeUInt8(unit, 6);
  return Buffer.concat([header, message]);
}

/** Take whole TCP frames, requests or answers, off the front of what has arrived. Garbage empties it. */
export function splitTcpFrames(bytes: Buffer): FrameSplit {
  const frames: ModbusFrame[] = [];
  let at = 0;
  while (bytes.length - at >= HEADER_BYTES) {
    const length = bytes.readUInt16BE(at + 4);
    if (bytes.readUInt16BE(at + 2) !== 0 || length < 2 || length > LONGEST_MESSAGE + 1) {
      return { frames, rest: Buffer.alloc(0) };
    }
    const end = at + HEADER_BYTES - 1 + length;
    if (end > bytes.length) break;
    const [transaction, unit] = [bytes.readUInt16BE(at), bytes.readUInt8(at + 6)];
    frames.push({ transaction, unit, message: bytes.subarray(at + HEADER_BYTES, end) });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}

/**
 * Take whole RTU read requests off the front of what has arrived. A real device tells frames apart by silence; this one
 * knows their length and, where the checksum is wrong, looks on from the next byte.
 */
export function splitRtuRequests(bytes: Buffer): FrameSplit {
  const frames: ModbusFrame[] = [];
  let at = 0;
  while (bytes.length - at >= RTU_REQUEST_BYTES) {
    const frame = bytes.subarray(at, at + RTU_REQUEST_BYTES);
    const isWhole = crc16(frame.subarray(0, -2)) === frame.readUInt16LE(RTU_REQUEST_BYTES - 2);
    if (isWhole) frames.push({ unit: frame.readUInt8(0), message: frame.subarray(1, -2) });
    at += isWhole ? RTU_REQUEST_BYTES : 1;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** Take whole RTU answers to reads off the front of what has arrived: their length follows from function code and count. */
export function splitRtuAnswers(bytes: Buffer): FrameSplit {
  const frames: ModbusFrame[] = [];
  let at = 0;
  while (bytes.length - at >= RTU_EXCEPTION_BYTES) {
    const isException = bytes.readUInt8(at + 1) >= 0x80;
    const length = isException ? RTU_EXCEPTION_BYTES : RTU_EXCEPTION_BYTES + bytes.readUInt8(at + 2);
    if (at + length > bytes.length) break;
    const frame = bytes.subarray(at, at + length);
    frames.push({ unit: frame.readUInt8(0), message: frame.subarray(1, -2) });
    at += length;
  }
  return { frames, rest: bytes.subarray(at) };
}

/** CRC-16 of "Modbus over Serial Line" V1.02, section 6.2.2: polynomial 0xA001, begun with all ones. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}
