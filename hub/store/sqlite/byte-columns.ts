/** Bytes as they are written: grows by doubling. Whole numbers are varints of seven bits a byte, signed ones zigzag. */
export interface ByteWriter {
  byte(value: number): void;
  /** A whole number from 0 to 2^53. */
  unsigned(value: number): void;
  /** A whole number within +-2^52. */
  signed(value: number): void;
  bytes(those: Uint8Array): void;
  done(): Uint8Array;
}

export function byteWriter(expected = 1024): ByteWriter {
  let buffer = new Uint8Array(expected);
  let length = 0;
  const room = (more: number): void => {
    if (length + more <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + more));
    larger.set(buffer);
    buffer = larger;
  };
  const unsigned = (value: number): void => {
    room(8);
    let rest = value;
    while (rest >= 0x80) {
      buffer[length++] = (rest % 0x80) | 0x80;
      rest = rest < 0x1_0000_0000 ? rest >>> 7 : Math.floor(rest / 0x80);
    }
    buffer[length++] = rest;
  };
  return {
    byte(value) {
      room(1);
      buffer[length++] = value;
    },
    unsigned,
    signed: (value) => unsigned(value >= 0 ? value * 2 : -value * 2 - 1),
    bytes(those) {
      room(those.length);
      buffer.set(those, length);
      length += those.length;
    },
    done: () => buffer.subarray(0, length),
  };
}

/** The same bytes read back. @throws RangeError when they end too early */
export interface ByteReader {
  byte(): number;
  unsigned(): number;
  signed(): number;
  /** Eight bytes, the lowest first: the float as it lies in memory on every machine Node runs on. */
  float(): number;
  bytes(count: number): Uint8Array;
}

export function byteReader(buffer: Uint8Array): ByteReader {
  const floats = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  let index = 0;
  const byte = (): number => {
    const value = buffer[index++];
    if (value === undefined) throw new RangeError("the bytes end too early");
    return value;
  };
  const unsigned = (): number => {
    let value = byte();
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 0x80; ; scale *= 0x80) {
      const next = byte();
      value += (next & 0x7f) * scale;
      if (next < 0x80) return value;
    }
  };
  return {
    byte,
    unsigned,
    signed() {
      const value = unsigned();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    float() {
      index += 8;
      if (index > buffer.length) throw new RangeError("the bytes end too early");
      return floats.getFloat64(index - 8, true);
    },
    bytes(count) {
      index += count;
      if (index > buffer.length) throw new RangeError("the bytes end too early");
      return buffer.subarray(index - count, index);
    },
  };
}
