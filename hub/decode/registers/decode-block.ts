import type { RegisterProfile } from "../profiles/device-profile.ts";
import { compilePoint } from "./compile-point.ts";
import type { DecodedPoint, RegisterBlock } from "./register-block.ts";
import { addDecimals } from "./scale-decimal.ts";

/** The answer to one block, decoded. @throws RangeError when it is shorter than the block */
export type DecodeAnswer = (bytes: Uint8Array) => readonly DecodedPoint[];

/**
 * Decode the answer to one block. Whoever reads the same block again and again compiles it once instead.
 * @param bytes at least `2 x block.count`, as they came on the wire; a coil takes a whole register too
 * @returns every point of the block, then its sums, values in the unit of their quantity
 * @throws RangeError when bytes are missing: the framing broke, and nothing in the answer can be trusted
 */
export function decodeBlock(
  profile: Pick<RegisterProfile, "words" | "absent">,
  block: RegisterBlock,
  bytes: Uint8Array,
): readonly DecodedPoint[] {
  return compileBlock(profile, block)(bytes);
}

/**
 * What decodes the answers to one block, with all settled that does not change from one answer to the next.
 * @throws RangeError for a block that does not fit its own points: a fault of the profile, not of the device
 */
export function compileBlock(profile: Pick<RegisterProfile, "words" | "absent">, block: RegisterBlock): DecodeAnswer {
  const keys = Object.keys(block.points);
  const points = Object.entries(block.points).map(([key, point]) => ({
    key,
    read: compilePoint(profile, block, key, point),
  }));
  const sums = Object.entries(block.sums ?? {}).map(([key, parts]) => {
    const missing = parts.find((part) => !keys.includes(part));
    if (missing !== undefined) throw new RangeError(`${key} is a sum with ${missing}, which is not in its block`);
    return { key, parts: parts.map((part) => keys.indexOf(part)) };
  });
  return (bytes) => {
    if (bytes.length < 2 * block.count) {
      throw new RangeError(
        `answer of ${bytes.length} bytes for the ${block.count} registers from ${block.start} on is too short`,
      );
    }
    const answer = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const decoded = points.map(({ key, read }) => decodedPoint(key, read(answer)));
    for (const { key, parts } of sums) decoded.push(decodedPoint(key, sumOf(parts, decoded)));
    return decoded;
  };
}

/** A sum with a part missing would be a smaller number that looks like a whole one. */
function sumOf(parts: readonly number[], decoded: readonly DecodedPoint[]): number | null {
  const values: number[] = [];
  for (const part of parts) {
    const value = decoded[part]?.value ?? null;
    if (value === null) return null;
    values.push(value);
  }
  return addDecimals(values);
}

function decodedPoint(key: string, value: number | null): DecodedPoint {
  return value === null ? { key, outcome: "not_available", value } : { key, outcome: "value", value };
}
