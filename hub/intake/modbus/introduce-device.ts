import type {
  DeviceProfile,
  IdentityField,
  RegisterProfile,
  SunSpecProfile,
} from "../../decode/profiles/device-profile.ts";
import { compileBlock } from "../../decode/registers/decode-block.ts";
import { planBlocks } from "../../decode/registers/plan-blocks.ts";
import type { RegisterBlock } from "../../decode/registers/register-block.ts";
import { readText } from "../../decode/sunspec/common-model.ts";
import { discoverSunSpec, SUNSPEC_BASES } from "../../decode/sunspec/discover.ts";
import type { FoundSunSpec, ReadAnswer } from "../../decode/sunspec/discovery.ts";
import { profileOfModels } from "../../decode/sunspec/profile-of-models.ts";
import type { DeviceHealth } from "../../members/device-health.ts";
import { type BusAnswer, ILLEGAL_ADDRESS, ILLEGAL_FUNCTION, ILLEGAL_VALUE } from "./bus.ts";

export type Identity = DeviceHealth["identity"];

/** One read of one device, whichever bus it is on. */
export type AskDevice = (read: Pick<RegisterBlock, "table" | "start" | "count">) => Promise<BusAnswer>;

/** What a device turned out to be. */
export interface Introduction {
  /** Its points at their addresses. */
  readonly profile: RegisterProfile;
  readonly identity: Identity;
  /** As it says itself or its profile; null when neither does. */
  readonly ratedW: number | null;
  /** What does not fit the profile that was chosen, in words. */
  readonly remarks: readonly string[];
  /** False when it may have more than it told. */
  readonly isComplete: boolean;
}

/** A device that did not say who it is: silent, or no SunSpec device at all. */
export interface NoIntroduction {
  readonly outcome: "silent" | "other_device";
  readonly reason: string;
}

/** What an introduction needs of a talk. */
export interface IntroducingTalk {
  readonly ask: AskDevice;
  /** Go on after a silence, if the device had answered before. */
  goOn(): void;
}

/**
 * Ask a device who it is and, where it lists its own registers, what it has.
 * @param attempt counts from 0; each begins at another of the places where a map may be, so that a device which is silent
 *                at the usual one is met all the same, and one that is dead costs one timeout an attempt
 */
export async function introduceDevice(
  profile: DeviceProfile,
  talk: IntroducingTalk,
  attempt: number,
): Promise<Introduction | NoIntroduction> {
  const { ask } = talk;
  if (profile.protocol === "sunspec") return introduceSunSpec(profile, talk, attempt);
  const identity = await readIdentity(profile, ask);
  if (identity === undefined) return { outcome: "silent", reason: "it does not say who it is" };
  const ratedW = (await readRatedPower(profile, ask)) ?? profile.ratedW ?? null;
  return { profile, identity, ratedW, remarks: strangersOf(profile, identity), isComplete: true };
}

/**
 * The identity fields a device has, each read by itself; what it refuses is left out.
 * @returns undefined when it fell silent: then nothing is known
 */
export async function readIdentity(profile: RegisterProfile, ask: AskDevice): Promise<Identity | undefined> {
  const identity: Record<string, string> = {};
  for (const field of profile.identity ?? []) {
    if (identity[field.field] !== undefined) continue;
    const answer = await ask({ table: field.table ?? profile.table, start: field.at, count: field.registers });
    if (answer.kind !== "words" && answer.kind !== "exception") return undefined;
    const said = answer.kind === "words" ? decodeIdentity(profile, field, answer.bytes) : undefined;
    if (said !== undefined) identity[field.field] = said;
  }
  return identity;
}

/** A text, or a number in decimal. @param bytes the field's registers */
export function decodeIdentity(
  { words }: Pick<RegisterProfile, "words">,
  { encoding }: IdentityField,
  bytes: Uint8Array,
): string | undefined {
  if (encoding === "text") return readText(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (encoding === "uint16") return String(view.getUint16(0));
  const [high, low] = words === "msw_first" ? [0, 2] : [2, 0];
  return String(view.getUint16(high) * 0x1_0000 + view.getUint16(low));
}

async function introduceSunSpec(
  sunSpec: SunSpecProfile,
  { ask, goOn }: IntroducingTalk,
  attempt: number,
): Promise<Introduction | NoIntroduction> {
  const places = [...new Set([...(sunSpec.base === undefined ? [] : [sunSpec.base]), ...SUNSPEC_BASES])];
  const base = places[attempt % places.length] ?? SUNSPEC_BASES[0] ?? 0;
  const walk = discoverSunSpec({ ...sunSpec, base });
  let hasAnswered = false;
  let step = walk.next();
  while (step.done !== true) {
    const answer = await ask({ table: "holding", ...step.value });
    if (answer.kind === "words" || answer.kind === "exception") hasAnswered = true;
    // One timeout is dear enough on a shared bus: a device that says nothing is left alone until the next attempt.
    else if (!hasAnswered || answer.kind === "unreachable") return { outcome: "silent", reason: answer.reason };
    goOn();
    step = walk.next(readAnswerOf(answer));
  }
  const found = step.value;
  if (found.outcome === "silent")
    return { outcome: "silent", reason: "it fell silent while it was asked for its models" };
  if (found.outcome === "other_device") {
    return { outcome: "other_device", reason: "it answers, but has no SunSpec map at 40000, 0 or 50000" };
  }
  return introduceFound(sunSpec, found, ask);
}

async function introduceFound(sunSpec: SunSpecProfile, found: FoundSunSpec, ask: AskDevice): Promise<Introduction> {
  const { profile, remarks } = profileOfModels(sunSpec, found);
  const { options: _options, ...identity } = found.identity;
  const ratedW = (await readRatedPower(profile, ask)) ?? profile.ratedW ?? null;
  return { profile, identity, ratedW, remarks, isComplete: found.isComplete };
}

function readAnswerOf(answer: BusAnswer): ReadAnswer {
  if (answer.kind === "words") return answer;
  const isRefusal =
    answer.kind === "exception" && [ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE].includes(answer.code);
  return { kind: isRefusal ? "illegal_address" : "silence" };
}

/** @returns undefined when the device does not tell */
async function readRatedPower(profile: RegisterProfile, ask: AskDevice): Promise<number | undefined> {
  const { ratedPower, sums: _sums, ...rest } = profile;
  if (ratedPower === undefined) return undefined;
  const [block] = planBlocks({ ...rest, points: { active_power: ratedPower } });
  if (block === undefined) return undefined;
  const answer = await ask(block);
  if (answer.kind !== "words") return undefined;
  const value = compileBlock(profile, block)(answer.bytes)[0]?.value ?? null;
  return value === null || value === 0 ? undefined : Math.abs(value);
}

/** Identity fields that say something else than the profile expects. */
function strangersOf({ identity = [], name }: RegisterProfile, said: Identity): readonly string[] {
  return identity.flatMap(({ field, expect }) => {
    const text = said[field];
    if (expect === undefined || text === undefined || new RegExp(expect).test(text)) return [];
    return [`Its ${field} is "${text}", which is not what ${name} says: is it the right profile?`];
  });
}
