import type { NumberEncoding } from "../../decode/profiles/device-profile.ts";
import { encodeNumber, encodeText } from "./encode-number.ts";
import type { RegisterWords } from "./simulated-unit.ts";

/** One number or text of a model, at its offset from the model's id register. */
export type ModelPoint =
  | { readonly at: number; readonly encoding: NumberEncoding; readonly raw: number | bigint }
  | { readonly at: number; readonly encoding: "text"; readonly registers: number; readonly text: string };

export interface SunSpecModel {
  readonly id: number;
  /** Registers after id and length; up to the last point without it. Real devices are longer and shorter than the standard. */
  readonly length?: number;
  readonly points: readonly ModelPoint[];
}

export interface SunSpecImage {
  /** Protocol address of `SunS`; 40000 without it. */
  readonly base?: number;
  readonly models: readonly SunSpecModel[];
  /** Without an end marker the registers just stop, as on some inverters. */
  readonly end?: "marker" | "missing";
}

const USUAL_BASE = 40_000;
/** SunSpec Device Information Model Specification V1.1, section 6.1 and 6.4: "SunS" begins the map, model 0xFFFF of length 0 ends it. */
const MARKER = [0x5375, 0x6e53];
const END_MODEL = [0xffff, 0];
/** Id and length. */
const HEADER_REGISTERS = 2;
/** What a register holds that no point of the image is in: "not implemented" of uint16, enum16 and bitfield16. */
const NOT_IMPLEMENTED = 0xffff;

/**
 * The holding registers of a device that lists its own models.
 * @throws RangeError for a point outside its model or a number that does not fit
 */
export function sunSpecImage({ base = USUAL_BASE, models, end = "marker" }: SunSpecImage): RegisterWords {
  const registers = [...MARKER, ...models.flatMap(wordsOfModel), ...(end === "marker" ? END_MODEL : [])];
  return { readWord: (table, address) => (table === "holding" ? registers[address - base] : undefined) };
}

function wordsOfModel({ id, length, points }: SunSpecModel): readonly number[] {
  const parts = points.map((point) => ({ at: point.at, words: wordsOfPoint(point) }));
  const needed = Math.max(0, ...parts.map(({ at, words }) => at + words.length - HEADER_REGISTERS));
  const registers = length ?? needed;
  const model = [id, registers, ...new Array<number>(registers).fill(NOT_IMPLEMENTED)];
  for (const { at, words } of parts) {
    if (at < HEADER_REGISTERS || at + words.length > model.length) {
      throw new RangeError(`a point at ${at} is not within model ${id} of ${registers} registers`);
    }
    model.splice(at, words.length, ...words);
  }
  return model;
}

function wordsOfPoint(point: ModelPoint): readonly number[] {
  if (point.encoding === "text") return encodeText(point.text, point.registers);
  return encodeNumber(point.raw, { encoding: point.encoding, words: "msw_first" });
}
