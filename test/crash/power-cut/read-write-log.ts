import { readFileSync } from "node:fs";

/** One thing that happened to a database file, in the order in which it happened. */
export type WriteEvent = { readonly atNs: bigint; readonly file: string } & (
  | { readonly kind: "write"; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: "truncate"; readonly size: number }
  | { readonly kind: "extend"; readonly size: number }
  | { readonly kind: "unlink" }
  | { readonly kind: "sync_begin" }
  | { readonly kind: "sync_end" }
  | { readonly kind: "folder_sync_begin" }
  | { readonly kind: "folder_sync_end" }
);

/** The kinds of record-writes.c, by number. */
const KINDS = [
  "none",
  "named",
  "write",
  "truncate",
  "extend",
  "sync_begin",
  "sync_end",
  "unlink",
  "rename",
  "folder_sync_begin",
  "folder_sync_end",
] as const;
/** struct record of record-writes.c: u64 at_ns, u32 kind, u32 file, u64 offset, u64 length. */
const HEAD_BYTES = 32;
const WITH_BYTES = new Set<(typeof KINDS)[number]>(["named", "write", "unlink", "rename"]);

/**
 * What a recorded process did to the database files of its folder, times by CLOCK_MONOTONIC, files by their names in it.
 * @throws Error for a log that is torn or holds what images cannot be made of
 */
export function readWriteLog(path: string): readonly WriteEvent[] {
  const log = readFileSync(path);
  const names = new Map<number, string>();
  const events: WriteEvent[] = [];
  let position = 0;
  while (position < log.length) {
    const atNs = log.readBigUInt64LE(position);
    const kind = KINDS[log.readUInt32LE(position + 8)] ?? "none";
    const number = log.readUInt32LE(position + 12);
    const offset = Number(log.readBigUInt64LE(position + 16));
    const length = WITH_BYTES.has(kind) ? Number(log.readBigUInt64LE(position + 24)) : 0;
    const bytes = log.subarray(position + HEAD_BYTES, position + HEAD_BYTES + length);
    position += HEAD_BYTES + length;
    if (position > log.length) throw new Error(`${path} ends within a record`);
    const file = names.get(number) ?? "";
    if (kind === "named") names.set(number, bytes.toString());
    else if (kind === "write") events.push({ atNs, kind, file, offset, bytes });
    else if (kind === "truncate" || kind === "extend") events.push({ atNs, kind, file, size: offset });
    else if (kind === "unlink") events.push({ atNs, kind, file: bytes.toString() });
    else if (kind === "none" || kind === "rename") throw new Error(`${path}: a record of kind ${kind}, ${bytes}`);
    else events.push({ atNs, kind, file });
  }
  return events;
}
