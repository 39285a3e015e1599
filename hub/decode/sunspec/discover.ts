import type { SunSpecProfile } from "../profiles/device-profile.ts";
import { COMMON_MODEL } from "./common-model.ts";
import { describeModels } from "./describe-models.ts";
import type { DiscoveredModel, Discovery, FoundSunSpec, ReadAnswer, RegisterRead } from "./discovery.ts";

/** Where a SunSpec map may begin, most usual first; the order in which pysunspec2 tries them. */
export const SUNSPEC_BASES: readonly number[] = [40_000, 0, 50_000];
/** `SunS`, the two registers every map begins with. */
const MARKER = [0x5375, 0x6e53] as const;
/** Marker and the first model's id in one read. */
const PROBE_REGISTERS = 3;
/** The id that ends the list; some devices have no length behind it. */
const END_MODEL = 0xffff;
/** No model has the id 0: it is what memory that holds nothing reads. */
const NO_MODEL = 0;
/** Addresses of one table. */
const ADDRESS_SPACE = 0x1_0000;
/** Every model of the standard once is fewer; a map of nothing but empty models must end somewhere. */
const MAX_MODELS = 128;

/**
 * Look for a SunSpec map: a generator that yields the reads it needs, one after the other, and is handed their answers.
 * Pure: whoever drives it does the reading. It makes a bounded number of reads, whatever it is answered.
 * @param device what is known beforehand: where its map begins, how many registers it bears in one request, and whether
 *               its accumulators are to be looked at for their sign
 */
export function* discoverSunSpec(
  device: Pick<SunSpecProfile, "base" | "hasNegativeAccumulators" | "request"> = {},
): Generator<RegisterRead, Discovery, ReadAnswer> {
  let outcome: "silent" | "other_device" = "silent";
  for (const base of basesToTry(device.base)) {
    const probe = yield { start: base, count: PROBE_REGISTERS };
    if (probe.kind === "silence") continue;
    outcome = "other_device";
    const [first, second, id] = wordsOf(probe, PROBE_REGISTERS);
    if (first !== MARKER[0] || second !== MARKER[1] || id === undefined) continue;
    const { models, ended } = yield* walkModels(base + MARKER.length, id);
    if (models.length === 0) {
      if (ended === "silence") return { outcome: "silent" };
      continue;
    }
    const described = yield* describeModels(models, device);
    const isComplete = ended === "end_marker" || ended === "no_end_marker";
    return { outcome: "sunspec", base, ...described, ended, isComplete };
  }
  return { outcome };
}

/** What is known of the device goes first. */
function basesToTry(given: number | undefined): readonly number[] {
  return given === undefined ? SUNSPEC_BASES : [given, ...SUNSPEC_BASES.filter((base) => base !== given)];
}

interface Walk {
  readonly models: readonly DiscoveredModel[];
  readonly ended: FoundSunSpec["ended"];
}

/**
 * From model to model. Each length is read by itself: some devices have none behind the end marker, and a read of both
 * would be refused there.
 * @param first address of the first model's id
 * @returns no models when the first one is not the common model
 */
function* walkModels(first: number, firstId: number): Generator<RegisterRead, Walk, ReadAnswer> {
  const models: DiscoveredModel[] = [];
  let at = first;
  let id = firstId;
  while (models.length < MAX_MODELS) {
    if (id === END_MODEL) return { models, ended: "end_marker" };
    if (id === NO_MODEL || (models.length === 0 && id !== COMMON_MODEL)) return { models, ended: "no_end_marker" };
    const length = yield* readWord(at + 1);
    if (typeof length === "string") return { models, ended: length };
    const next = at + 2 + length;
    if (next > ADDRESS_SPACE) return { models, ended: "broken_length" };
    const index = models.filter((model) => model.id === id).length;
    models.push({ id, at, length, index });
    at = next;
    const nextId = yield* readWord(at);
    if (typeof nextId === "string") return { models, ended: nextId };
    id = nextId;
  }
  return { models, ended: "too_many_models" };
}

/** One register, or how the walk ends where it cannot be read. */
function* readWord(at: number): Generator<RegisterRead, number | "no_end_marker" | "silence", ReadAnswer> {
  if (at >= ADDRESS_SPACE) return "no_end_marker";
  const answer = yield { start: at, count: 1 };
  if (answer.kind === "illegal_address") return "no_end_marker";
  return wordsOf(answer, 1)[0] ?? "silence";
}

/** Registers of an answer; none when it is no answer or too short to be this one's. */
function wordsOf(answer: ReadAnswer, count: number): readonly number[] {
  if (answer.kind !== "words" || answer.bytes.length < 2 * count) return [];
  const view = new DataView(answer.bytes.buffer, answer.bytes.byteOffset, answer.bytes.byteLength);
  return Array.from({ length: count }, (_, index) => view.getUint16(2 * index));
}
