import { requestLimits, type SunSpecProfile } from "../profiles/device-profile.ts";
import { COMMON_MODEL, commonTexts, readText, type SunSpecIdentity } from "./common-model.ts";
import type { DiscoveredModel, GroupRole, ReadAnswer, RegisterRead } from "./discovery.ts";
import { quirksOf } from "./maker-quirks.ts";
import { EXPORT_OFFSET, integerMeters } from "./meter-models.ts";
import type { ModelGroup } from "./model-definition.ts";
import { definitionOf } from "./models.ts";

/** Registers of a group's label. */
const LABEL_REGISTERS = 8;
/** One request of 125 registers reaches no more groups together with their scale factors. */
export const MAX_GROUPS = 8;

interface Described {
  readonly models: readonly DiscoveredModel[];
  readonly identity: SunSpecIdentity;
}

/**
 * Read what tells about the models that were found: the texts of the common ones, what is connected to each string or
 * port, and, where a maker is known for it, the sign of the exported counter. What cannot be read is left out.
 */
export function* describeModels(
  models: readonly DiscoveredModel[],
  device: Pick<SunSpecProfile, "hasNegativeAccumulators" | "request">,
): Generator<RegisterRead, Described, ReadAnswer> {
  const { maxRegisters } = { ...requestLimits, ...device.request };
  const described: DiscoveredModel[] = [];
  let identity: SunSpecIdentity = {};
  let looksAtSign = device.hasNegativeAccumulators === true;
  for (const model of models) {
    if (model.id === COMMON_MODEL) {
      const texts = yield* readIdentity(model, maxRegisters);
      if (model.index === 0) {
        identity = texts;
        looksAtSign ||= quirksOf(texts)?.hasNegativeAccumulators === true;
      }
      described.push({ ...model, identity: texts });
      continue;
    }
    const group = definitionOf(model.id)?.group;
    if (group !== undefined) {
      described.push({ ...model, groups: yield* readRoles(model, group) });
      continue;
    }
    const isMeter = integerMeters.some(({ id }) => id === model.id);
    const isExportNegative = looksAtSign && isMeter ? yield* readSign(model) : undefined;
    described.push({ ...model, ...(isExportNegative !== undefined && { isExportNegative }) });
  }
  return { models: described, identity };
}

/** All texts in one read, or one by one at a device that bears no such long one. */
function* readIdentity(
  { at, length }: DiscoveredModel,
  maxRegisters: number,
): Generator<RegisterRead, SunSpecIdentity, ReadAnswer> {
  const fields = commonTexts.filter(({ offset, registers }) => offset + registers <= length + 2);
  const [first, last] = [fields[0], fields.at(-1)];
  if (first === undefined || last === undefined) return {};
  const count = last.offset + last.registers - first.offset;
  if (count <= maxRegisters) {
    const answer = yield { start: at + first.offset, count };
    if (answer.kind === "silence") return {};
    if (answer.kind === "words") {
      const text = ({ offset, registers }: (typeof fields)[number]) =>
        readText(answer.bytes.subarray(2 * (offset - first.offset), 2 * (offset - first.offset + registers)));
      return keepTexts(fields.map((field) => [field.field, text(field)]));
    }
  }
  const texts: [string, string | undefined][] = [];
  for (const { field, offset, registers } of fields) {
    const answer = yield { start: at + offset, count: registers };
    if (answer.kind === "words") texts.push([field, readText(answer.bytes.subarray(0, 2 * registers))]);
  }
  return keepTexts(texts);
}

function keepTexts(texts: readonly (readonly [string, string | undefined])[]): SunSpecIdentity {
  return Object.fromEntries(texts.filter(([, text]) => text !== undefined));
}

/** How many groups a model has room for; what it says itself is not believed beyond that. */
export function groupsOf({ length }: DiscoveredModel, group: ModelGroup): number {
  return Math.max(0, Math.floor((length + 2 - group.from) / group.length));
}

function* readRoles(
  model: DiscoveredModel,
  group: ModelGroup,
): Generator<RegisterRead, readonly GroupRole[], ReadAnswer> {
  const roles: GroupRole[] = [];
  for (let index = 0; index < Math.min(groupsOf(model, group), MAX_GROUPS); index += 1) {
    const first = group.typeOffset ?? group.labelOffset;
    const labelAt = group.labelOffset - first;
    const answer = yield {
      start: model.at + group.from + index * group.length + first,
      count: labelAt + LABEL_REGISTERS,
    };
    const bytes = answer.kind === "words" ? answer.bytes : new Uint8Array();
    const label = readText(bytes.subarray(2 * labelAt, 2 * (labelAt + LABEL_REGISTERS))) ?? "";
    const type = bytes[0] === 0 ? bytes[1] : undefined;
    roles.push(roleOf(label, group.typeOffset === undefined ? PV_TYPE : type));
  }
  return roles;
}

/** Types of a DC port (SunSpec model definition 714). */
const PV_TYPE = 0;
const STORAGE_TYPE = 1;

/**
 * Hybrid inverters list their battery as two strings more, one that only takes and one that only gives: Fronius calls
 * them "StCha 3" and "StDisCha 4".
 */
function roleOf(label: string, type: number | undefined): GroupRole {
  if (/dis-?cha/i.test(label)) return "battery_discharge";
  if (/^st(?:orage)?[ _-]?cha|^bat\w*[ _-]?cha/i.test(label)) return "battery_charge";
  if (type === STORAGE_TYPE) return "battery";
  return type === PV_TYPE ? "pv" : "other";
}

/** Nothing accumulated, and the sentinels of 32 bits. */
const UNTELLING = new Set([0, 0x8000_0000, 0xffff_ffff]);
const LARGEST_POSITIVE = 0x7fff_ffff;

/** @returns undefined when it cannot be read or nothing was exported yet */
function* readSign({ at, length }: DiscoveredModel): Generator<RegisterRead, boolean | undefined, ReadAnswer> {
  if (EXPORT_OFFSET + 2 > length + 2) return undefined;
  const answer = yield { start: at + EXPORT_OFFSET, count: 2 };
  if (answer.kind !== "words" || answer.bytes.length < 4) return undefined;
  const bits = new DataView(answer.bytes.buffer, answer.bytes.byteOffset).getUint32(0);
  return UNTELLING.has(bits) ? undefined : bits > LARGEST_POSITIVE;
}
