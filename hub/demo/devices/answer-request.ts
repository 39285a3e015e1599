import type { Table } from "../../decode/profiles/device-profile.ts";
import type { SimulatedUnit } from "./simulated-unit.ts";

/** What a device answers, by the Modbus Application Protocol V1.1b3: sections 6.1 to 6.4 (reads) and 7 (exceptions). */

const tableOf: Readonly<Record<number, Table>> = { 1: "coil", 2: "discrete", 3: "holding", 4: "input" };

export const exceptionCodes = {
  illegal_function: 1,
  illegal_address: 2,
  illegal_value: 3,
  device_failure: 4,
  device_busy: 6,
  gateway_path_unavailable: 10,
  gateway_target_silent: 11,
} as const;

export type ExceptionCode = (typeof exceptionCodes)[keyof typeof exceptionCodes];

const MOST_REGISTERS = 125;
const MOST_BITS = 2_000;
/** Function code, start and count. */
const READ_REQUEST_BYTES = 5;

/**
 * Answer one request as a device does that can only be read. One hole in the range refuses all of it.
 * @param request function code and what follows it, without address and checksum
 * @returns       the answer from its function code on
 */
export function answerRequest(unit: SimulatedUnit, request: Buffer): Buffer {
  const functionCode = request.readUInt8(0);
  const table = tableOf[functionCode];
  if (table === undefined) return exceptionAnswer(functionCode, exceptionCodes.illegal_function);
  if (request.length !== READ_REQUEST_BYTES) return exceptionAnswer(functionCode, exceptionCodes.illegal_value);
  const start = request.readUInt16BE(1);
  const count = request.readUInt16BE(3);
  const isBits = table === "coil" || table === "discrete";
  const most = isBits ? MOST_BITS : (unit.maxRegisters ?? MOST_REGISTERS);
  if (count < 1 || count > most) return exceptionAnswer(functionCode, exceptionCodes.illegal_value);
  const registers = unit.snapshot?.() ?? unit;
  const words: number[] = [];
  for (let address = start; address < start + count; address++) {
    const word = registers.readWord(table, address);
    if (word === undefined) return exceptionAnswer(functionCode, exceptionCodes.illegal_address);
    words.push(word);
  }
  const data = isBits ? packBits(words) : packWords(words);
  return Buffer.concat([Buffer.of(functionCode, data.length), data]);
}

/** Section 7: the function code with its highest bit set, and why. */
export function exceptionAnswer(functionCode: number, code: ExceptionCode): Buffer {
  return Buffer.of(functionCode | 0x80, code);
}

function packWords(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(2 * words.length);
  words.forEach((word, index) => {
    bytes.writeUInt16BE(word, 2 * index);
  });
  return bytes;
}

/** The first bit is the lowest of the first byte; what is left of the last byte is 0. */
function packBits(bits: readonly number[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  bits.forEach((bit, index) => {
    if (bit === 1) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  });
  return bytes;
}
