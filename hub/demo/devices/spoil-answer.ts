import type { Fault } from "./fault-plan.ts";
import { type Framing, type ModbusFrame, wrapFrame } from "./modbus-frames.ts";

/** Function code and byte count come before the registers of an answer. */
const BYTES_BEFORE_DATA = 2;

/**
 * An answer as it looks after a fault; those that are about time alone leave it as it is.
 * @param index number of the request, from which a fault that must choose does so
 * @throws RangeError for a transaction id where the framing has none
 */
export function spoilAnswer(framing: Framing, answer: ModbusFrame, fault: Fault, index: number): Buffer {
  const whole = wrapFrame(framing, answer);
  switch (fault.kind) {
    case "wrong_transaction":
      if (framing === "rtu") throw new RangeError("an RTU frame has no transaction id");
      return wrapFrame(framing, { ...answer, transaction: ((answer.transaction ?? 0) + 1) & 0xffff });
    case "wrong_unit":
      return wrapFrame(framing, { ...answer, unit: (answer.unit + 1) & 0xff });
    case "flip_bit":
      return flipBit(whole, fault.bit ?? index);
    case "swap_words":
      return wrapFrame(framing, { ...answer, message: swapWords(answer.message) });
    case "garbage":
      return Buffer.concat([fault.bytes, whole]);
    case "repeat":
      return Buffer.concat([whole, whole]);
    case "cut":
      return whole.subarray(0, fault.afterBytes ?? 0);
    default:
      return whole;
  }
}

/** @param bit counted from the highest bit of the first byte; beyond the frame's end it begins anew */
function flipBit(frame: Buffer, bit: number): Buffer {
  const flipped = Buffer.from(frame);
  const place = bit % (8 * flipped.length);
  const byte = place >> 3;
  flipped[byte] = (flipped[byte] ?? 0) ^ (0x80 >> (place & 7));
  return flipped;
}

/** Exceptions and a last single word stay as they are. */
function swapWords(message: Buffer): Buffer {
  const swapped = Buffer.from(message);
  for (let at = BYTES_BEFORE_DATA; at + 4 <= swapped.length; at += 4) {
    swapped.writeUInt16BE(message.readUInt16BE(at + 2), at);
    swapped.writeUInt16BE(message.readUInt16BE(at), at + 2);
  }
  return swapped;
}
