import type { RegisterProfile } from "../../../hub/decode/profiles/device-profile.ts";
import { decodeBlock } from "../../../hub/decode/registers/decode-block.ts";
import { planBlocks } from "../../../hub/decode/registers/plan-blocks.ts";
import type { DecodedPoint, RegisterBlock } from "../../../hub/decode/registers/register-block.ts";
import type { RegisterWords } from "../../../hub/demo/devices/simulated-unit.ts";

/** Registers of a block as they go on the wire. @throws Error at a hole */
export function bytesOfBlock(image: RegisterWords, { table, start, count }: RegisterBlock): Buffer {
  const bytes = Buffer.alloc(2 * count);
  for (let index = 0; index < count; index++) {
    const word = image.readWord(table, start + index);
    if (word === undefined) throw new Error(`a hole at ${table} ${start + index}`);
    bytes.writeUInt16BE(word, 2 * index);
  }
  return bytes;
}

/** Everything a profile reads out of an image, by the blocks that the hub would ask for. */
export function readImage(profile: RegisterProfile, image: RegisterWords): readonly DecodedPoint[] {
  return planBlocks(profile).flatMap((block) => decodeBlock(profile, block, bytesOfBlock(image, block)));
}
