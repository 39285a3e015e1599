/**
 * Watches the lengths of MQTT packets as their bytes pass by, so that a packet over the limit is refused at its header,
 * before anybody gathers its body in memory. Fixed header: MQTT 3.1.1 section 2.2.
 */
export interface PacketGuard {
  /** The announced length of a packet over the limit that begins in this chunk, else undefined. */
  oversized(chunk: Uint8Array): number | undefined;
  /** Packets whose last byte has passed by. */
  completed(): number;
}

/** A remaining length has at most four bytes of seven bits each. */
const LONGEST_LENGTH_BYTES = 4;

export function packetGuard(limitBytes: number): PacketGuard {
  /** Bytes of the current packet's body still to come. */
  let body = 0;
  /** Bytes of the remaining length read so far; -1 while the packet's first byte is awaited. */
  let lengthBytes = -1;
  let length = 0;
  let completed = 0;
  return {
    completed: () => completed,
    oversized(chunk) {
      let index = 0;
      while (index < chunk.length) {
        if (body > 0) {
          const skipped = Math.min(body, chunk.length - index);
          body -= skipped;
          index += skipped;
          if (body === 0) completed += 1;
          continue;
        }
        const byte = chunk[index] ?? 0;
        index += 1;
        if (lengthBytes < 0) {
          lengthBytes = 0;
          length = 0;
          continue;
        }
        length += (byte & 0x7f) * 128 ** lengthBytes;
        lengthBytes += 1;
        // A fifth length byte is a malformed packet: the parser closes the connection for it.
        if (byte & 0x80 && lengthBytes < LONGEST_LENGTH_BYTES) continue;
        lengthBytes = -1;
        if (length > limitBytes) return length;
        body = length;
        if (body === 0) completed += 1;
      }
      return undefined;
    },
  };
}
