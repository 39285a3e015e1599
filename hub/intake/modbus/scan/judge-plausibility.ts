import type { RegisterProfile } from "../../../decode/profiles/device-profile.ts";
import { decodeBlock } from "../../../decode/registers/decode-block.ts";
import { planBlocks } from "../../../decode/registers/plan-blocks.ts";
import type { Quantity } from "../../../quantity.ts";
import { parseSeriesKey } from "../../../reading.ts";
import type { AskedUnit } from "./ask-unit.ts";

/** What a mains connection always shows, in our units: whoever reads other registers by mistake hardly hits both. */
const MAINS: Partial<Readonly<Record<Quantity, { readonly least: number; readonly most: number }>>> = {
  frequency: { least: 45, most: 65 },
  voltage: { least: 80, most: 300 },
};
/** Values that must fit: one alone fits by chance. */
const LEAST_WITNESSES = 2;

/**
 * Whether the registers of a unit, decoded by a profile, look like the mains: its frequency and voltages and nothing of
 * its channels, which may be direct current. A phase that is not connected says 0 or nothing and speaks for nobody.
 * @returns how many values fit; 0 when one contradicts, when too few fit, or when a register is not there
 */
export async function countPlausible(unit: AskedUnit, profile: RegisterProfile): Promise<number> {
  const witnesses = Object.entries(profile.points).filter(([key]) => mainsRangeOf(key) !== undefined);
  if (witnesses.length < LEAST_WITNESSES) return 0;
  let fitting = 0;
  for (const block of planBlocks({ ...profile, points: Object.fromEntries(witnesses), sums: {} })) {
    const answer = await unit.ask(block);
    if (answer.kind !== "words") return 0;
    for (const { key, value } of decodeBlock(profile, block, answer.bytes)) {
      const range = mainsRangeOf(key);
      if (value === null || value === 0 || range === undefined) continue;
      if (value < range.least || value > range.most) return 0;
      fitting += 1;
    }
  }
  return fitting < LEAST_WITNESSES ? 0 : fitting;
}

function mainsRangeOf(key: string): { readonly least: number; readonly most: number } | undefined {
  const parts = parseSeriesKey(`unit/${key}`);
  return parts === undefined || parts.channel !== undefined ? undefined : MAINS[parts.quantity];
}
