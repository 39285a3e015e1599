import type { DeviceProfile, RegisterProfile, SunSpecProfile } from "../../../decode/profiles/device-profile.ts";
import { discoverSunSpec } from "../../../decode/sunspec/discover.ts";
import type { Discovery, FoundSunSpec, ReadAnswer } from "../../../decode/sunspec/discovery.ts";
import type { ScanFinding } from "../../../members/device-finder.ts";
import type { BusAnswer } from "../bus.ts";
import { type AskedUnit, isAnswer, isGatewayException, type Registers } from "./ask-unit.ts";
import { countPlausible } from "./judge-plausibility.ts";
import { matchIdentity, readIdentity } from "./match-identity.ts";

/** What a unit turned out to be. */
export type FoundUnit = Pick<ScanFinding, "identity" | "profiles" | "models">;

/** Asked first: where SunSpec begins, and where nearly every meter has something to say. */
const PRESENCE: readonly Registers[] = [
  { table: "holding", start: 40_000, count: 3 },
  { table: "input", start: 0, count: 2 },
];

/**
 * Find out what a unit is: by SunSpec, by the names known devices give themselves, and only where neither tells by
 * values that look like the mains.
 * @returns undefined when nobody answers at this unit id
 */
export async function findOutUnit(unit: AskedUnit, profiles: readonly DeviceProfile[]): Promise<FoundUnit | undefined> {
  if (!(await isPresent(unit))) return undefined;
  const ofRegisters = profiles.filter((profile) => profile.protocol === "registers");
  const ofSunSpec = profiles.filter((profile) => profile.protocol === "sunspec");
  const named = await findNamed(unit, ofRegisters);
  const sunSpec = await discover(unit, ofSunSpec);
  const fitting = [...named.profiles, ...(sunSpec === undefined ? [] : fitSunSpec(sunSpec, ofSunSpec))];
  if (sunSpec !== undefined || fitting.length > 0) {
    const { options: _options, ...identity } = sunSpec?.identity ?? {};
    const models = sunSpec?.models.map(({ id }) => id) ?? [];
    return { identity: { ...named.identity, ...identity }, profiles: fitting, models };
  }
  const plausible = await findPlausible(unit, ofRegisters);
  const [best] = plausible;
  return {
    identity: best === undefined ? {} : await readIdentity(unit, best),
    profiles: plausible.map(({ name }) => name),
    models: [],
  };
}

/** Whether anybody answers at a unit id. */
export async function isPresent(unit: AskedUnit): Promise<boolean> {
  for (const registers of PRESENCE) {
    const answer = await unit.ask(registers);
    if (isAnswer(answer)) return true;
    if (isGatewayException(answer)) return false;
  }
  return false;
}

async function findNamed(
  unit: AskedUnit,
  profiles: readonly RegisterProfile[],
): Promise<Pick<FoundUnit, "identity" | "profiles">> {
  const found: string[] = [];
  let said: FoundUnit["identity"] = {};
  for (const profile of profiles) {
    const identity = await matchIdentity(unit, profile);
    if (identity === undefined) continue;
    found.push(profile.name);
    said = { ...identity, ...said };
  }
  return { identity: said, profiles: found };
}

/** SunSpec where it usually begins, and where some profile says that its devices do. */
async function discover(unit: AskedUnit, profiles: readonly SunSpecProfile[]): Promise<FoundSunSpec | undefined> {
  const bases = new Set(profiles.map(({ base }) => base));
  for (const base of new Set([undefined, ...bases])) {
    const search = discoverSunSpec(base === undefined ? {} : { base });
    let step: IteratorResult<Omit<Registers, "table">, Discovery> = search.next();
    while (step.done !== true) {
      step = search.next(readAnswerOf(await unit.ask({ table: "holding", ...step.value })));
    }
    if (step.value.outcome === "sunspec") return step.value;
  }
  return undefined;
}

/** Exceptions that say "there is nothing here": illegal function, address and value. */
const NOTHING_HERE = [1, 2, 3];

function readAnswerOf(answer: BusAnswer): ReadAnswer {
  if (answer.kind === "words") return answer;
  return { kind: answer.kind === "exception" && NOTHING_HERE.includes(answer.code) ? "illegal_address" : "silence" };
}

/** SunSpec models of inverters (101 to 113, 701 to 715) and of meters (201 to 214). */
const INVERTER_MODEL = /^(1[01]\d|7[01]\d)$/;
const METER_MODEL = /^2[01]\d$/;

/** Profiles of this maker and kind first, then those of any maker. */
function fitSunSpec({ identity, models }: FoundSunSpec, profiles: readonly SunSpecProfile[]): readonly string[] {
  const has = (kind: RegExp) => models.some(({ id }) => kind.test(String(id)));
  const isMeter = has(METER_MODEL) && !has(INVERTER_MODEL);
  const ofMaker = profiles.filter(
    ({ manufacturer, kind }) =>
      manufacturer !== undefined &&
      new RegExp(manufacturer).test(identity.manufacturer ?? "") &&
      (kind === "meter") === isMeter,
  );
  const ofAny = profiles.filter(({ manufacturer }) => manufacturer === undefined);
  return [...ofMaker, ...ofAny].map(({ name }) => name);
}

/** Profiles by which the unit's values look like the mains, those with most of them first. */
async function findPlausible(
  unit: AskedUnit,
  profiles: readonly RegisterProfile[],
): Promise<readonly RegisterProfile[]> {
  const ranked: { readonly profile: RegisterProfile; readonly fitting: number }[] = [];
  for (const profile of profiles) {
    // A device that gives itself a name was asked for it already, and it was not this one.
    if (profile.identity?.some(({ expect }) => expect !== undefined) === true) continue;
    const fitting = await countPlausible(unit, profile);
    if (fitting > 0) ranked.push({ profile, fitting });
  }
  return ranked.sort((a, b) => b.fitting - a.fitting).map(({ profile }) => profile);
}
