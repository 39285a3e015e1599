import type { RegisterProfile } from "../../decode/profiles/device-profile.ts";
import { compileBlock, type DecodeAnswer } from "../../decode/registers/decode-block.ts";
import { halveBlock, planBlocks } from "../../decode/registers/plan-blocks.ts";
import type { RegisterBlock } from "../../decode/registers/register-block.ts";
import { DAY } from "../../units.ts";
import type { PollGroup } from "./poll-schedule.ts";

/** A block with all that does not change from one read to the next. */
export interface PlannedBlock {
  readonly group: PollGroup;
  readonly block: RegisterBlock;
  readonly decode: DecodeAnswer;
}

/** The requests of one device, and what was learnt about them since the hub's start. */
export interface BlockPlan {
  /** What to read now, points that are tried again included. @param now monotonic ms */
  blocksOf(group: PollGroup, now: number): readonly PlannedBlock[];
  /** The device gave registers for it. */
  accept(planned: PlannedBlock): void;
  /**
   * The device answered "illegal data address" or "illegal data value".
   * @returns what to read in its stead now: the halves, or nothing for a point that the device does not have;
   *          `failed` for a block that it had before, which is given another chance
   */
  refuse(planned: PlannedBlock, now: number): readonly PlannedBlock[] | "failed";
  /** Points that the device turned out not to have, sorted. */
  lacking(): readonly string[];
  /** The device may be another one now: ask for everything again. */
  askAllAgain(): void;
}

/** What a device said it lacks is asked for again after a day: firmware is updated, options are built in. */
const ASK_AGAIN_MS = DAY;
/** Refusals in a row that are believed of a block the device has answered before: busy gateways refuse now and then. */
const BELIEVED_REFUSALS = 3;

/** @throws RangeError for a profile whose points no request can read */
export function createBlockPlan(profile: RegisterProfile): BlockPlan {
  const plan = (group: PollGroup): readonly PlannedBlock[] =>
    planBlocks(profile, group).map((block) => plannedOf(group, block));
  const plannedOf = (group: PollGroup, block: RegisterBlock): PlannedBlock => ({
    group,
    block,
    decode: compileBlock(profile, block),
  });
  const blocks: Record<PollGroup, readonly PlannedBlock[]> = { gauge: plan("gauge"), counter: plan("counter") };
  const lacking = new Map<PlannedBlock, number>();
  /** Blocks that were answered before, with their refusals in a row since. */
  const refusals = new Map<PlannedBlock, number>();

  return {
    blocksOf(group, now) {
      for (const [planned, askAgainAt] of lacking) if (now >= askAgainAt) lacking.delete(planned);
      return blocks[group].filter((planned) => !lacking.has(planned));
    },
    accept(planned) {
      refusals.set(planned, 0);
    },
    refuse(planned, now) {
      const refusedBefore = refusals.get(planned);
      if (refusedBefore !== undefined && refusedBefore + 1 < BELIEVED_REFUSALS) {
        refusals.set(planned, refusedBefore + 1);
        return "failed";
      }
      refusals.delete(planned);
      const halves = halveBlock(planned.block)?.map((half) => plannedOf(planned.group, half));
      if (halves === undefined) {
        lacking.set(planned, now + ASK_AGAIN_MS);
        return [];
      }
      blocks[planned.group] = blocks[planned.group].flatMap((each) => (each === planned ? halves : [each]));
      return halves;
    },
    lacking: () => [...lacking.keys()].flatMap(({ block }) => Object.keys(block.points)).sort(),
    askAllAgain() {
      lacking.clear();
    },
  };
}
