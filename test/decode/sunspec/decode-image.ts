import type { SunSpecProfile } from "../../../hub/decode/profiles/device-profile.ts";
import { decodeBlock } from "../../../hub/decode/registers/decode-block.ts";
import { planBlocks } from "../../../hub/decode/registers/plan-blocks.ts";
import { discoverSunSpec } from "../../../hub/decode/sunspec/discover.ts";
import { profileOfModels, type SunSpecRegisters } from "../../../hub/decode/sunspec/profile-of-models.ts";
import { drive, type Image, readImage } from "./sunspec-image.ts";

export const anySunSpec: SunSpecProfile = {
  name: "sunspec",
  vendor: "any",
  model: "any",
  kind: "inverter",
  source: "the standard",
  direction: "As the standard has it.",
  unit: 1,
  protocol: "sunspec",
};

export function profileOf(image: Image, sunSpec: SunSpecProfile = anySunSpec): SunSpecRegisters {
  const { result } = drive(discoverSunSpec(sunSpec), (read) => readImage(image, read));
  if (result.outcome !== "sunspec") throw new Error(`expected SunSpec, got ${result.outcome}`);
  return profileOfModels(sunSpec, result);
}

/** Discover, plan, read and decode: every series of the device, null where it is not available. */
export function decodeImage(image: Image, sunSpec?: SunSpecProfile): Readonly<Record<string, number | null>> {
  const { profile } = profileOf(image, sunSpec);
  const values: Record<string, number | null> = {};
  for (const block of planBlocks(profile)) {
    const answer = readImage(image, block);
    if (answer.kind !== "words") throw new Error(`no registers at ${block.start}+${block.count}`);
    for (const { key, value } of decodeBlock(profile, block, answer.bytes)) values[key] = value;
  }
  return values;
}
