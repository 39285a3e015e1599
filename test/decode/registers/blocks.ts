import type { Point } from "../../../hub/decode/profiles/device-profile.ts";
import type { RegisterBlock } from "../../../hub/decode/registers/register-block.ts";

/** Bytes of words written as hex, such as "4145 851f". */
export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}

/** A block of holding registers from 0 on. */
export function blockOf(
  count: number,
  points: Readonly<Record<string, Point>>,
  sums?: Readonly<Record<string, readonly string[]>>,
): RegisterBlock {
  return { table: "holding", start: 0, count, points, ...(sums && { sums }) };
}

/** A power in W at 0 unless told otherwise. */
export function powerAt(point: Partial<Point> = {}): Point {
  return { at: 0, encoding: "int16", unit: "W", kind: "gauge", ...point };
}
