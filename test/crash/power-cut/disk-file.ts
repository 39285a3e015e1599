/** A file as bytes that can be written anywhere, grow and shrink; what was never written between is zero. */
export interface DiskFile {
  write(offset: number, bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Make it at least this long. */
  extend(size: number): void;
  content(): Uint8Array;
}

export function createDiskFile(start: Uint8Array = new Uint8Array()): DiskFile {
  let room = Uint8Array.from(start);
  let size = start.length;
  const reach = (end: number): void => {
    if (end > room.length) {
      const wider = new Uint8Array(Math.max(end, 2 * room.length));
      wider.set(room.subarray(0, size));
      room = wider;
    }
    size = Math.max(size, end);
  };
  return {
    write(offset, bytes) {
      reach(offset + bytes.length);
      room.set(bytes, offset);
    },
    truncate(to) {
      reach(to);
      // What lay beyond is gone, also when the file grows again.
      room.fill(0, to, size);
      size = to;
    },
    extend: reach,
    content: () => room.subarray(0, size),
  };
}
